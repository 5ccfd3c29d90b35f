/** Keys of the chip-factory namespace: those of lists, and descriptions of all. */
import { FACTORY_FIELDS, type FactorySection } from './fields';
import { type FactoryNvsType, type Kind, number, text } from './kinds';
import { checkLanguageTag } from './language-tag';

export const FACTORY_NAMESPACE = 'chip-factory';

/** The firmware builds the keys of lists in a buffer of 15 bytes with the NUL. */
export const LIST_KEY_MAX_LENGTH = 14;

/** A key of a list of device information: its name, then its endpoint and indices. */
export interface ListKey<T> {
  readonly name: string;
  /** How many numbers follow the name. */
  readonly numbers: number;
  readonly kind: Kind<T>;
  readonly label: string;
  /** No two items of one list may have the same value. */
  readonly unique?: true;
}

const count = number(0, 0xffffffff);
const tag = number(0, 0xffff);

export const LIST_KEYS = {
  localeCount: { name: 'locale-sz', numbers: 0, kind: count, label: 'number of locales' },
  locale: {
    name: 'locale',
    numbers: 1,
    kind: text(1, 35, checkLanguageTag),
    label: 'locale',
    unique: true,
  },
  fixedLabelCount: { name: 'fl-sz', numbers: 1, kind: count, label: 'number of fixed labels' },
  fixedLabelName: { name: 'fl-k', numbers: 2, kind: text(1, 16), label: "fixed label's name", unique: true },
  fixedLabelValue: { name: 'fl-v', numbers: 2, kind: text(0, 16), label: "fixed label's value" },
  modeCount: { name: 'sm-sz', numbers: 1, kind: count, label: 'number of supported modes' },
  modeLabel: { name: 'sm-label', numbers: 2, kind: text(1, 64), label: "mode's label", unique: true },
  mode: { name: 'sm-mode', numbers: 2, kind: number(0, 0xff), label: 'mode', unique: true },
  tagCount: { name: 'sm-st-sz', numbers: 2, kind: count, label: 'number of semantic tags' },
  tagValue: { name: 'st-v', numbers: 3, kind: tag, label: "tag's value" },
  tagManufacturer: { name: 'st-mfg', numbers: 3, kind: tag, label: "tag's manufacturer code" },
} as const satisfies Record<string, ListKey<unknown>>;

/** 0xFFFF is kInvalidEndpointId. */
export const ENDPOINT = number(0, 0xfffe);

/** The key of a list, its numbers in lower-case hexadecimal: "fl-k/1a/0". */
export function listKey({ name }: { readonly name: string }, numbers: readonly number[]): string {
  return [name, ...numbers.map((number) => number.toString(16))].join('/');
}

/** Keys of the namespace that the provider does not read, but whose values no tool should show. */
const UNREAD_SECRETS: Readonly<Record<string, string>> = {
  'pin-code': 'passcode in clear',
  'device-key': 'private key of an older device certificate',
};

/** The description of a key of the chip-factory namespace, for inspectors. */
export interface FactoryKeyDescription {
  readonly key: string;
  readonly label: string;
  /** The section of FactoryData, or "other" for keys that the provider does not read. */
  readonly section: FactorySection | 'other';
  /** The type under which the firmware finds it; undefined where it does not look. */
  readonly nvsType: FactoryNvsType | undefined;
  /** Whether the value must be hidden. */
  readonly secret: boolean;
}

/** What is known of a key of the chip-factory namespace, undefined for an unknown key. */
export function describeFactoryKey(key: string): FactoryKeyDescription | undefined {
  const field = FACTORY_FIELDS.find((candidate) => candidate.key === key);
  if (field !== undefined) {
    const { label, section, kind, secret = false } = field;
    return { key, label, section, nvsType: kind.nvs, secret };
  }
  const [name, ...numbers] = key.split('/');
  const list = numbers.includes('')
    ? undefined
    : Object.values(LIST_KEYS).find((row) => row.name === name && row.numbers === numbers.length);
  if (list !== undefined) {
    return { key, label: list.label, section: 'deviceInfo', nvsType: list.kind.nvs, secret: false };
  }
  const label = Object.hasOwn(UNREAD_SECRETS, key) ? UNREAD_SECRETS[key] : undefined;
  return label === undefined ? undefined : { key, label, section: 'other', nvsType: undefined, secret: true };
}
