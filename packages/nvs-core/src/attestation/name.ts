/**
 * Distinguished names (RFC 5280, 4.1.2.4), and the vendor and product ids in them (Matter Core specification,
 * 6.2.2.2, and 6.2.2.2.1 for the fallback in the common name).
 */
import { codePoints, type DerNode, type DerReader, TAG } from './der';

/** Attribute types that are also written. */
export const NAME_OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  vendorId: '1.3.6.1.4.1.37244.2.1',
  productId: '1.3.6.1.4.1.37244.2.2',
} as const;

/** The SDK looks for ids in this many characters of the common name. */
const MAX_COMMON_NAME_LENGTH = 64;

/** The usual short names of attribute types. */
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  [NAME_OID.commonName]: 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  [NAME_OID.organization]: 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
  [NAME_OID.vendorId]: 'VID',
  [NAME_OID.productId]: 'PID',
};

export interface NameAttribute {
  readonly oid: string;
  /** Short name (CN, O, VID ...), or the object identifier. */
  readonly name: string;
  readonly text: string;
  /** Identifier octet of the string type. */
  readonly tag: number;
}

/** A distinguished name. */
export interface Name {
  readonly attributes: readonly NameAttribute[];
  readonly der: Uint8Array;
  /** One text a part of the name, equal for parts that X.509 compares as equal (RFC 5280, 7.1). */
  readonly canonical: readonly string[];
}

/** Vendor and product id of a name, their encoding, and the problem with them. */
export interface MatterIds {
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
  readonly encoding?: 'attributes' | 'common name';
  /** Why the ids are malformed; a commissioner then rejects the certificate's format. */
  readonly problem?: string;
}

/** Errors: attestation.structure-invalid. */
export function decodeName(node: DerNode | undefined, reader: DerReader): Name {
  const parts = reader
    .children(node, TAG.sequence, 'a name')
    .map((part) =>
      reader.children(part, TAG.set, 'a part of a name').map((value) => decodeAttribute(value, reader)),
    );
  return {
    attributes: parts.flat(),
    der: node?.encoded ?? new Uint8Array(0),
    canonical: parts.map((attributes) =>
      attributes
        .map(({ canonical }) => canonical)
        .sort()
        .join('+'),
    ),
  };
}

function decodeAttribute(node: DerNode, reader: DerReader): NameAttribute & { readonly canonical: string } {
  const [type, value, more] = reader.children(node, TAG.sequence, 'an attribute of a name');
  const dotted = reader.oid(type, 'the type of an attribute');
  const name = ATTRIBUTE_NAMES[dotted] ?? dotted;
  const text = reader.text(value, `the attribute ${name} of a name`);
  if (more !== undefined) throw reader.fail(`the attribute ${name} of a name has two values`);
  const tag = value?.tag ?? 0;
  const compared = comparedText(tag, text, value?.content ?? new Uint8Array(0));
  const canonical = `${dotted}=${compared ?? Buffer.from(value?.encoded ?? []).toString('hex')}`;
  return { oid: dotted, name, text, tag, canonical };
}

/**
 * Text as names are compared: without the kind of string, case and surplus spaces (RFC 4518, as far as BoringSSL and
 * OpenSSL have it: case of ASCII only). Undefined for types whose bytes are compared.
 */
function comparedText(tag: number, text: string, content: Uint8Array): string | undefined {
  const wide = tag === TAG.bmpString ? 2 : tag === TAG.universalString ? 4 : 0;
  const kinds: readonly number[] = [TAG.utf8String, TAG.printableString, TAG.ia5String, TAG.teletexString];
  if (wide === 0 && !kinds.includes(tag)) return undefined;
  const characters = wide === 0 ? text : String.fromCodePoint(...codePoints(content, wide));
  const spaced = characters.replace(/[\t-\r ]+/g, ' ').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return spaced.slice(spaced.startsWith(' ') ? 1 : 0, spaced.endsWith(' ') ? -1 : undefined);
}

/** "CN=Matter Test PAI, VID=FFF1". */
export function formatName({ attributes }: Pick<Name, 'attributes'>): string {
  return attributes.map(({ name, text }) => `${name}=${text}`).join(', ');
}

/** Whether X.509 finds two names equal: kinds of strings, case and surplus spaces do not matter. */
export function sameName(a: Name, b: Name): boolean {
  return a.canonical.length === b.canonical.length && startsWith(a, b);
}

/** Whether a name begins with the parts of another. */
export function startsWith(name: Name, start: Name): boolean {
  return start.canonical.every((part, index) => part === name.canonical[index]);
}

/** An id as written in names: four upper-case hexadecimal digits. */
export function hex4(id: number): string {
  return id.toString(16).toUpperCase().padStart(4, '0');
}

/** The ids of a name; separate attributes take precedence over the common name. */
export function matterIdsOf({ attributes }: Name): MatterIds {
  const problems: string[] = [];
  if (attributes.some(({ oid: type, text }) => type === NAME_OID.commonName && text === ''))
    problems.push('the common name is empty');
  const own = (type: string, label: string): number | undefined => {
    const found = attributes.filter((attribute) => attribute.oid === type);
    const first = found[0];
    if (first === undefined) return undefined;
    if (found.length > 1) problems.push(`the ${label} appears ${found.length} times`);
    if (!/^[0-9A-F]{4}$/.test(first.text)) {
      problems.push(`the ${label} "${first.text}" is not four upper-case hexadecimal digits`);
      return undefined;
    }
    return Number.parseInt(first.text, 16);
  };
  const vendorId = own(NAME_OID.vendorId, 'vendor id');
  const productId = own(NAME_OID.productId, 'product id');
  const hasOwn = attributes.some(
    ({ oid: type }) => type === NAME_OID.vendorId || type === NAME_OID.productId,
  );

  // A malformed id in the common name invalidates the certificate even if separate attributes have the ids.
  const fallback: { vendorId?: number; productId?: number } = {};
  for (const { text } of attributes.filter((attribute) => attribute.oid === NAME_OID.commonName)) {
    if (fallback.vendorId !== undefined || fallback.productId !== undefined) break;
    const start = text.slice(0, MAX_COMMON_NAME_LENGTH);
    const vendor = afterPrefix(start, 'Mvid:', /Mvid:([0-9A-F]{4})/, problems);
    const product = afterPrefix(start, 'Mpid:', /Mpid:([0-9A-F]{4})/, problems);
    if (vendor !== undefined) fallback.vendorId = vendor;
    if (product !== undefined) fallback.productId = product;
  }
  const problem = problems.length > 0 ? { problem: problems.join('; ') } : {};
  if (hasOwn) return { vendorId, productId, encoding: 'attributes', ...problem };
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
