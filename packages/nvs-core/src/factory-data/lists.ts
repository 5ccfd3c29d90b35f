/** Lists of device information, read as their iterators in the firmware do: up to the first item that is missing. */
import type { FixedLabel, SemanticTag, SupportedMode } from './data';
import type { KeyReader } from './key-reader';
import { LIST_KEYS, type ListKey, listKey } from './keys';

/** Supported locales, undefined without a count. */
export function decodeLocales(reader: KeyReader): string[] | undefined {
  return list(reader, LIST_KEYS.localeCount, [], (index) => required(reader, LIST_KEYS.locale, [index]));
}

/** Fixed labels of all endpoints, undefined without any count. */
export function decodeFixedLabels(reader: KeyReader): FixedLabel[] | undefined {
  return perEndpoint(reader, LIST_KEYS.fixedLabelCount, (endpoint, index): Item<FixedLabel> => {
    const label = required(reader, LIST_KEYS.fixedLabelName, [endpoint, index]);
    if (!('value' in label)) return label;
    const value = required(reader, LIST_KEYS.fixedLabelValue, [endpoint, index]);
    return 'value' in value ? { value: { endpoint, label: label.value, value: value.value } } : value;
  });
}

/** Supported modes of all endpoints, undefined without any count. */
export function decodeSupportedModes(reader: KeyReader): SupportedMode[] | undefined {
  return perEndpoint(reader, LIST_KEYS.modeCount, (endpoint, index): Item<SupportedMode> => {
    const label = required(reader, LIST_KEYS.modeLabel, [endpoint, index]);
    if (!('value' in label)) return label;
    const mode = required(reader, LIST_KEYS.mode, [endpoint, index]);
    if (!('value' in mode)) return mode;
    const count = listKey(LIST_KEYS.tagCount, [endpoint, index]);
    if (!reader.has(count)) return { missing: count };
    const semanticTags = list(reader, LIST_KEYS.tagCount, [endpoint, index], (tag) =>
      semanticTag(reader, [endpoint, index, tag]),
    );
    if (semanticTags === undefined) return { unreadable: count };
    return { value: { endpoint, label: label.value, mode: mode.value, semanticTags } };
  });
}

function semanticTag(reader: KeyReader, numbers: readonly number[]): Item<SemanticTag> {
  const value = required(reader, LIST_KEYS.tagValue, numbers);
  if (!('value' in value)) return value;
  const code = required(reader, LIST_KEYS.tagManufacturer, numbers);
  return 'value' in code ? { value: { value: value.value, manufacturerCode: code.value } } : code;
}

/** An item of a list, or the key that is missing for it; unreadable ones have been reported already. */
type Item<T> = { readonly value: T } | { readonly missing: string } | { readonly unreadable: string };

function required<T>(reader: KeyReader, row: ListKey<T>, numbers: readonly number[]): Item<T> {
  const key = listKey(row, numbers);
  if (!reader.has(key)) return { missing: key };
  const value = reader.read(key, row.kind, row.label);
  return value === undefined ? { unreadable: key } : { value };
}

/** The items that a count announces, up to the first one that cannot be read. */
function list<T>(
  reader: KeyReader,
  row: ListKey<number>,
  numbers: readonly number[],
  read: (index: number) => Item<T>,
): T[] | undefined {
  const size = listKey(row, numbers);
  const count = reader.read(size, row.kind, row.label);
  if (count === undefined) return undefined;
  const items: T[] = [];
  while (items.length < count) {
    const item = read(items.length);
    if ('missing' in item) reader.reportMissing(item.missing, size, count);
    if (!('value' in item)) break;
    items.push(item.value);
  }
  return items;
}

const COUNT_KEY = /^(?:fl-sz|sm-sz)\/(0|[1-9a-f][0-9a-f]{0,3})$/;

/** The lists of every endpoint that has a count, in the order of the counts. */
function perEndpoint<T>(
  reader: KeyReader,
  row: ListKey<number>,
  read: (endpoint: number, index: number) => Item<T>,
): T[] | undefined {
  const endpoints = new Set(
    reader.entries
      .filter(({ key }) => key.startsWith(`${row.name}/`))
      .map(({ key }) => COUNT_KEY.exec(key)?.[1])
      .filter((digits) => digits !== undefined)
      .map((digits) => Number.parseInt(digits, 16)),
  );
  const lists = Array.from(endpoints, (endpoint) =>
    list(reader, row, [endpoint], (index) => read(endpoint, index)),
  ).filter((items) => items !== undefined);
  return lists.length === 0 ? undefined : lists.flat();
}
