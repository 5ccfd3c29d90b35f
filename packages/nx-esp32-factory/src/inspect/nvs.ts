/** The NVS partition of a file: decrypted if necessary, and decoded. */
import {
  classifyNvs,
  decodeNvs,
  decryptNvs,
  ENTRIES_PER_PAGE,
  FactoryError,
  type Finding,
  type NvsDecoded,
  type NvsKeys,
  PAGE_LENGTH,
} from 'nvs-core';
import { inspectErrors } from '../errors';

export interface NvsContents {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** none: plain; unlocked: decrypted with the given keys; locked: no entry is readable. */
  readonly encryption: 'none' | 'unlocked' | 'locked';
  /** The partition, decrypted if possible. */
  readonly image: Uint8Array;
  readonly decoded: NvsDecoded;
}

/** Maximum number of findings per image that a person would read. */
const MAX_FINDINGS = 200;

/** Maximum number of decoded pages that are not blank: 2 MiB, far more than the library is made for. */
const MAX_USED_PAGES = 512;

/** Decodes the whole pages of `bytes`; never throws for their contents. */
export function readNvs(
  bytes: Uint8Array,
  keys: NvsKeys | undefined,
): { nvs?: NvsContents; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const rest = bytes.length % PAGE_LENGTH;
  if (rest > 0) findings.push(truncated(bytes, rest));
  const whole = bytes.subarray(0, bytes.length - rest);
  if (whole.length === 0) return { findings };
  const used = usedPages(whole);
  if (used > MAX_USED_PAGES) {
    findings.push(inspectErrors.finding('inspect.too-large', { used, limit: MAX_USED_PAGES }));
    return { findings };
  }

  const { image, encryption, findings: problems } = unlock(whole, keys);
  const decoded = decodeNvs(image, { maxFindings: MAX_FINDINGS });
  findings.push(...problems);
  // Reported above as inspect.encrypted, with the option that helps.
  findings.push(...decoded.findings.filter(({ code }) => code !== 'nvs.image-encrypted'));
  return { nvs: { offset: 0, encryption, image, decoded }, findings };
}

function usedPages(image: Uint8Array): number {
  let used = 0;
  for (let page = 0; page < image.length; page += PAGE_LENGTH) {
    const isBlank = image.subarray(page, page + PAGE_LENGTH).every((byte) => byte === 0xff);
    if (!isBlank) used++;
  }
  return used;
}

function unlock(
  image: Uint8Array,
  keys: NvsKeys | undefined,
): Pick<NvsContents, 'image' | 'encryption'> & { findings: readonly Finding[] } {
  const isEncrypted = classifyNvs(image) === 'encrypted';
  if (!isEncrypted) {
    const isPlain = keys !== undefined && classifyNvs(image) === 'plain';
    // The finding comes from decryptNvs; the entries are readable anyway.
    const findings = isPlain ? findingsThrownBy(() => decryptNvs(image, keys), 'warning') : [];
    return { image, encryption: 'none', findings };
  }
  if (keys === undefined) {
    return { image, encryption: 'locked', findings: [inspectErrors.finding('inspect.encrypted', {})] };
  }
  try {
    return { image: decryptNvs(image, keys), encryption: 'unlocked', findings: [] };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return { image, encryption: 'locked', findings: error.findings };
  }
}

function findingsThrownBy(work: () => unknown, severity: Finding['severity']): Finding[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return error.findings.map((finding) => ({ ...finding, severity }));
  }
}

/** Erased flash after the last page is a warning; anything else is a truncated page. */
function truncated(bytes: Uint8Array, rest: number): Finding {
  const isBlank = bytes.subarray(bytes.length - rest).every((byte) => byte === 0xff);
  const params = { size: bytes.length, rest };
  const where = { offset: bytes.length - rest };
  return inspectErrors.finding('inspect.truncated', params, where, isBlank ? 'warning' : 'error');
}

export interface NvsFill {
  readonly pages: number;
  readonly usedPages: number;
  readonly writtenEntries: number;
  readonly erasedEntries: number;
  /** Entries that the device can still write, after it has reclaimed erased ones. */
  readonly freeEntries: number;
  /** Entries of all pages. */
  readonly capacity: number;
}

/** The fill of a partition. */
export function fillOf({ pages, freeEntries }: NvsDecoded): NvsFill {
  // The entries of a corrupt page are lost.
  const kept = pages.filter(({ state }) => state !== 'corrupt');
  const sum = (count: (page: NvsDecoded['pages'][number]) => number) =>
    kept.reduce((total, page) => total + count(page), 0);
  return {
    pages: pages.length,
    usedPages: pages.filter(({ state }) => state !== 'uninitialised').length,
    writtenEntries: sum((page) => page.writtenEntries),
    erasedEntries: sum((page) => page.erasedEntries),
    freeEntries,
    capacity: pages.length * ENTRIES_PER_PAGE,
  };
}
