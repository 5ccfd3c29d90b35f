import { relative } from 'node:path';
import { ENTRIES_PER_PAGE, formatManualCode, hex } from 'nvs-core';
import type { DeviceArtifacts } from '../device';
import { purposeText } from '../efuse';
import type { OutputFile } from '../files';
import { FIXED_NAMES } from './names';

const BAR_LENGTH = 20;

export interface SummaryOptions {
  /** What was made: a project, a config file. */
  readonly title: string;
  readonly colour: boolean;
  /** Why Nx does not cache the run, if it does not. */
  readonly uncached?: string | undefined;
}

/** What a person wants to know after a run: short, and with codes only where they are nobody's secret. */
export function summaryOf(
  made: DeviceArtifacts,
  files: readonly OutputFile[],
  { title, colour, uncached }: SummaryOptions,
): string {
  const { codes, classification, layout, partition, image, config } = made;
  const scheme = config.encryption?.scheme ?? 'none';
  const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  const rows = files.map(({ path, data, secret }) => [
    shown(path),
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
    bold(`✔ ${title}: factory data with ${classification.kind} credentials`),
    '',
    ...rows.map(([name = '', text]) => `  ${name.padEnd(width)}  ${text}`),
    '',
    ...(files.some(({ data }) => data === image)
      ? [`  Image      ${hex(image.length)} bytes, ${format.join(', ')}`, `  Fill       ${fill(made)}`]
      : ['  Image      none was asked for']),
    `  Address    ${partition === undefined ? 'not known: there is no partition table beside the config' : `${hex(partition.offset)}, partition "${partition.name}"`}`,
    ...storageLines(made),
    ...(isDevelopment ? [] : [`  Production ${classification.reasons.join('; ')}`]),
    ...attestationLines(made),
    ...(uncached === undefined ? [] : [`  Not cached ${uncached}`]),
    ...(codes === undefined ? ['  Codes      none: the firmware makes its own passcode'] : []),
    ...(codes !== undefined && !isDevelopment
      ? [`  Codes      not shown for production: they are in ${shown(codesFile(files))}`]
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
  const { attestationResult: result, isAccepted, isLoosened } = attestation;
  const loosened = isLoosened
    ? [`  LOOSENED   attestation.severity makes warnings of what production refuses`]
    : [];
  if (isAccepted) return [...loosened, '  Attestation a commissioner would accept these credentials'];
  if (isAccepted === null)
    return [
      ...loosened,
      '  Attestation DAC and PAI are right; there is no Certification Declaration to check',
    ];
  const number = result === undefined ? '' : ` with ${result.number} ${result.name}`;
  const instead = classification.kind === 'development' ? '; in production this is an error' : '';
  return [...loosened, `  Attestation A COMMISSIONER WILL REFUSE THIS DEVICE${number}${instead}`];
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

function shown(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') ? path : short;
}
