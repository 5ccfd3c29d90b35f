import type { NvsDecoded } from './decode';
import type { NvsItem } from './values';

/**
 * The items of a decoded image in the order in which they were written: they encode to the same image, if it came from
 * a generator and was decoded without findings.
 */
export function toNvsItems({ pages, namespaces, entries }: NvsDecoded): NvsItem[] {
  const sequences = new Map(pages.map(({ index, sequence }) => [index, sequence ?? 0]));
  const placed: { item: NvsItem; page: number; entry: number }[] = [];
  for (const { name, page, entry } of namespaces) {
    placed.push({ item: { type: 'namespace', namespace: name }, page, entry });
  }
  for (const { namespace, key, type, value, places, page, entry } of entries) {
    const item = { namespace, key, type, value } as NvsItem;
    const first = places[0] ?? { page, entry };
    placed.push({ item, page: first.page, entry: first.entry });
  }
  const order = (page: number) => sequences.get(page) ?? 0;
  placed.sort((a, b) => order(a.page) - order(b.page) || a.page - b.page || a.entry - b.entry);
  return placed.map(({ item }) => item);
}
