/** The entries of namespace 0: each has the name and the index of a namespace. */
import { decodeInline } from './entry-reader';
import type { FindingLog } from './finding-log';
import { NAMESPACES_MAX } from './layout';
import type { NvsPage } from './page-reader';

export interface NvsNamespaceEntry {
  readonly name: string;
  readonly index: number;
  readonly page: number;
  readonly entry: number;
  readonly offset: number;
}

/** The namespaces in the order in which they were written; of two with the same name or index, the first. */
export function decodeNamespaces(
  image: Uint8Array,
  pages: readonly NvsPage[],
  log: FindingLog,
): NvsNamespaceEntry[] {
  const namespaces: NvsNamespaceEntry[] = [];
  const names = new Map<string, NvsNamespaceEntry>();
  const indices = new Map<number, NvsNamespaceEntry>();
  for (const { index: page, entries } of pages) {
    for (const { index: entry, offset, state, head } of entries) {
      if (state !== 'written' || head === undefined || head.namespaceIndex !== 0) continue;
      const name = head.key;
      const index = decodeInline(image, page, entry).getUint8(0);
      if (head.type !== 'u8' || index === 0 || index > NAMESPACES_MAX) {
        log.add('nvs.namespace-invalid', { name, type: head.type, index, page, entry }, { offset });
        continue;
      }
      const other = names.get(name) ?? indices.get(index);
      if (other !== undefined) {
        const params = { name, index, page, entry, otherName: other.name, otherIndex: other.index };
        log.add('nvs.namespace-duplicate', params, { offset });
        continue;
      }
      const namespace = { name, index, page, entry, offset };
      namespaces.push(namespace);
      names.set(name, namespace);
      indices.set(index, namespace);
    }
  }
  return namespaces;
}
