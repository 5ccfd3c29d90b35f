/**
 * The chip-factory namespace as data: the key of each field, its NVS type and its limits, as ESP32Config.cpp,
 * ESP32FactoryDataProvider.cpp and ESP32DeviceInfoProvider.cpp of the Matter SDK read them.
 */
import { assertDiscriminator, assertIterations, assertSalt, assertVerifier } from '../commissioning';
import { isP256Point, isP256Scalar } from '../crypto';
import { factoryDataErrors as errors } from '../errors';
import { CALENDAR_TYPES, PRODUCT_COLORS, PRODUCT_FINISHES } from './choices';
import type { FactoryData } from './data';
import { checkManufacturingDate } from './date';
import {
  base64,
  bytes,
  checkedNumber,
  choice,
  choices,
  type FactoryNvsType,
  type Kind,
  number,
  text,
} from './kinds';

export const FACTORY_NAMESPACE = 'chip-factory';

/** The firmware builds the keys of lists in a buffer of 15 bytes with the NUL. */
export const LIST_KEY_MAX_LENGTH = 14;

const CERTIFICATE_MAX_LENGTH = 600;
/** A bound of sanity: the firmware's buffer depends on its version, about 800 bytes with P-256 signatures. */
const DECLARATION_MAX_LENGTH = 4000;

export type FactoryGroup = keyof FactoryData;
type Fields<G extends FactoryGroup> = NonNullable<FactoryData[G]>;

/** A key that stands alone, with the FactoryData field that it stores. */
export interface FactoryField {
  readonly key: string;
  readonly group: FactoryGroup;
  readonly field: string;
  readonly label: string;
  readonly kind: Kind<unknown>;
  readonly secret: boolean;
}

function field<G extends FactoryGroup, F extends keyof Fields<G> & string>(
  key: string,
  group: G,
  name: F,
  kind: Kind<NonNullable<Fields<G>[F]>>,
  label: string,
  secret = false,
): FactoryField {
  return { key, group, field: name, label, kind, secret };
}

const id16 = number(0, 0xffff);
const certificate = bytes(1, CERTIFICATE_MAX_LENGTH);
const privateKey = bytes(32, 32, (value, report) => {
  if (!isP256Scalar(value)) report(errors.finding('factory-data.private-key-invalid', {}));
});
const publicKey = bytes(65, 65, (value, report) => {
  if (!isP256Point(value)) report(errors.finding('factory-data.public-key-invalid', {}));
});

/** In the order of the Matter SDK's script; what that script cannot write stands after rd-id-uid. */
export const FACTORY_FIELDS: readonly FactoryField[] = [
  field(
    'discriminator',
    'commissioning',
    'discriminator',
    checkedNumber(assertDiscriminator),
    'discriminator',
  ),
  field('iteration-count', 'commissioning', 'iterations', checkedNumber(assertIterations), 'iteration count'),
  field('salt', 'commissioning', 'salt', base64(assertSalt), 'salt', true),
  field('verifier', 'commissioning', 'verifier', base64(assertVerifier), 'verifier', true),
  field('dac-cert', 'attestation', 'dac', certificate, 'DAC'),
  field('dac-key', 'attestation', 'dacKey', privateKey, 'DAC key', true),
  field('dac-pub-key', 'attestation', 'dacPublicKey', publicKey, 'DAC public key'),
  field('pai-cert', 'attestation', 'pai', certificate, 'PAI'),
  field(
    'cert-dclrn',
    'attestation',
    'certificationDeclaration',
    bytes(1, DECLARATION_MAX_LENGTH),
    'Certification Declaration',
  ),
  field('vendor-id', 'deviceInstanceInfo', 'vendorId', id16, 'vendor id'),
  field('vendor-name', 'deviceInstanceInfo', 'vendorName', text(1, 32), 'vendor name'),
  field('product-id', 'deviceInstanceInfo', 'productId', id16, 'product id'),
  field('product-name', 'deviceInstanceInfo', 'productName', text(1, 32), 'product name'),
  field('serial-num', 'deviceInstanceInfo', 'serialNumber', text(1, 32), 'serial number'),
  field('hardware-ver', 'deviceInstanceInfo', 'hardwareVersion', id16, 'hardware version'),
  field('hw-ver-str', 'deviceInstanceInfo', 'hardwareVersionString', text(1, 64), 'hardware version string'),
  field(
    'mfg-date',
    'deviceInstanceInfo',
    'manufacturingDate',
    text(1, 16, checkManufacturingDate),
    'manufacturing date',
  ),
  field(
    'rd-id-uid',
    'deviceInstanceInfo',
    'rotatingDeviceIdUniqueId',
    bytes(16, 16),
    'unique id of the rotating device id',
    // Whoever has it recognises the device by every rotating id that it will ever advertise.
    true,
  ),
  field('product-label', 'deviceInstanceInfo', 'productLabel', text(1, 64), 'product label'),
  field('product-url', 'deviceInstanceInfo', 'productUrl', text(1, 256), 'product URL'),
  field('part-number', 'deviceInstanceInfo', 'partNumber', text(1, 32), 'part number'),
  field('product-finish', 'deviceInstanceInfo', 'productFinish', choice(PRODUCT_FINISHES), 'product finish'),
  field('product-color', 'deviceInstanceInfo', 'productColor', choice(PRODUCT_COLORS), 'product colour'),
  field('device-type', 'commissioning', 'deviceType', number(0, 0xffffffff), 'device type'),
  field('loc-capability', 'commissioning', 'locationCapability', number(0, 2), 'location capability'),
  field('cal-types', 'deviceInfo', 'calendarTypes', choices(CALENDAR_TYPES), 'calendar types'),
];

