import { errorTable, hex, row } from 'nvs-core/errors';

const names = (all: readonly string[]) =>
  all.length > 8 ? `${all.slice(0, 8).join(', ')} and ${all.length - 8} more` : all.join(', ');

const ids = ({ vendorId, productId }: { vendorId?: number; productId?: number }) =>
  [vendorId, productId].map((id) => (id === undefined ? 'no id' : hex(id, 4))).join('/');

/** Errors, warnings and notes of init. */
export const initErrors = errorTable({
  // Before anything else
  'init.devkit-missing': row<{ nx: string | undefined; add: string }>(
    (p) =>
      `generators need @nx/devkit${p.nx === undefined ? '' : ` ${p.nx}, the version of nx here`}; it is not installed`,
    (p) =>
      `run "${p.add} @nx/devkit${p.nx === undefined ? '' : `@${p.nx}`}", then the generator again; the targets and "esp32-factory" work without it`,
  ),

  // Which app
  'init.project-unknown': row<{ project: string; suggestion: string | undefined; apps: readonly string[] }>(
    (p) => `there is no project, folder or ESP-IDF app "${p.project}" in this workspace`,
    (p) =>
      p.suggestion !== undefined
        ? `did you mean ${p.suggestion}?`
        : p.apps.length === 0
          ? 'give the folder of the app, the one with its CMakeLists.txt, from the root of the workspace'
          : `the ESP-IDF apps here are ${names(p.apps)}`,
  ),
  'init.project-ambiguous': row<{ project: string; folders: readonly string[] }>(
    (p) => `"${p.project}" is the name of ${p.folders.length} apps`,
    (p) => `give the folder instead: ${names(p.folders)}`,
  ),
  'init.project-name-taken': row<{ name: string; root: string; other: string; file: string; free: string }>(
    (p) => `the app in ${p.root} would be named ${p.name}, which is the name of the project in ${p.other}`,
    (p) =>
      p.file.endsWith('package.json')
        ? `change "name" in ${p.file}, for example to "${p.free}"`
        : `give it another name: write { "name": "${p.free}" } to ${p.file}`,
  ),
  'init.link-outside': row<{ root: string; target: string }>(
    (p) => `${p.root} leads through a symbolic link to ${p.target}, which is outside the workspace`,
    () => 'move the app into the workspace, or run esp32-factory init in its own folder',
  ),
  'init.not-esp-idf': row<{ root: string; suggestion: string | undefined }>(
    (p) =>
      `${p.root} is not an ESP-IDF app: it has neither a CMakeLists.txt that includes ESP-IDF's project.cmake nor an sdkconfig`,
    (p) =>
      p.suggestion === undefined
        ? "give the app's own folder, the one where idf.py runs"
        : `did you mean ${p.suggestion}?`,
  ),
  'init.not-matter': row<{ root: string }>(
    (p) => `the build files of ${p.root} do not mention esp-matter or the Matter SDK`,
    () => 'only the Matter stack reads this data; ignore this if the app includes it in another way',
  ),
  'init.config-exists': row<{ command: string; ignored: readonly string[] }>(
    (p) =>
      p.ignored.length === 0
        ? 'the app already has its config: it is left unchanged'
        : `the app already has its config: it is left unchanged, and ${p.ignored.join(', ')} had no effect`,
    (p) =>
      p.ignored.length === 0
        ? `--fix adds the sdkconfig lines and the partition that it requires: ${p.command}`
        : 'edit the file, or delete it to have it generated again',
  ),

  // The firmware
  'init.chip-differs': row<{ chip: string; found: string }>(
    (p) => `--chip is ${p.chip}, but the firmware is configured for ${p.found}`,
    (p) =>
      `leave --chip out, or run "idf.py set-target ${p.chip}" (CONFIG_IDF_TARGET in sdkconfig.defaults) first`,
  ),
  'init.chip-unknown': row(
    () => 'no sdkconfig sets the chip of the app: the config leaves it out',
    () => 'give --chip, or set CONFIG_IDF_TARGET; the checks assume esp32 until then',
  ),
  'init.file-outside': row<{ line: string }>(
    (p) => `the line ${p.line} is missing in a file outside the workspace, which is left unchanged`,
    () => 'add the line there',
  ),

  'init.weaker-security': row<{ lines: readonly { readonly file: string; readonly line: string }[] }>(
    (p) =>
      `these lines would turn protections of the firmware off: ${p.lines.map(({ file, line }) => `${line} in ${file}`).join(', ')}`,
    () =>
      'nothing was written; let the config follow the firmware (its sections storage and encryption), or give --allowWeakerSecurity if this is what you want',
  ),

  // Credentials
  'init.vendor-id-not-test': row<{ vendorId: number; symbol: string | undefined }>(
    (p) =>
      `the vendor id ${hex(p.vendorId, 4)}${p.symbol === undefined ? '' : ` (CONFIG_${p.symbol})`} is not a test id, and development credentials are generated for 0xFFF1 to 0xFFF4 only`,
    () =>
      'give --vendorId 0xFFF1 for development, or your own files with --dacCert, --dacKey, --paiCert and --certificationDeclaration, or --credentials none to add them later',
  ),
  'init.credentials-incomplete': row<{ missing: readonly string[] }>(
    (p) =>
      `existing credentials are four files; ${p.missing.join(' and ')} ${p.missing.length > 1 ? 'are' : 'is'} missing`,
    () =>
      'give --dacCert, --dacKey, --paiCert and --certificationDeclaration together, or none of them to have development credentials generated',
  ),
  'init.credentials-conflict': row<{ option: string; given: readonly string[] }>(
    (p) => `${p.option} and ${p.given.join(', ')} cannot be used together`,
    () => 'leave one of them out: paths alone mean existing credentials',
  ),
  'init.credentials-partial': row<{ folder: string; found: readonly string[]; missing: readonly string[] }>(
    (p) =>
      `${p.folder} has ${p.found.join(', ')}, but not ${p.missing.join(', ')}: nothing there is overwritten`,
    () =>
      'move these files to have a new set generated, or give the paths of your own with --dacCert and the related options',
  ),
  'init.credentials-other': row<{
    folder: string;
    found: { readonly vendorId?: number; readonly productId?: number };
    requested: { readonly vendorId: number; readonly productId: number };
  }>(
    (p) =>
      `the credentials in ${p.folder} are for ${ids(p.found)}, but ${ids(p.requested)} was requested: nothing there is overwritten`,
    () => 'move the folder to have a new set generated, or leave out --vendorId and --productId',
  ),
  'init.credentials-exist': row<{ folder: string }>(
    (p) => `the credentials in ${p.folder} are complete: they are left unchanged`,
    () => 'move the folder to have a new set generated',
  ),
  'init.credentials-not-development': row<{ reason: string }>(
    (p) => `no development credentials can be made for this config: ${p.reason}`,
    () =>
      'they are for vendor ids 0xFFF1 to 0xFFF4, and are dac.pem, dac-key.pem, pai.pem and cd.der in one folder of the workspace; put other files where the config names them',
  ),
  'init.credentials-placeholders': row<{ folder: string }>(
    (p) => `the config refers to credentials in ${p.folder} that do not exist yet`,
    () => 'put dac.pem, dac-key.pem, pai.pem and cd.der there, or change the paths in the config',
  ),
  'init.production': row<{ reasons: readonly string[] }>(
    (p) => `this is production data (${p.reasons.join('; ')}): each image gets its own random passcode`,
    () => 'for a fixed one, use a reference in the config: { "env": NAME } or { "file": path }',
  ),
  'init.answer-unclear': row(
    () => 'the answer must be yes or no',
    () => 'type y or n; an empty answer means no',
  ),
  'init.prompt-closed': row(
    () => 'the input ended before all questions were answered',
    () => 'answer them, give the values as options, or use --no-interactive to accept the suggested ones',
  ),
});
