/**
 * The optional data of a QR code: Matter Core Specification, section 5.1.5. One anonymous TLV structure; the elements
 * are in the order of the Matter SDK's QRCodeSetupPayloadGenerator, those of the vendor first.
 */
import { decodeMatterTlv, encodeMatterTlv, type MatterTlvElement } from '../bytes/matter-tlv';
import { utf8Length } from '../bytes/text';
import { commissioningErrors } from '../errors/commissioning';

/** What a QR code may hold beside its fixed part. */
export interface QrCodeData {
  /** 1 to 32 bytes of UTF-8; some devices have a number of 32 bits instead. */
  readonly serialNumber?: string | number | undefined;
  /** 1000 to 100000, with `pbkdfSalt`. */
  readonly pbkdfIterations?: number | undefined;
  /** 16 to 32 bytes, with `pbkdfIterations`. */
  readonly pbkdfSalt?: Uint8Array | undefined;
  /** How many devices one commissioning window opens for, 1 to 255. */
  readonly numberOfDevices?: number | undefined;
  /** How long the device can be commissioned, 0 to 65535 seconds. */
  readonly commissioningTimeout?: number | undefined;
  /** Data of the vendor, by tags of 0x80 to 0xFF: text, or signed numbers of 32 bits. */
  readonly vendorData?: Readonly<Record<number, string | number>> | undefined;
}

type Value = string | number | Uint8Array;

/** One kind of element: which values it may have, in words and as a test. */
interface Rule {
  readonly must: string;
  isValid(value: Value): boolean;
}

const TEXT_MUST = 'text without U+0000, U+001F (at which commissioners cut it) and halves of surrogate pairs';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters at which the SDK cuts a string
const CUT = /[\u0000\u001f]|\p{Surrogate}/u;

const number = (min: number, max: number): Rule => ({
  must: `a whole number from ${min} to ${max}`,
  isValid: (value) => isWithin(value, min, max),
});

/** The common elements; an element's tag is its index (table 63). */
const COMMON = [
  [
    'serialNumber',
    {
      must: `1 to 32 bytes of ${TEXT_MUST}, or a whole number of 32 bits`,
      isValid: (value) => isText(value, 1, 32) || isWithin(value, 0, 2 ** 32 - 1),
    },
  ],
  ['pbkdfIterations', number(1000, 100000)],
  [
    'pbkdfSalt',
    {
      must: '16 to 32 bytes',
      isValid: (value) => value instanceof Uint8Array && value.length >= 16 && value.length <= 32,
    },
  ],
  ['numberOfDevices', number(1, 255)],
  ['commissioningTimeout', number(0, 0xffff)],
] as const satisfies readonly (readonly [keyof QrCodeData, Rule])[];

const VENDOR: Rule = {
  must: `${TEXT_MUST}, or a signed whole number of 32 bits`,
  isValid: (value) => isText(value, 0, Number.POSITIVE_INFINITY) || isWithin(value, -(2 ** 31), 2 ** 31 - 1),
};
const [VENDOR_TAG_MIN, VENDOR_TAG_MAX] = [0x80, 0xff];

/** The data as TLV; empty if there is none. Errors: commissioning.qr-code-data-value, .qr-code-data-invalid. */
export function encodeQrCodeData(data: QrCodeData): Uint8Array {
  const vendor = Object.entries(data.vendorData ?? {}).map(([tag, value]) =>
    elementOf(Number(tag), `vendorData[${tag}]`, VENDOR, value, 'signed'),
  );
  const common = COMMON.flatMap(([name, rule], tag) => {
    const value = data[name];
    return value === undefined ? [] : [elementOf(tag, name, rule, value, 'unsigned')];
  });
  assertPair(data);
  const elements = [...vendor, ...common];
  if (elements.length === 0) return new Uint8Array();
  return encodeMatterTlv({ type: 'structure', elements });
}

function elementOf(
  tag: number,
  field: string,
  rule: Rule,
  value: Value,
  type: 'signed' | 'unsigned',
): MatterTlvElement {
  if (rule === VENDOR && !isWithin(tag, VENDOR_TAG_MIN, VENDOR_TAG_MAX)) {
    throw commissioningErrors.error('commissioning.qr-code-data-value', {
      field,
      must: 'under a tag of 128 to 255',
    });
  }
  assertValue(field, rule, value);
  if (typeof value === 'number') return { type, value: BigInt(value), tag };
  return typeof value === 'string' ? { type: 'string', value, tag } : { type: 'bytes', value, tag };
}

/**
 * The data of TLV, strict: known elements, each once, nothing around them.
 * Errors: commissioning.qr-code-data-invalid, .qr-code-data-value.
 */
export function decodeQrCodeData(tlv: Uint8Array): QrCodeData {
  const root = decodeMatterTlv(tlv, invalid);
  if (root.type !== 'structure' || root.tag !== undefined) {
    throw invalid('its TLV is not a structure without a tag');
  }
  if (root.elements.length === 0) throw invalid('its TLV has no element');
  const data: { [name in (typeof COMMON)[number][0]]?: Value } = {};
  const vendorData: Record<number, string | number> = {};
  const seen = new Set<number>();
  for (const element of root.elements) {
    const { tag } = element;
    if (typeof tag !== 'number') throw invalid('an element of its TLV has no context tag');
    if (seen.has(tag)) throw invalid(`tag ${tag} appears twice`);
    seen.add(tag);
    const common = COMMON[tag];
    if (common !== undefined) data[common[0]] = elementValue(common[0], common[1], element);
    else if (tag < VENDOR_TAG_MIN) throw invalid(`tag ${tag} is reserved`);
    else vendorData[tag] = elementValue(`vendorData[${tag}]`, VENDOR, element) as string | number;
  }
  // The rules pair each name with the type of its value.
  const common = data as QrCodeData;
  assertPair(common);
  return { ...common, ...(Object.keys(vendorData).length === 0 ? {} : { vendorData }) };
}

/** The value of an element, in its range; the vendor's numbers are signed, as the SDK writes and reads them. */
function elementValue(field: string, rule: Rule, element: MatterTlvElement): Value {
  switch (element.type) {
    case 'string':
      if (element.bytes !== undefined) throw invalid('its TLV has a string that is not UTF-8');
      return assertValue(field, rule, element.value);
    case 'bytes':
      return assertValue(field, rule, element.value);
    case 'signed':
    case 'unsigned':
      if (element.type === (rule === VENDOR ? 'signed' : 'unsigned'))
        return assertValue(field, rule, Number(element.value));
  }
  throw commissioningErrors.error('commissioning.qr-code-data-value', { field, must: rule.must });
}

function assertValue<T extends Value>(field: string, rule: Rule, value: T): T {
  if (!rule.isValid(value)) {
    throw commissioningErrors.error('commissioning.qr-code-data-value', { field, must: rule.must });
  }
  return value;
}

function assertPair({ pbkdfIterations, pbkdfSalt }: QrCodeData): void {
  if ((pbkdfIterations === undefined) !== (pbkdfSalt === undefined)) {
    throw invalid('of "pbkdfIterations" and "pbkdfSalt" it has only one');
  }
}

function isWithin(value: Value, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function isText(value: Value, min: number, max: number): boolean {
  return (
    typeof value === 'string' && utf8Length(value) >= min && utf8Length(value) <= max && !CUT.test(value)
  );
}

function invalid(reason: string): Error {
  return commissioningErrors.error('commissioning.qr-code-data-invalid', { reason });
}
