/**
 * Distinguished names (RFC 5280, 4.1.2.4), and the vendor and product ids in them (Matter Core specification,
 * 6.2.2.2, and 6.2.2.2.1 for the fallback in the common name).
 */
import { type DerNode, derReader, encodeDer, oid, sequence, set, TAG, utf8String } from './der';

const OID_COMMON_NAME = '2.5.4.3';
const OID_VENDOR_ID = '1.3.6.1.4.1.37244.2.1';
const OID_PRODUCT_ID = '1.3.6.1.4.1.37244.2.2';

/** The common name is looked at only so far by the SDK. */
const MAX_COMMON_NAME_LENGTH = 64;

/** Attribute types by the short names that people write. */
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  [OID_COMMON_NAME]: 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
  [OID_VENDOR_ID]: 'VID',
  [OID_PRODUCT_ID]: 'PID',
};

export interface NameAttribute {
  readonly oid: string;
  /** Short name (CN, O, VID ...), or the object identifier. */
  readonly name: string;
  readonly text: string;
  /** Identifier octet of the string type. */
  readonly tag: number;
}

/** A distinguished name; two names are the same when their DER bytes are. */
export interface Name {
  readonly attributes: readonly NameAttribute[];
  readonly der: Uint8Array;
}

/** Vendor and product id of a name, the way they are written, and what is wrong with them. */
export interface MatterIds {
  readonly vendorId?: number;
  readonly productId?: number;
  readonly encoding?: 'attributes' | 'common name';
  /** Why the ids are not well-formed; a commissioner then refuses the certificate's format. */
  readonly problem?: string;
}

/** Errors: attestation.structure-invalid. */
export function readName(node: DerNode | undefined, what: string): Name {
  const reader = derReader(what);
  const attributes = reader
    .children(node, TAG.sequence, 'a name')
    .flatMap((part) => reader.children(part, TAG.set, 'a part of a name'))
    .map((attribute) => {
      const [type, value] = reader.children(attribute, TAG.sequence, 'an attribute of a name');
      const dotted = reader.oid(type, 'the type of an attribute');
      if (value === undefined) throw reader.fail('an attribute of a name has no value');
      const text = Buffer.from(value.content).toString('utf8');
      return { oid: dotted, name: ATTRIBUTE_NAMES[dotted] ?? dotted, text, tag: value.tag };
    });
  return { attributes, der: node === undefined ? new Uint8Array(0) : encodeDer(node) };
}

/** "CN=Matter Test PAI, VID=FFF1". */
export function formatName({ attributes }: Name): string {
  return attributes.map(({ name, text }) => `${name}=${text}`).join(', ');
}

export function sameName(a: Name, b: Name): boolean {
  return Buffer.compare(a.der, b.der) === 0;
}

/** What a name to be issued holds. */
export interface NameOptions {
  /** Text of the common name; at most 64 characters with the ids, if those are put there. */
  readonly commonName: string;
  readonly organization?: string;
  readonly vendorId?: number;
  readonly productId?: number;
  /** Where the ids go: attributes of their own (default), or the common name as Mvid:XXXX Mpid:XXXX. */
  readonly idEncoding?: 'attributes' | 'common name';
}

/** A name with the ids in one of the two encodings, never mixed. */
export function createName(options: NameOptions): DerNode {
  const { commonName, organization, vendorId, productId, idEncoding = 'attributes' } = options;
  const inCommonName = idEncoding === 'common name';
  const ids: [string, number | undefined, string][] = [
    [OID_VENDOR_ID, vendorId, 'Mvid:'],
    [OID_PRODUCT_ID, productId, 'Mpid:'],
  ];
  const suffix = ids.map(([, id, prefix]) =>
    inCommonName && id !== undefined ? ` ${prefix}${hex4(id)}` : '',
  );
  const attributes: [string, string][] = [
    ...(organization === undefined ? [] : [['2.5.4.10', organization] as [string, string]]),
    [OID_COMMON_NAME, `${commonName}${suffix.join('')}`.trimStart()],
    ...ids.flatMap(([type, id]): [string, string][] =>
      inCommonName || id === undefined ? [] : [[type, hex4(id)]],
    ),
  ];
  return sequence(...attributes.map(([type, text]) => set(sequence(oid(type), utf8String(text)))));
}

/** An id as names carry it: four upper-case hexadecimal digits. */
export function hex4(id: number): string {
  return id.toString(16).toUpperCase().padStart(4, '0');
}

/** The ids of a name: attributes of their own win over the common name. */
export function readMatterIds({ attributes }: Name): MatterIds {
  const problems: string[] = [];
  const own = (type: string, label: string): number | undefined => {
    const found = attributes.filter((attribute) => attribute.oid === type);
    const first = found[0];
    if (first === undefined) return undefined;
    if (found.length > 1) problems.push(`the ${label} stands in it ${found.length} times`);
    if (!/^[0-9A-F]{4}$/.test(first.text)) {
      problems.push(`the ${label} "${first.text}" is not four upper-case hexadecimal digits`);
      return undefined;
    }
    return Number.parseInt(first.text, 16);
  };
  const vendorId = own(OID_VENDOR_ID, 'vendor id');
  const productId = own(OID_PRODUCT_ID, 'product id');
  const hasOwn = attributes.some(({ oid: type }) => type === OID_VENDOR_ID || type === OID_PRODUCT_ID);

  // A damaged id in a common name refuses the certificate even where attributes of their own hold the ids.
  const fallback: { vendorId?: number; productId?: number } = {};
  for (const { text } of attributes.filter((attribute) => attribute.oid === OID_COMMON_NAME)) {
    if (fallback.vendorId !== undefined || fallback.productId !== undefined) break;
    const start = text.slice(0, MAX_COMMON_NAME_LENGTH);
    const vendor = afterPrefix(start, 'Mvid:', /Mvid:([0-9A-F]{4})/, problems);
    const product = afterPrefix(start, 'Mpid:', /Mpid:([0-9A-F]{4})/, problems);
    if (vendor !== undefined) fallback.vendorId = vendor;
    if (product !== undefined) fallback.productId = product;
  }
  const problem = problems.length > 0 ? { problem: problems.join('; ') } : {};
  if (hasOwn) {
    return {
      ...(vendorId === undefined ? {} : { vendorId }),
      ...(productId === undefined ? {} : { productId }),
      encoding: 'attributes',
      ...problem,
    };
  }
  const found = fallback.vendorId !== undefined || fallback.productId !== undefined;
  return { ...fallback, ...(found ? { encoding: 'common name' as const } : {}), ...problem };
}

function afterPrefix(text: string, prefix: string, pattern: RegExp, problems: string[]): number | undefined {
  if (!text.includes(prefix)) return undefined;
  const digits = pattern.exec(text)?.[1];
  if (digits === undefined)
    problems.push(`"${prefix}" in the common name is not followed by four upper-case hexadecimal digits`);
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
