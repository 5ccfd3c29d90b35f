import { type Finding, formatWhere, nvsErrors } from '../errors';
import { entryHash } from './page';
import type { PlacedEntry } from './placement';

/** Pairs of entries that the device would take for one another, because they share a page and a hash. */
export function findCollisions(entries: readonly PlacedEntry[]): Finding[] {
  const findings: Finding[] = [];
  const byHash = new Map<number, PlacedEntry>();
  let page = -1;
  for (const entry of entries) {
    if (entry.page !== page) {
      byHash.clear();
      page = entry.page;
    }
    const { key, namespaceIndex, where } = entry.record;
    const hash = entryHash(namespaceIndex, key, entry.chunk);
    const other = byHash.get(hash);
    byHash.set(hash, entry);
    if (other === undefined) continue;
    const params = { key, page, other: other.record.key, first: formatWhere(other.record.where) };
    findings.push(nvsErrors.finding('nvs.key-collision', params, where));
  }
  return findings;
}
