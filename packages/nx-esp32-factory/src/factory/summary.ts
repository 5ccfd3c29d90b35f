import { relative } from 'node:path';
import { ENTRIES_PER_PAGE, formatManualCode, hex } from 'nvs-core';
import type { OutputFile } from '../files';
import { drawQrCode } from './codes';
import type { FactoryImage } from './image';

const BAR_LENGTH = 20;

/** What a person wants to know after a run: short, and with codes only where they are nobody's secret. */
export async function summaryOf(
  made: FactoryImage,
  files: readonly OutputFile[],
  title: string,
): Promise<string> {
  const { codes, classification, layout, place, image, keysPartition } = made;
  const rows: [string, string][] = files.map(({ path, data, secret }) => [
    shown(path),
    `${data.length} bytes${secret ? '' : ', no secrets in it'}`,
  ]);
  const width = Math.max(...rows.map(([name]) => name.length));
  const isDevelopment = classification.kind === 'development';
  return [
    `${title}: factory partition written (${classification.kind} credentials)`,
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    '',
    `  Image      ${hex(image.length)} bytes, NVS version ${layout.version}, ${keysPartition === undefined ? 'plain' : 'encrypted'}${layout.readOnly ? ', read-only' : ''}`,
    `  Fill       ${fill(made)}`,
    `  Address    ${place === undefined ? 'not known: no partition table was found' : `${hex(place.offset)} (partition ${place.label})`}`,
    ...(codes === undefined
      ? ['  Codes      none: the firmware makes its own passcode']
      : isDevelopment
        ? [
            `  QR code    ${codes.qrCode}`,
            `  Manual     ${formatManualCode(codes.manualCode)}`,
            '',
            (await drawQrCode(codes.qrCode)).terminal.trimEnd(),
          ]
        : [`  Codes      not shown for production: see ${shown(codesFile(files))}`]),
  ].join('\n');
}

function fill({ layout }: FactoryImage): string {
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
