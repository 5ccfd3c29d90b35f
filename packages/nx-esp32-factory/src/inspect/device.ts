/** The Matter data of an image by name, from the chip-factory namespace and from esp_secure_cert. */
import {
  describeFactoryKey,
  FACTORY_FIELDS,
  FACTORY_NAMESPACE,
  type FactorySection,
  type NvsDecodedEntry,
} from 'nvs-core';
import type { ImageContents } from './image';
import { secureCertView } from './secure-cert';
import { hiddenValue, shownValue } from './value';

export interface DeviceField {
  readonly label: string;
  /** Key of the namespace, or entry of esp_secure_cert. */
  readonly key: string;
  readonly source: 'chip-factory' | 'esp_secure_cert';
  readonly text: string;
  readonly secret: boolean;
}

export interface DeviceGroup {
  readonly name: string;
  readonly fields: readonly DeviceField[];
}

const GROUPS: readonly (readonly [FactorySection, string])[] = [
  ['deviceInstanceInfo', 'Product'],
  ['commissioning', 'Commissioning'],
  ['attestation', 'Attestation'],
  ['deviceInfo', 'Device information'],
];

const ORDER = new Map(FACTORY_FIELDS.map(({ key }, index) => [key, index]));

/** The groups of data in an image, in the order that is most useful for people. */
export function deviceGroups(contents: ImageContents, showSecrets: boolean): DeviceGroup[] {
  const entries = (contents.nvs?.decoded.entries ?? []).filter(
    ({ namespace }) => namespace === FACTORY_NAMESPACE,
  );
  const groups = GROUPS.map(([group, name]) => ({
    name,
    fields: [
      ...entries.flatMap((entry) => fieldOf(entry, group, contents, showSecrets)).sort(byOrder),
      ...secureFields(contents, group, showSecrets),
      ...(group === 'deviceInfo' ? listFields(contents) : []),
    ],
  }));
  return groups.filter(({ fields }) => fields.length > 0);
}

function byOrder(a: DeviceField, b: DeviceField): number {
  return (ORDER.get(a.key) ?? 99) - (ORDER.get(b.key) ?? 99);
}

function fieldOf(
  entry: NvsDecodedEntry,
  section: FactorySection,
  { credentials }: ImageContents,
  showSecrets: boolean,
): DeviceField[] {
  const { key } = entry;
  const description = describeFactoryKey(key);
  // Keys of lists are shown put together.
  if (description?.section !== section || !ORDER.has(key)) return [];
  const { label, secret } = description;
  const credential = credentials.find(({ source }) => source === key)?.description?.title;
  const text =
    secret && !showSecrets ? hiddenValue(entry) : (credential ?? shownValue(FACTORY_NAMESPACE, key, entry));
  return [{ label, key, source: 'chip-factory', text, secret }];
}

function secureFields(contents: ImageContents, section: FactorySection, showSecrets: boolean): DeviceField[] {
  if (contents.secureCert === undefined) return [];
  const { entries } = secureCertView(contents.secureCert, showSecrets);
  return entries
    .filter(({ type, intact }) => intact && section === (type === 201 ? 'commissioning' : 'attestation'))
    .map(({ type, subtype, label, text, secret }) => {
      const title = contents.credentials.find(
        ({ source }) => source === `esp_secure_cert ${label.split(' ')[0]}`,
      );
      return {
        label,
        key: `${type}/${subtype}`,
        source: 'esp_secure_cert',
        text: title?.description?.title ?? text,
        secret,
      };
    });
}

function listFields({ factory }: ImageContents): DeviceField[] {
  const { locales = [], fixedLabels = [], supportedModes = [] } = factory?.data.deviceInfo ?? {};
  const field = (label: string, key: string, text: string): DeviceField => {
    return { label, key, source: 'chip-factory', text, secret: false };
  };
  return [
    ...(locales.length === 0 ? [] : [field('locales', 'locale/…', locales.join(', '))]),
    ...fixedLabels.map(({ endpoint, label, value }) =>
      field(`fixed label, endpoint ${endpoint}`, `fl-k/${endpoint.toString(16)}/…`, `${label} = ${value}`),
    ),
    ...supportedModes.map(({ endpoint, label, mode, semanticTags = [] }) =>
      field(
        `supported mode, endpoint ${endpoint}`,
        `sm-label/${endpoint.toString(16)}/…`,
        `${mode} ${label}${semanticTags.length === 0 ? '' : `, tags ${semanticTags.map((tag) => tagText(tag)).join(', ')}`}`,
      ),
    ),
  ];
}

function tagText({ value, manufacturerCode }: { value: number; manufacturerCode: number }): string {
  const hex = (number: number) => `0x${number.toString(16).toUpperCase()}`;
  return manufacturerCode === 0 ? hex(value) : `${hex(value)} of ${hex(manufacturerCode)}`;
}