/** Kinds of the keys of lists, by the name before the first slash or the count's name. */
export const LIST_KINDS = {
  count: number(0, 0xffffffff),
  locale: text(1, 35),
  fixedLabelName: text(1, 16),
  fixedLabelValue: text(0, 16),
  modeLabel: text(1, 64),
  mode: number(0, 0xff),
  tag: id16,
  /** 0xFFFF is kInvalidEndpointId. */
  endpoint: number(0, 0xfffe),
} as const;

/** Keys of lists; endpoints and indices are lower-case hexadecimal. */
export const LIST_KEYS = {
  localeCount: () => 'locale-sz',
  locale: (index: number) => key('locale', index),
  fixedLabelCount: (endpoint: number) => key('fl-sz', endpoint),
  fixedLabelName: (endpoint: number, index: number) => key('fl-k', endpoint, index),
  fixedLabelValue: (endpoint: number, index: number) => key('fl-v', endpoint, index),
  modeCount: (endpoint: number) => key('sm-sz', endpoint),
  modeLabel: (endpoint: number, index: number) => key('sm-label', endpoint, index),
  mode: (endpoint: number, index: number) => key('sm-mode', endpoint, index),
  tagCount: (endpoint: number, index: number) => key('sm-st-sz', endpoint, index),
  tagValue: (endpoint: number, index: number, tag: number) => key('st-v', endpoint, index, tag),
  tagManufacturer: (endpoint: number, index: number, tag: number) => key('st-mfg', endpoint, index, tag),
} as const;

function key(...parts: readonly (string | number)[]): string {
  return parts.map((part) => (typeof part === 'number' ? part.toString(16) : part)).join('/');
}

const LIST_LABELS: readonly (readonly [pattern: RegExp, label: string, nvsType: FactoryNvsType])[] = [
  [/^locale-sz$/, 'number of locales', 'u32'],
  [/^locale\/[^/]+$/, 'locale', 'string'],
  [/^fl-sz\/[^/]+$/, 'number of fixed labels of an endpoint', 'u32'],
  [/^fl-k\/[^/]+\/[^/]+$/, 'name of a fixed label', 'string'],
  [/^fl-v\/[^/]+\/[^/]+$/, 'value of a fixed label', 'string'],
  [/^sm-sz\/[^/]+$/, 'number of supported modes of an endpoint', 'u32'],
  [/^sm-label\/[^/]+\/[^/]+$/, 'label of a supported mode', 'string'],
  [/^sm-mode\/[^/]+\/[^/]+$/, 'value of a supported mode', 'u32'],
  [/^sm-st-sz\/[^/]+\/[^/]+$/, 'number of semantic tags of a supported mode', 'u32'],
  [/^st-v\/[^/]+\/[^/]+\/[^/]+$/, 'value of a semantic tag', 'u32'],
  [/^st-mfg\/[^/]+\/[^/]+\/[^/]+$/, 'manufacturer code of a semantic tag', 'u32'],
];

/** Keys of the namespace that the provider does not read, but whose values no tool should show. */
const UNREAD_SECRETS: Readonly<Record<string, string>> = {
  'pin-code': 'passcode in clear',
  'device-key': 'private key of an older device certificate',
};

/** What an inspector says of a key of the chip-factory namespace. */
export interface FactoryKeyDescription {
  readonly key: string;
  readonly label: string;
  /** The group of FactoryData, or "other" for keys that the provider does not read. */
  readonly group: FactoryGroup | 'other';
  /** The type under which the firmware finds it; undefined where it does not look. */
  readonly nvsType: FactoryNvsType | undefined;
  /** Whether the value must be hidden: a verifier and a salt count (a passcode is guessed from them), and the unique id. */
  readonly secret: boolean;
}

/** What is known of a key of the chip-factory namespace, undefined for an unknown key. */
export function describeFactoryKey(key: string): FactoryKeyDescription | undefined {
  const alone = FACTORY_FIELDS.find((candidate) => candidate.key === key);
  if (alone !== undefined) {
    return { key, label: alone.label, group: alone.group, nvsType: alone.kind.nvs, secret: alone.secret };
  }
  const list = LIST_LABELS.find(([pattern]) => pattern.test(key));
  if (list !== undefined) {
    return { key, label: list[1], group: 'deviceInfo', nvsType: list[2], secret: false };
  }
  const unread = UNREAD_SECRETS[key];
  return unread === undefined
    ? undefined
    : { key, label: unread, group: 'other', nvsType: undefined, secret: true };
}
