import type { Finding } from '../errors/factory-error';
import { formatWhere } from '../errors/format';
import { nvsErrors } from '../errors/nvs';
import { ENTRIES_PER_PAGE } from './layout';
import { entryHash } from './page';
import type { PlacedEntry } from './placement';

/** Pairs of entries that the device would confuse, because they share a page and a hash. */
export function findCollisions(entries: readonly PlacedEntry[]): Finding[] {
  const findings: Finding[] = [];
  const hashes = new Uint32Array(ENTRIES_PER_PAGE);
  let page = -1;
  let pageStart = 0;
  entries.forEach((placed, index) => {
    if (placed.page !== page) {
      page = placed.page;
      pageStart = index;
    }
    const { key, namespaceIndex, where } = placed.record;
    const hash = entryHash(namespaceIndex, key, placed.chunk);
    const count = index - pageStart;
    hashes[count] = hash;
    // At most 125 numbers: a map for each page costs more.
    const same = hashes.indexOf(hash);
    if (same === count) return;
    const other = entries[pageStart + same]?.record;
    if (other === undefined) return;
    const params = { key, page, other: other.key, first: formatWhere(other.where) };
    findings.push(nvsErrors.finding('nvs.key-collision', params, where));
  });
  return findings;
}
