/** Texts that all formats of the report share. */
import type { Finding, Severity } from 'nvs-core';
import { counted, sizeText } from './text';
import type { EntryView, ImageView } from './view';

const KINDS: Readonly<Record<ImageView['kind'], string>> = {
  nvs: 'NVS partition',
  'secure-cert': 'esp_secure_cert partition',
  'nvs-keys': 'NVS keys partition',
  'partition-table': 'partition table',
  'flash-dump': 'flash dump',
  blank: 'blank flash',
  unknown: 'unknown file',
};

const ENCRYPTION = {
  none: 'not encrypted',
  unlocked: 'encrypted, read with the keys given',
  locked: 'encrypted',
} as const;

/** "NVS partition, version 2, not encrypted, 24 KiB (0x6000)". */
export function headline({ kind, size, nvs, partition }: ImageView): string {
  return [
    KINDS[kind],
    ...(partition === undefined ? [] : [`partition "${partition.name}"`]),
    ...(nvs?.version === undefined ? [] : [`format version ${nvs.version}`]),
    ...(nvs === undefined || kind === 'blank' ? [] : [ENCRYPTION[nvs.encryption]]),
    sizeText(partition?.size ?? size),
  ].join(', ');
}

export function kindName(kind: ImageView['kind']): string {
  return KINDS[kind];
}

/** "121 of 756 entries used (16 %) on 1 of 6 pages, 3 erased, 509 free". */
export function fillText(view: ImageView): string | undefined {
  if (view.nvs === undefined) return undefined;
  const { writtenEntries, erasedEntries, freeEntries, capacity, usedPages, pages } = view.nvs.fill;
  const share = capacity === 0 ? 0 : Math.round((100 * writtenEntries) / capacity);
  const erased = erasedEntries === 0 ? '' : `, ${erasedEntries} erased`;
  return `${writtenEntries} of ${capacity} entries used (${share} %) on ${usedPages} of ${counted(pages, 'page')}${erased}, ${freeEntries} free`;
}

/** "2 errors, 1 warning", or "no problems found". */
export function findingCount(findings: readonly Finding[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [counted(count, SEVERITY_WORD[severity])];
  });
  return parts.length === 0 ? 'no problems found' : parts.join(', ');
}

const SEVERITY_WORD: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** Sorted by severity, worst first, and otherwise in the same order. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return (['error', 'warning', 'info'] as const).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
}

/** The number of hidden values. */
export function hiddenCount({ nvs, secureCert, keys }: ImageView): number {
  const entries = [...(nvs?.entries ?? []), ...(secureCert?.entries ?? [])];
  return (
    entries.filter(({ value }) => value === undefined).length +
    (keys !== undefined && keys.encryptionKey === undefined ? 2 : 0)
  );
}

/** "0:12–28" for entries 12 to 28 of page 0; "0:90 … 2:5" for a value over several pages. */
export function positionText(places: EntryView['places']): string {
  const [first] = places;
  const last = places.at(-1);
  if (first === undefined || last === undefined) return '';
  const end = last.entry + last.span - 1;
  const start = `${first.page}:${first.entry}`;
  if (first.page !== last.page) return `${start} … ${last.page}:${end}`;
  return end === first.entry ? start : `${start}–${end}`;
}
