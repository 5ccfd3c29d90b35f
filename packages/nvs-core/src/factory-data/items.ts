/** FactoryData laid flat: one item a key, in the order in which a script writes them. */
import type { DeviceInfoData, FactoryData } from './data';
import { FACTORY_FIELDS, LIST_KEYS, LIST_KINDS } from './keys';
import type { Kind } from './kinds';

/** A key to write, with the path of its value in FactoryData. */
export interface FactoryItem {
  readonly key: string;
  readonly path: string;
  readonly label: string;
  readonly value: unknown;
  readonly kind: Kind<unknown>;
  /** Whether the key holds an endpoint or an index. */
  readonly list: boolean;
}

/** `sdk`: as generate_esp32_chip_factory_bin.py writes; `mfg-tool`: as esp-matter-mfg-tool does. */
export type FactoryKeyOrder = 'sdk' | 'mfg-tool';

/** Keys before the lists of device information, and keys after them. */
const ORDERS: Readonly<
  Record<FactoryKeyOrder, readonly [before: readonly string[], after: readonly string[]]>
> = {
  sdk: [FACTORY_FIELDS.map(({ key }) => key), []],
  'mfg-tool': [
    [
      ...[
        'discriminator',
        'iteration-count',
        'salt',
        'vendor-id',
        'vendor-name',
        'product-id',
        'product-name',
      ],
      ...['hardware-ver', 'hw-ver-str', 'mfg-date', 'rd-id-uid', 'product-finish', 'product-color'],
      ...['part-number', 'serial-num', 'dac-cert', 'dac-key', 'dac-pub-key', 'pai-cert', 'verifier'],
      ...['cert-dclrn', 'cal-types'],
    ],
    ['product-label', 'product-url', 'device-type', 'loc-capability'],
  ],
};

/** Every key of `data` with its value, unchecked. */
export function factoryItems(data: FactoryData, order: FactoryKeyOrder = 'sdk'): FactoryItem[] {
  const [before, after] = ORDERS[order];
  return [
    ...before.flatMap((key) => fieldItem(data, key)),
    ...(data.deviceInfo === undefined ? [] : listItems(data.deviceInfo)),
    ...after.flatMap((key) => fieldItem(data, key)),
  ];
}

function fieldItem(data: FactoryData, key: string): FactoryItem[] {
  const found = FACTORY_FIELDS.find((candidate) => candidate.key === key);
  if (found === undefined) throw new TypeError(`${key} is no key of the table`);
  const { group, field, label, kind } = found;
  const value = (data[group] as Readonly<Record<string, unknown>> | undefined)?.[field];
  return value === undefined ? [] : [{ key, path: `${group}.${field}`, label, value, kind, list: false }];
}

function listItems({ locales, fixedLabels = [], supportedModes = [] }: DeviceInfoData): FactoryItem[] {
  return [
    ...(locales === undefined ? [] : localeItems(locales)),
    ...byEndpoint(fixedLabels, 'deviceInfo.fixedLabels').flatMap((group) => fixedLabelItems(group)),
    ...byEndpoint(supportedModes, 'deviceInfo.supportedModes').flatMap((group) => modeItems(group)),
  ];
}

function item<T>(key: string, path: string, label: string, kind: Kind<T>, value: T): FactoryItem {
  return { key, path, label, value, kind, list: true };
}

function localeItems(locales: readonly string[]): FactoryItem[] {
  const path = 'deviceInfo.locales';
  return [
    item(LIST_KEYS.localeCount(), path, 'number of locales', LIST_KINDS.count, locales.length),
    ...locales.map((locale, index) =>
      item(LIST_KEYS.locale(index), `${path}[${index}]`, 'locale', LIST_KINDS.locale, locale),
    ),
  ];
}

interface EndpointGroup<T> {
  readonly endpoint: number;
  readonly path: string;
  readonly members: readonly { readonly path: string; readonly member: T }[];
}

/** Members of each endpoint, endpoints in the order of their first member. */
export function byEndpoint<T extends { readonly endpoint: number }>(
  list: readonly T[],
  path: string,
): EndpointGroup<T>[] {
  const groups = new Map<number, { path: string; member: T }[]>();
  list.forEach((member, index) => {
    const group = groups.get(member.endpoint) ?? [];
    groups.set(member.endpoint, group);
    group.push({ path: `${path}[${index}]`, member });
  });
  return Array.from(groups, ([endpoint, members]) => ({ endpoint, path, members }));
}

function fixedLabelItems(
  group: EndpointGroup<NonNullable<DeviceInfoData['fixedLabels']>[number]>,
): FactoryItem[] {
  const { endpoint, path, members } = group;
  const count = item(
    LIST_KEYS.fixedLabelCount(endpoint),
    path,
    'number of fixed labels',
    LIST_KINDS.count,
    members.length,
  );
  return [
    count,
    ...members.flatMap(({ path, member }, index) => [
      item(
        LIST_KEYS.fixedLabelName(endpoint, index),
        `${path}.label`,
        "fixed label's name",
        LIST_KINDS.fixedLabelName,
        member.label,
      ),
      item(
        LIST_KEYS.fixedLabelValue(endpoint, index),
        `${path}.value`,
        "fixed label's value",
        LIST_KINDS.fixedLabelValue,
        member.value,
      ),
    ]),
  ];
}

function modeItems(
  group: EndpointGroup<NonNullable<DeviceInfoData['supportedModes']>[number]>,
): FactoryItem[] {
  const { endpoint, path, members } = group;
  const { count, modeLabel, mode, tag } = LIST_KINDS;
  return [
    item(LIST_KEYS.modeCount(endpoint), path, 'number of supported modes', count, members.length),
    ...members.flatMap(({ path, member }, index) => {
      const tags = member.semanticTags ?? [];
      const tagPath = `${path}.semanticTags`;
      return [
        item(LIST_KEYS.modeLabel(endpoint, index), `${path}.label`, "mode's label", modeLabel, member.label),
        item(LIST_KEYS.mode(endpoint, index), `${path}.mode`, 'mode', mode, member.mode),
        item(LIST_KEYS.tagCount(endpoint, index), tagPath, 'number of semantic tags', count, tags.length),
        ...tags.flatMap(({ value, manufacturerCode }, at) => [
          item(LIST_KEYS.tagValue(endpoint, index, at), `${tagPath}[${at}].value`, "tag's value", tag, value),
          item(
            LIST_KEYS.tagManufacturer(endpoint, index, at),
            `${tagPath}[${at}].manufacturerCode`,
            "tag's manufacturer code",
            tag,
            manufacturerCode,
          ),
        ]),
      ];
    }),
  ];
}
