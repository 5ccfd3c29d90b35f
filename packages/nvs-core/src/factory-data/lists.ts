/** Lists of device information, read as their iterators in the firmware do: up to the first item that is missing. */
import type { FixedLabel, SemanticTag, SupportedMode } from './data';
import type { KeyReader } from './key-reader';
import { LIST_KEYS, LIST_KINDS } from './keys';

/** Supported locales, undefined without a count. */
export function decodeLocales(reader: KeyReader): string[] | undefined {
  return list(reader, LIST_KEYS.localeCount(), (index) =>
    required(reader, LIST_KEYS.locale(index), (key) => reader.read(key, LIST_KINDS.locale, 'locale')),
  );
}

/** Fixed labels of all endpoints, undefined without any count. */
export function decodeFixedLabels(reader: KeyReader): FixedLabel[] | undefined {
  return perEndpoint(reader, 'fl-sz', (endpoint) =>
    list(reader, LIST_KEYS.fixedLabelCount(endpoint), (index): Item<FixedLabel> => {
      const label = required(reader, LIST_KEYS.fixedLabelName(endpoint, index), (key) =>
        reader.read(key, LIST_KINDS.fixedLabelName, "fixed label's name"),
      );
      if (!('value' in label)) return label;
      const value = required(reader, LIST_KEYS.fixedLabelValue(endpoint, index), (key) =>
        reader.read(key, LIST_KINDS.fixedLabelValue, "fixed label's value"),
      );
      return 'value' in value ? { value: { endpoint, label: label.value, value: value.value } } : value;
    }),
  );
}

/** Supported modes of all endpoints, undefined without any count. */
export function decodeSupportedModes(reader: KeyReader): SupportedMode[] | undefined {
  return perEndpoint(reader, 'sm-sz', (endpoint) =>
    list(reader, LIST_KEYS.modeCount(endpoint), (index): Item<SupportedMode> => {
      const label = required(reader, LIST_KEYS.modeLabel(endpoint, index), (key) =>
        reader.read(key, LIST_KINDS.modeLabel, "mode's label"),
      );
      if (!('value' in label)) return label;
      const mode = required(reader, LIST_KEYS.mode(endpoint, index), (key) =>
        reader.read(key, LIST_KINDS.mode, 'mode'),
      );
      if (!('value' in mode)) return mode;
      const tagCount = LIST_KEYS.tagCount(endpoint, index);
      if (!reader.has(tagCount)) return { missing: tagCount };
      const semanticTags = list(reader, tagCount, (tag) => semanticTag(reader, endpoint, index, tag));
      if (semanticTags === undefined) return { unreadable: tagCount };
      return { value: { endpoint, label: label.value, mode: mode.value, semanticTags } };
    }),
  );
}

function semanticTag(reader: KeyReader, endpoint: number, index: number, tag: number): Item<SemanticTag> {
  const value = required(reader, LIST_KEYS.tagValue(endpoint, index, tag), (key) =>
    reader.read(key, LIST_KINDS.tag, "tag's value"),
  );
  if (!('value' in value)) return value;
  const code = required(reader, LIST_KEYS.tagManufacturer(endpoint, index, tag), (key) =>
    reader.read(key, LIST_KINDS.tag, "tag's manufacturer code"),
  );
  return 'value' in code ? { value: { value: value.value, manufacturerCode: code.value } } : code;
}

/** An item of a list, or the key that is missing for it; unreadable ones have been reported already. */
type Item<T> = { readonly value: T } | { readonly missing: string } | { readonly unreadable: string };

function required<T>(reader: KeyReader, key: string, read: (key: string) => T | undefined): Item<T> {
  if (!reader.has(key)) return { missing: key };
  const value = read(key);
  return value === undefined ? { unreadable: key } : { value };
}

/** The items that a count announces, up to the first one that cannot be read. */
function list<T>(reader: KeyReader, size: string, read: (index: number) => Item<T>): T[] | undefined {
  const count = reader.read(size, LIST_KINDS.count, 'count');
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
  name: string,
  read: (endpoint: number) => T[] | undefined,
): T[] | undefined {
  const endpoints = new Set(
    reader.entries
      .filter(({ key }) => key.startsWith(`${name}/`))
      .map(({ key }) => COUNT_KEY.exec(key)?.[1])
      .filter((digits) => digits !== undefined)
      .map((digits) => Number.parseInt(digits, 16)),
  );
  const lists = Array.from(endpoints, read).filter((items) => items !== undefined);
  return lists.length === 0 ? undefined : lists.flat();
}
