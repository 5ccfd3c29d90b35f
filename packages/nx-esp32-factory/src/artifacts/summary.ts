import { ENTRIES_PER_PAGE, formatManualCode } from 'nvs-core';
import { hex, printable, withoutSecrets } from 'nvs-core/errors';
import { type DeviceArtifacts, hasCredentials } from '../device';
import { purposeText } from '../efuse';
import { displayPath, type OutputFile } from '../files';
import { FIXED_NAMES } from './names';

const BAR_LENGTH = 20;

export interface SummaryOptions {
  /** What the files were made for: a project or a config file. */
  readonly title: string;
  readonly colour: boolean;
  /** Why Nx does not cache the run; undefined if it does. */
  readonly uncached?: string | undefined;
  /** Files in the key folder with the keys that were generated. */
  readonly kept?: readonly string[];
}

/** A short summary of a run for people; codes are shown in development only. */
export function summaryOf(
  made: DeviceArtifacts,
  files: readonly OutputFile[],
  { title, colour, uncached, kept = [] }: SummaryOptions,
): string {
  const { codes, classification, layout, partition, image, config } = made;
  const scheme = config.encryption?.scheme ?? 'none';
  const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  const rows = files.map(({ path, data, secret }) => [
    displayPath(path),
    `${data.length} bytes${secret ? '' : ', no secrets'}`,
  ]);
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const format = [
    `NVS version ${layout.version}`,
    scheme === 'none'
      ? 'plain'
      : `encrypted (${scheme === 'flash' ? 'keys partition' : 'HMAC key in an eFuse'})`,
    ...(layout.readOnly ? ['read-only'] : []),
  ];
  const isDevelopment = classification.kind === 'development';
  return [
    bold(
      `✔ ${printable(withoutSecrets(title))}: factory data ${hasCredentials(made.credentials) ? `with ${classification.kind} credentials` : 'without credentials'}`,
    ),
    '',
    ...rows.map(([name = '', text]) => `  ${name.padEnd(width)}  ${text}`),
    '',
    ...(files.some(({ data }) => data === image)
      ? [`  Image      ${hex(image.length)} bytes, ${format.join(', ')}`, `  Fill       ${fill(made)}`]
      : ['  Image      none requested']),
    `  Address    ${partition === undefined ? 'unknown: there is no partition table next to the config' : `${hex(partition.offset)}, partition "${printable(partition.name)}"`}`,
    ...storageLines(made),
    ...kept.map((path) => `  Key kept   ${displayPath(path)}`),
    ...(isDevelopment ? [] : [`  Production ${printable(classification.reasons.join('; '))}`]),
    ...attestationLines(made),
    ...(uncached === undefined ? [] : [`  Not cached ${printable(uncached)}`]),
    ...(codes === undefined ? ['  Codes      none: the firmware generates its own passcode'] : []),
    ...(codes !== undefined && !isDevelopment
      ? [`  Codes      not shown for production: they are in ${displayPath(codesFile(files))}`]
      : []),
    ...(codes !== undefined && isDevelopment
      ? [
          `  QR code    ${codes.qrCode}`,
          `  Manual     ${formatManualCode(codes.manualCode)}`,
          '',
          codes.picture.terminal(colour),
        ]
      : []),
  ].join('\n');
}

function storageLines({ config: { storage }, efuseKeys, hostEncrypted }: DeviceArtifacts): string[] {
  const moved = storage.commissioning === 'secure-cert' ? 'attestation and commissioning' : 'attestation';
  const encrypted = [
    ...(hostEncrypted.keysPartition === undefined ? [] : ['the keys partition']),
    ...(hostEncrypted.secureCert === undefined ? [] : ['esp_secure_cert']),
  ];
  return [
    ...(storage.attestation === 'secure-cert' ? [`  Storage    ${moved} data in esp_secure_cert`] : []),
    ...(encrypted.length === 0 ? [] : [`  Encrypted  on this host: ${encrypted.join(' and ')}`]),
    ...efuseKeys.map(
      ({ block, purpose }) =>
        `  eFuse      burn ${purposeText(purpose)} to BLOCK_KEY${block} before the first boot: ${FIXED_NAMES.efuseCommands}`,
    ),
  ];
}

function attestationLines({ attestation, classification }: DeviceArtifacts): string[] {
  if (attestation === undefined) return [];
  const { attestationResult: result, isAccepted, isRelaxed } = attestation;
  const relaxed = isRelaxed
    ? ['  RELAXED    attestation.severity turns errors of production into warnings']
    : [];
  if (isAccepted) return [...relaxed, '  Attestation a commissioner would accept these credentials'];
  if (isAccepted === null)
    return [
      ...relaxed,
      '  Attestation DAC and PAI are valid; there is no Certification Declaration to check',
    ];
  const inProduction = classification.kind === 'development' ? '; in production this is an error' : '';
  const verdict =
    result === undefined
      ? 'COMMISSIONERS ACCEPT THIS DEVICE TODAY, AGAINST THE SPECIFICATION'
      : `A COMMISSIONER WILL REJECT THIS DEVICE with ${result.number} ${result.name}`;
  return [...relaxed, `  Attestation ${verdict}${inProduction}`];
}

function fill({ layout }: DeviceArtifacts): string {
  const { usedEntries, usedPages, pages, readOnly } = layout;
  const usable = (pages.length - (readOnly ? 0 : 1)) * ENTRIES_PER_PAGE;
  const share = Math.min(1, usedEntries / usable);
  const filled = Math.max(1, Math.round(share * BAR_LENGTH));
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_LENGTH - filled);
  return `${bar} ${Math.round(100 * share)} %, ${usedEntries} entries on ${usedPages} of ${pages.length} pages`;
}

function codesFile(files: readonly OutputFile[]): string {
  return files.find(({ path }) => path.endsWith('onboarding.txt'))?.path ?? '';
}
