/** FactoryData laid flat: one item a key, in the order in which a script writes them. */
import type { DeviceInfoData, FactoryData } from './data';
import { FACTORY_FIELDS, type FactoryField } from './fields';
import { LIST_KEYS, type ListKey, listKey } from './keys';
import type { Kind } from './kinds';

/** A key to write, with the path of its value in FactoryData. */
export interface FactoryItem {
  readonly key: string;
  readonly path: string;
  readonly label: string;
  readonly value: unknown;
  readonly kind: Kind<unknown>;
  /** Its row, if it belongs to a list. */
  readonly list?: ListKey<unknown>;
}

/** `sdk`: as generate_esp32_chip_factory_bin.py writes; `mfg-tool`: as esp-matter-mfg-tool does. */
export type FactoryKeyOrder = 'sdk' | 'mfg-tool';

/** What esp-matter-mfg-tool writes before the lists of device information. */
const MFG_TOOL_KEYS = [
  ...['discriminator', 'iteration-count', 'salt', 'vendor-id', 'vendor-name', 'product-id', 'product-name'],
  ...['hardware-ver', 'hw-ver-str', 'mfg-date', 'rd-id-uid', 'product-finish', 'product-color'],
  ...['part-number', 'serial-num', 'dac-cert', 'dac-key', 'dac-pub-key', 'pai-cert', 'verifier'],
  ...['cert-dclrn', 'cal-types'],
];

/** Fields before the lists of device information, and those after them. */
function split(keys: readonly string[]): readonly [before: FactoryField[], after: FactoryField[]] {
  const before = keys.flatMap((key) => FACTORY_FIELDS.filter((field) => field.key === key));
  return [before, FACTORY_FIELDS.filter((field) => !before.includes(field))];
}

const ORDERS = { sdk: split(FACTORY_FIELDS.map(({ key }) => key)), 'mfg-tool': split(MFG_TOOL_KEYS) };

/** Every key of `data` with its value, unchecked. */
export function factoryItems(data: FactoryData, order: FactoryKeyOrder = 'sdk'): FactoryItem[] {
  const [before, after] = ORDERS[order];
  return [
    ...before.flatMap((field) => fieldItem(data, field)),
    ...(data.deviceInfo === undefined ? [] : listItems(data.deviceInfo)),
    ...after.flatMap((field) => fieldItem(data, field)),
  ];
}

function fieldItem(data: FactoryData, { section, name, key, label, kind }: FactoryField): FactoryItem[] {
  const value = (data[section] as Readonly<Record<string, unknown>> | undefined)?.[name];
  return value === undefined ? [] : [{ key, path: `${section}.${name}`, label, value, kind }];
}

function listItems({ locales, fixedLabels = [], supportedModes = [] }: DeviceInfoData): FactoryItem[] {
  const path = 'deviceInfo.locales';
  return [
    ...(locales === undefined ? [] : [item(LIST_KEYS.localeCount, [], path, locales.length)]),
    ...(locales ?? []).map((locale, index) => item(LIST_KEYS.locale, [index], `${path}[${index}]`, locale)),
    ...byEndpoint(fixedLabels, 'deviceInfo.fixedLabels').flatMap(fixedLabelItems),
    ...byEndpoint(supportedModes, 'deviceInfo.supportedModes').flatMap(modeItems),
  ];
}

function item<T>(row: ListKey<T>, numbers: readonly number[], path: string, value: T): FactoryItem {
  return { key: listKey(row, numbers), path, label: row.label, value, kind: row.kind, list: row };
}

interface EndpointGroup<T> {
  readonly endpoint: number;
  readonly path: string;
  readonly members: readonly { readonly path: string; readonly member: T }[];
}

/** Members of each endpoint, endpoints in the order of their first member. */
function byEndpoint<T extends { readonly endpoint: number }>(
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

type Member<K extends 'fixedLabels' | 'supportedModes'> = NonNullable<DeviceInfoData[K]>[number];

function fixedLabelItems({ endpoint, path, members }: EndpointGroup<Member<'fixedLabels'>>): FactoryItem[] {
  return [
    item(LIST_KEYS.fixedLabelCount, [endpoint], path, members.length),
    ...members.flatMap(({ path, member }, index) => [
      item(LIST_KEYS.fixedLabelName, [endpoint, index], `${path}.label`, member.label),
      item(LIST_KEYS.fixedLabelValue, [endpoint, index], `${path}.value`, member.value),
    ]),
  ];
}

function modeItems({ endpoint, path, members }: EndpointGroup<Member<'supportedModes'>>): FactoryItem[] {
  return [
    item(LIST_KEYS.modeCount, [endpoint], path, members.length),
    ...members.flatMap(({ path, member: { label, mode, semanticTags = [] } }, index) => {
      const tags = `${path}.semanticTags`;
      return [
        item(LIST_KEYS.modeLabel, [endpoint, index], `${path}.label`, label),
        item(LIST_KEYS.mode, [endpoint, index], `${path}.mode`, mode),
        item(LIST_KEYS.tagCount, [endpoint, index], tags, semanticTags.length),
        ...semanticTags.flatMap(({ value, manufacturerCode }, at) => [
          item(LIST_KEYS.tagValue, [endpoint, index, at], `${tags}[${at}].value`, value),
          item(
            LIST_KEYS.tagManufacturer,
            [endpoint, index, at],
            `${tags}[${at}].manufacturerCode`,
            manufacturerCode,
          ),
        ]),
      ];
    }),
  ];
}
