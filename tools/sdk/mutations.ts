/** Sets of credentials that differ from a valid one by a single mutation, named `subject: mutation`. */
import { generateKeyPairSync } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import {
  array,
  arrayBytes,
  arrayUnsigned,
  attribute,
  boolean,
  bytes,
  type CdParts,
  type CertificateParts,
  type Certificates,
  type Change,
  type CredentialSet,
  credentialSet,
  EXTENSION,
  element,
  encodeCertificate,
  extension,
  GOOD_CD,
  generalizedTime,
  goodParts,
  integer,
  KEYS,
  keyId,
  NOTHING,
  NULL,
  name,
  OID,
  octets,
  oid,
  PRODUCT_ID,
  publicKeyInfo,
  sequence,
  set,
  structure,
  text,
  tlv,
  unsigned,
  utcTime,
  utf8,
  VENDOR_ID,
} from './credentials';

export interface Mutation {
  readonly name: string;
  readonly set: CredentialSet;
}

const CERTIFICATES = ['dac', 'pai', 'paa'] as const;
const ISSUER = { dac: 'pai', pai: 'paa', paa: 'paa' } as const;

type CertificateRow = readonly [string, Partial<CertificateParts>];

const uses = (...bits: number[]): Buffer => {
  const value = bits.reduce((all, bit) => all | (0x8000 >> bit), 0);
  const data = value & 0xff ? [value >> 8, value & 0xff] : [value >> 8];
  const last = Math.max(...bits);
  return tlv(3, bytes(bits.length === 0 ? 0 : 7 - (last & 7), ...(bits.length === 0 ? [] : data)));
};
const USE_NAMES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];
const USES: readonly (readonly number[])[] = [
  [],
  [0],
  [1],
  [2],
  [4],
  [5],
  [6],
  [5, 6],
  [0, 5, 6],
  [0, 1],
  [0, 2],
  [0, 4],
  [0, 5],
  [0, 6],
  [0, 8],
  [5, 6, 1],
  [5, 6, 4],
  [5, 6, 7],
  [5, 6, 8],
];

const spkiOf = (namedCurve: string): Buffer =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'der', type: 'spki' });
const compressed = (point: Uint8Array) => p256.Point.fromBytes(point).toBytes(true);
const random20 = Buffer.alloc(20, 0x5c);

/** URI of the revocation lists; `uri` may be anything. */
const crl = (uri: string, crlIssuer?: Uint8Array) =>
  sequence(
    sequence(
      tlv(0xa0, tlv(0xa0, tlv(0x86, Buffer.from(uri)))),
      ...(crlIssuer === undefined ? [] : [tlv(0xa2, tlv(0xa4, crlIssuer))]),
    ),
  );

/** The subject's own name with other attributes. */
const namesOf = (subject: Certificates): readonly CertificateRow[] => {
  const common = `Test ${subject.toUpperCase()}`;
  const vendor = 'FFF1';
  const product = subject === 'dac' ? '8001' : undefined;
  const ids = [
    attribute(OID.vendorId, vendor),
    ...(product === undefined ? [] : [attribute(OID.productId, product)]),
  ];
  const cn = attribute(OID.commonName, common);
  const inName = `Mvid:${vendor}${product === undefined ? '' : ` Mpid:${product}`}`;
  const only = (text: string) => sequence(attribute(OID.commonName, text));
  const of = (...attributes: Buffer[]) => ({ subject: sequence(...attributes) });
  return [
    ['no vendor id', { subject: name(common, undefined, product) }],
    ['another vendor id', { subject: name(common, 'FFF2', product) }],
    ['vendor id 0000', { subject: name(common, '0000', product) }],
    ['vendor id in lower case', { subject: name(common, 'fff1', product) }],
    ['vendor id of three digits', { subject: name(common, 'FF1', product) }],
    ['vendor id of five digits', { subject: name(common, 'FFF11', product) }],
    ['vendor id with space', { subject: name(common, ' FF1', product) }],
    ['vendor id with 0x', { subject: name(common, '0xF1', product) }],
    ['vendor id empty', { subject: name(common, '', product) }],
    ['vendor id with letter G', { subject: name(common, 'FFG1', product) }],
    ['vendor id twice', of(cn, attribute(OID.vendorId, vendor), ...ids)],
    [
      'vendor id PrintableString',
      of(cn, attribute(OID.vendorId, tlv(0x13, Buffer.from(vendor))), ...ids.slice(1)),
    ],
    ['vendor id IA5String', of(cn, attribute(OID.vendorId, tlv(0x16, Buffer.from(vendor))), ...ids.slice(1))],
    [
      'vendor id BMPString',
      of(cn, attribute(OID.vendorId, tlv(0x1e, Buffer.from('\0F\0F\0F\x001'))), ...ids.slice(1)),
    ],
    ['vendor id OCTET STRING', of(cn, attribute(OID.vendorId, tlv(4, Buffer.from(vendor))), ...ids.slice(1))],
    ['another product id', { subject: name(common, vendor, '8002') }],
    ['product id of the set', { subject: name(common, vendor, '8001') }],
    ['product id in lower case', { subject: name(common, vendor, '800a') }],
    ['product id of three digits', { subject: name(common, vendor, '801') }],
    ['product id of five digits', { subject: name(common, vendor, '80010') }],
    ['product id empty', { subject: name(common, vendor, '') }],
    ['product id 0000', { subject: name(common, vendor, '0000') }],
    ['product id twice', of(cn, ...ids, attribute(OID.productId, '8001'), attribute(OID.productId, '8001'))],
    ['no product id', { subject: name(common, vendor) }],
    ['ids before the name', of(...ids, cn)],
    ['ids in one RDN', of(set(...[cn, ...ids].map((part) => Buffer.from(part.subarray(2)))))],
    ['no common name', of(...ids)],
    ['subject empty', { subject: sequence() }],
    ['CN empty', { subject: name('', vendor, product) }],
    ['CN of a space', { subject: name(' ', vendor, product) }],
    ['CN of spaces', { subject: name('   ', vendor, product) }],
    ['CN of 64 bytes', { subject: name('x'.repeat(64), vendor, product) }],
    ['CN of 65 bytes', { subject: name('x'.repeat(65), vendor, product) }],
    ['CN of 100 bytes', { subject: name('x'.repeat(100), vendor, product) }],
    ['CN twice', of(cn, cn, ...ids)],
    ['CN PrintableString', of(attribute(OID.commonName, tlv(0x13, Buffer.from(common))), ...ids)],
    ['CN IA5String', of(attribute(OID.commonName, tlv(0x16, Buffer.from(common))), ...ids)],
    ['CN TeletexString', of(attribute(OID.commonName, tlv(0x14, Buffer.from(common))), ...ids)],
    [
      'CN BMPString',
      of(attribute(OID.commonName, tlv(0x1e, Buffer.from(`${common}`, 'utf16le').swap16())), ...ids),
    ],
    ['CN BMPString of odd length', of(attribute(OID.commonName, tlv(0x1e, Buffer.from('\0T\0e\0'))), ...ids)],
    ['CN UniversalString', of(attribute(OID.commonName, tlv(0x1c, Buffer.from('\0\0\0T\0\0\0e'))), ...ids)],
    ['CN NumericString', of(attribute(OID.commonName, tlv(0x12, Buffer.from('123'))), ...ids)],
    ['CN OCTET STRING', of(attribute(OID.commonName, tlv(4, Buffer.from(common))), ...ids)],
    ['CN BIT STRING', of(attribute(OID.commonName, tlv(3, bytes(0), Buffer.from(common))), ...ids)],
    ['CN INTEGER', of(attribute(OID.commonName, tlv(2, bytes(5))), ...ids)],
    ['CN BOOLEAN', of(attribute(OID.commonName, boolean(true)), ...ids)],
    ['CN SEQUENCE', of(attribute(OID.commonName, sequence(integer(1))), ...ids)],
    ['CN NULL', of(attribute(OID.commonName, NULL), ...ids)],
    ['CN with NUL', { subject: name('Te\0st', vendor, product) }],
    ['CN not UTF-8', of(attribute(OID.commonName, tlv(12, bytes(0x54, 0xff, 0x41))), ...ids)],
    ['CN UTF-8 cut off', of(attribute(OID.commonName, tlv(12, bytes(0x54, 0xc3))), ...ids)],
    ['CN UTF-8 overlong', of(attribute(OID.commonName, tlv(12, bytes(0x54, 0xc1, 0x81))), ...ids)],
    ['CN UTF-8 surrogate', of(attribute(OID.commonName, tlv(12, bytes(0x54, 0xed, 0xa0, 0x80))), ...ids)],
    ['CN with umlauts', { subject: name('Grüße', vendor, product) }],
    ['CN with emoji', { subject: name('Light 💡', vendor, product) }],
    ['CN PrintableString with @', of(attribute(OID.commonName, tlv(0x13, Buffer.from('Test@'))), ...ids)],
    [
      'CN PrintableString with byte 0xE9',
      of(attribute(OID.commonName, tlv(0x13, bytes(0x54, 0xe9))), ...ids),
    ],
    ['CN IA5String with byte 0xE9', of(attribute(OID.commonName, tlv(0x16, bytes(0x54, 0xe9))), ...ids)],
    ['ids in the common name', { subject: only(`${common} ${inName}`) }],
    ['ids in the common name alone', { subject: only(inName) }],
    ['ids in the common name, none separated', { subject: only(inName.replaceAll(' ', '')) }],
    ['ids in the common name, text after', { subject: only(`${inName}${common}`) }],
    ['ids in the common name, hex digits after', { subject: only(`${inName}AB`) }],
    ['ids in the common name in lower case', { subject: only(`${common} ${inName.toLowerCase()}`) }],
    [
      'Mvid: in the common name, lower-case digits',
      { subject: only(`${common} ${inName.replace('FFF1', 'fff1')}`) },
    ],
    [
      'Mvid: in the common name, three digits',
      { subject: only(`${common} ${inName.replace('FFF1', 'FF1')}`) },
    ],
    ['Mvid: in the common name, no digits', { subject: only(`${common} Mvid:`) }],
    ['Mvid: in the common name, twice', { subject: only(`Mvid:FFF1 ${inName}`) }],
    ['Mvid: in the common name, twice, other second', { subject: only(`${inName} Mvid:FFF2`) }],
    ['Mvid: in the common name, bad first', { subject: only(`Mvid:F ${inName}`) }],
    [
      'Mvid: in the common name, with MVID:',
      { subject: only(`${common} ${inName.replace('Mvid', 'MVID')}`) },
    ],
    ['Mvid: in the common name, space after', { subject: only(`${common} ${inName.replace(':', ': ')}`) }],
    ['Mpid: in the common name of another', { subject: only(`${common} Mvid:FFF1 Mpid:8002`) }],
    ['Mpid: before Mvid:', { subject: only(`Mpid:8001 Mvid:FFF1`) }],
    ['Mpid: in the common name, three digits', { subject: only(`${common} Mvid:FFF1 Mpid:801`) }],
    ['Mpid: in the common name, lower case', { subject: only(`${common} Mvid:FFF1 Mpid:800a`) }],
    ['only Mpid: in the common name', { subject: only(`${common} Mpid:8001`) }],
    ['only Mvid: in the common name', { subject: only(`${common} Mvid:FFF1`) }],
    ['ids in both, equal', { subject: name(`${common} ${inName}`, vendor, product) }],
    ['ids in both, other in the common name', { subject: name(`${common} Mvid:FFF2`, vendor, product) }],
    ['vendor id attribute, product id in the common name', { subject: name('Test Mpid:8001', vendor) }],
    [
      'product id attribute, vendor id in the common name',
      { subject: name('Test Mvid:FFF1', undefined, '8001') },
    ],
    ['bad Mvid: beside the attributes', { subject: name('Test Mvid:FF', vendor, product) }],
    ['bad Mpid: beside the attributes', { subject: name('Test Mpid:XX', vendor, product) }],
    ['Mvid: beyond 64 characters', { subject: only(`${'x'.repeat(60)} ${inName}`) }],
    ['Mvid: in the organization', of(cn, attribute('2.5.4.10', 'Mvid:FFF1'))],
    ['ids in a second common name', of(cn, attribute(OID.commonName, inName))],
    [
      'ids in BMPString common name',
      of(attribute(OID.commonName, tlv(0x1e, Buffer.from(inName, 'utf16le').swap16()))),
    ],
    ['ids in PrintableString common name', of(attribute(OID.commonName, tlv(0x13, Buffer.from(inName))))],
    ['organization', of(attribute('2.5.4.10', 'Example'), cn, ...ids)],
    ['organization empty', of(attribute('2.5.4.10', ''), cn, ...ids)],
    ['organization of 100 bytes', of(attribute('2.5.4.10', 'x'.repeat(100)), cn, ...ids)],
    ['country of three letters', of(attribute('2.5.4.6', tlv(0x13, Buffer.from('DEU'))), cn, ...ids)],
    ['country empty', of(attribute('2.5.4.6', tlv(0x13)), cn, ...ids)],
    ['country UTF8String', of(attribute('2.5.4.6', 'DE'), cn, ...ids)],
    ['serialNumber attribute', of(attribute('2.5.4.5', tlv(0x13, Buffer.from('SN-1'))), cn, ...ids)],
    ['e-mail attribute', of(attribute('1.2.840.113549.1.9.1', tlv(0x16, Buffer.from('a@b.c'))), cn, ...ids)],
    ['unknown attribute', of(attribute('1.2.3.4', 'x'), cn, ...ids)],
    ['unknown attribute empty', of(attribute('1.2.3.4', ''), cn, ...ids)],
    ['empty RDN', of(set(), cn, ...ids)],
    ['attribute without value', of(set(sequence(oid(OID.commonName))), ...ids)],
    ['attribute with two values', of(set(sequence(oid(OID.commonName), utf8('a'), utf8('b'))), ...ids)],
    ['RDN is a SEQUENCE', of(sequence(sequence(oid(OID.commonName), utf8('a'))), ...ids)],
    ['subject is a SET', { subject: set(cn, ...ids) }],
  ];
};

const timesOf = (subject: Certificates): readonly CertificateRow[] => [
  ['notBefore in the future', { notBefore: generalizedTime('20900101000000Z') }],
  ['notBefore 1970', { notBefore: utcTime('700101000000Z') }],
  ['notBefore 1999', { notBefore: utcTime('990101000000Z') }],
  ['notBefore 1950', { notBefore: utcTime('500101000000Z') }],
  ['notBefore 2000', { notBefore: utcTime('000101000000Z') }],
  ['notBefore GeneralizedTime before 2050', { notBefore: generalizedTime('20240101000000Z') }],
  ['notAfter in the past', { notAfter: utcTime('240601000000Z') }],
  ['notAfter UTCTime', { notAfter: utcTime('490101000000Z') }],
  ['notAfter in GeneralizedTime before 2050', { notAfter: generalizedTime('20400101000000Z') }],
  ['notAfter 2050', { notAfter: generalizedTime('20500101000000Z') }],
  ['notAfter 2106', { notAfter: generalizedTime('21060101000000Z') }],
  ['notAfter 2200', { notAfter: generalizedTime('22000101000000Z') }],
  ['notAfter 9999-12-30', { notAfter: generalizedTime('99991230235959Z') }],
  ['ends before it begins', { notAfter: utcTime('200101000000Z') }],
  ['ends when it begins', { notAfter: goodParts(subject).notBefore }],
  ['notAfter 31 February', { notAfter: generalizedTime('20400231000000Z') }],
  ['notAfter 29 February', { notAfter: generalizedTime('20400229000000Z') }],
  ['notAfter 29 February, no leap year', { notAfter: generalizedTime('20410229000000Z') }],
  ['notAfter hour 24', { notAfter: generalizedTime('20400201240000Z') }],
  ['notAfter second 60', { notAfter: generalizedTime('20400201235960Z') }],
  ['notAfter month 13', { notAfter: generalizedTime('20401301000000Z') }],
  ['notAfter month 0', { notAfter: generalizedTime('20400001000000Z') }],
  ['notAfter without seconds', { notAfter: utcTime('4001010000Z') }],
  ['notAfter with fraction', { notAfter: generalizedTime('20400101000000.5Z') }],
  ['notAfter with zone', { notAfter: generalizedTime('20400101000000+0100') }],
  ['notAfter UTCTime with zone', { notAfter: utcTime('400101000000+0100') }],
  ['notAfter local', { notAfter: generalizedTime('20400101000000') }],
  ['notAfter empty', { notAfter: utcTime('') }],
  ['notAfter letters', { notAfter: utcTime('4O0101000000Z') }],
  ['notAfter UTF8String', { notAfter: utf8('400101000000Z') }],
  ['notBefore without seconds', { notBefore: utcTime('2401010000Z') }],
  ['notBefore with fraction', { notBefore: generalizedTime('20240101000000.5Z') }],
  ['notBefore with zone', { notBefore: utcTime('240101000000+0100') }],
  ['notBefore local', { notBefore: generalizedTime('20240101000000') }],
  ['notBefore 31 February', { notBefore: utcTime('240231000000Z') }],
  ['notBefore letters', { notBefore: utcTime('24O101000000Z') }],
  ['notBefore empty', { notBefore: utcTime('') }],
  ...(subject === 'dac'
    ? []
    : ([
        ['expired before the DAC began', { notAfter: utcTime('231231235959Z') }],
        ['begins a day after the DAC', { notBefore: utcTime('240102000000Z') }],
        ['begins a second after the DAC', { notBefore: utcTime('240101000001Z') }],
        ['begins with the DAC', { notBefore: utcTime('240101000000Z') }],
        ['ends at the second the DAC begins', { notAfter: utcTime('240101000000Z') }],
        ['ends a second after the DAC begins', { notAfter: utcTime('240101000001Z') }],
      ] satisfies CertificateRow[])),
];

const keysOf = (subject: Certificates): readonly CertificateRow[] => {
  const { publicKey } = KEYS[subject];
  const off = Uint8Array.from(publicKey, (byte, index) => (index === 64 ? byte ^ 1 : byte));
  const hybrid = Uint8Array.from(publicKey, (byte, index) =>
    index === 0 ? 6 + ((publicKey[64] ?? 0) & 1) : byte,
  );
  const algorithm = sequence(oid(OID.ecPublicKey), oid(OID.p256));
  return [
    ['key on P-384', { publicKey: spkiOf('P-384') }],
    ['key on P-521', { publicKey: spkiOf('P-521') }],
    ['key on secp256k1', { publicKey: spkiOf('secp256k1') }],
    [
      'key RSA',
      {
        publicKey: generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
          format: 'der',
          type: 'spki',
        }),
      },
    ],
    [
      'key Ed25519',
      { publicKey: generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }) },
    ],
    ['key compressed', { publicKey: publicKeyInfo(compressed(publicKey)) }],
    ['key hybrid', { publicKey: publicKeyInfo(hybrid) }],
    ['key no point', { publicKey: publicKeyInfo(off) }],
    ['key of zeros', { publicKey: publicKeyInfo(new Uint8Array(65)) }],
    ['key is infinity', { publicKey: publicKeyInfo(bytes(0)) }],
    ['key empty', { publicKey: publicKeyInfo(NOTHING) }],
    ['key a byte short', { publicKey: publicKeyInfo(publicKey.slice(0, 64)) }],
    ['key a byte long', { publicKey: publicKeyInfo(Buffer.concat([publicKey, bytes(0)])) }],
    [
      'key without parameters',
      { publicKey: sequence(sequence(oid(OID.ecPublicKey)), tlv(3, bytes(0), publicKey)) },
    ],
    [
      'key with NULL parameters',
      { publicKey: sequence(sequence(oid(OID.ecPublicKey), NULL), tlv(3, bytes(0), publicKey)) },
    ],
    ['key of id-ecDH', { publicKey: publicKeyInfo(publicKey, OID.p256, '1.3.132.1.12') }],
    ['key of unknown type', { publicKey: publicKeyInfo(publicKey, OID.p256, '1.2.3.4') }],
    ['key on unknown curve', { publicKey: publicKeyInfo(publicKey, '1.2.3.4') }],
    ['key with unused bits', { publicKey: sequence(algorithm, tlv(3, bytes(1), publicKey)) }],
    ['key in an OCTET STRING', { publicKey: sequence(algorithm, octets(publicKey)) }],
    ['key with something after it', { publicKey: sequence(algorithm, tlv(3, bytes(0), publicKey), NULL) }],
    ['key of another', { publicKey: publicKeyInfo(KEYS.other.publicKey) }],
  ];
};

const signaturesOf = (subject: Certificates): readonly CertificateRow[] => {
  const both = (algorithm: Buffer) => ({ algorithm, outerAlgorithm: algorithm });
  const ecdsa = oid(OID.ecdsaSha256);
  const akidOther = extension(EXTENSION.aki, undefined, sequence(tlv(0x80, keyId(KEYS.other))));
  const parts = (der: Uint8Array): [Buffer, Buffer] => {
    const { r, s } = p256.Signature.fromBytes(der, 'der');
    const number = (value: bigint) => {
      const hex = value.toString(16).padStart(64, '0');
      return Buffer.from(hex, 'hex');
    };
    return [number(r), number(s)];
  };
  const signed = (data: Buffer) => tlv(2, ...((data[0] ?? 0) >= 0x80 ? [bytes(0), data] : [data]));
  return [
    ['signed by another key', { signer: KEYS.other }],
    ['signer is another key, akid says so', { signer: KEYS.other, aki: akidOther }],
    ['signed by itself', { signer: KEYS[subject] }],
    ['ecdsa with SHA-1', both(sequence(oid('1.2.840.10045.4.1')))],
    ['ecdsa with SHA-384', both(sequence(oid('1.2.840.10045.4.3.3')))],
    ['ecdsa with SHA-512', both(sequence(oid('1.2.840.10045.4.3.4')))],
    ['sha256WithRSA', both(sequence(oid('1.2.840.113549.1.1.11'), NULL))],
    ['unknown algorithm', both(sequence(oid('1.2.3.4')))],
    ['algorithm with NULL parameters', both(sequence(ecdsa, NULL))],
    ['outer algorithm other', { outerAlgorithm: sequence(oid('1.2.840.10045.4.3.3')) }],
    ['inner algorithm other', { algorithm: sequence(oid('1.2.840.10045.4.3.3')) }],
    ['outer algorithm with NULL', { outerAlgorithm: sequence(ecdsa, NULL) }],
    ['inner algorithm with NULL', { algorithm: sequence(ecdsa, NULL) }],
    ['signature empty', { signature: () => NOTHING }],
    ['signature of zeros', { signature: () => sequence(integer(0), integer(0)) }],
    ['signature of ones', { signature: () => sequence(integer(1), integer(1)) }],
    ['signature raw', { signature: (der) => Buffer.concat(parts(der)) }],
    ['signature with a byte after it', { signature: (der) => Buffer.concat([der, bytes(0)]) }],
    [
      'signature with a byte changed',
      { signature: (der) => Uint8Array.from(der, (byte, i) => (i === 20 ? byte ^ 1 : byte)) },
    ],
    [
      'signature padded',
      { signature: (der) => sequence(...parts(der).map((part) => tlv(2, bytes(0, 0), part))) },
    ],
    [
      'signature with a third number',
      { signature: (der) => sequence(...parts(der).map(signed), integer(1)) },
    ],
    [
      'signature with long length',
      { signature: (der) => Buffer.concat([bytes(0x30, 0x81, der.length - 2), der.slice(2)]) },
    ],
    [
      'signature with high or low s',
      {
        signature: (der) => {
          const { r, s } = p256.Signature.fromBytes(der, 'der');
          return new p256.Signature(r, p256.Point.Fn.ORDER - s).toBytes('der');
        },
      },
    ],
  ];
};

const extensionsOf = (subject: Certificates): readonly CertificateRow[] => {
  const good = goodParts(subject);
  const own = keyId(KEYS[subject]);
  const issuerKey = keyId(KEYS[ISSUER[subject]]);
  const basic = (ca: boolean | undefined, path: number | undefined) =>
    sequence(...(ca === undefined ? [] : [boolean(ca)]), ...(path === undefined ? [] : [integer(path)]));
  const bc = (value: Buffer, critical: boolean | undefined = true) => ({
    bc: extension(EXTENSION.bc, critical, value),
  });
  const ku = (value: Buffer, critical: boolean | undefined = true) => ({
    ku: extension(EXTENSION.ku, critical, value),
  });
  const ski = (value: Buffer, critical?: boolean) => ({ ski: extension(EXTENSION.ski, critical, value) });
  const aki = (value: Buffer, critical?: boolean) => ({ aki: extension(EXTENSION.aki, critical, value) });
  const more = (type: string, critical: boolean | undefined, value: Buffer) => ({
    more: extension(type, critical, value),
  });
  const constraints = basic(
    subject === 'dac' ? undefined : true,
    subject === 'dac' ? undefined : subject === 'pai' ? 0 : 1,
  );
  const usage = subject === 'dac' ? uses(0) : uses(5, 6);
  const dns = (text: string) => sequence(tlv(0x82, Buffer.from(text)));
  const issuerName = goodParts(ISSUER[subject]).subject;
  const directory = (der: Uint8Array) => tlv(0xa4, der);
  const all = Buffer.concat([good.bc, good.ku, good.ski, good.aki]);
  return [
    ['no bc', { bc: NOTHING }],
    ['no ku', { ku: NOTHING }],
    ['no ski', { ski: NOTHING }],
    ['no aki', { aki: NOTHING }],
    ['bc twice', { more: good.bc }],
    ['ku twice', { more: good.ku }],
    ['ski twice', { more: good.ski }],
    ['aki twice', { more: good.aki }],
    ['bc not critical', bc(constraints, undefined)],
    ['ku not critical', ku(usage, undefined)],
    ['ski critical', ski(octets(own), true)],
    ['aki critical', aki(sequence(tlv(0x80, issuerKey)), true)],
    ['bc explicit FALSE critical flag', bc(constraints, false)],
    ['ku explicit FALSE critical flag', ku(usage, false)],
    ['ski explicit FALSE critical flag', ski(octets(own), false)],
    ['aki explicit FALSE critical flag', aki(sequence(tlv(0x80, issuerKey)), false)],
    ['bc critical flag 1', { bc: sequence(oid(EXTENSION.bc), tlv(1, bytes(1)), octets(constraints)) }],
    ...[undefined, true, false].flatMap((ca): CertificateRow[] =>
      [undefined, 0, 1, 2, 3, 127].map(
        (path): CertificateRow => [`basicConstraints ca=${ca} path=${path}`, bc(basic(ca, path))],
      ),
    ),
    ['basicConstraints negative path', bc(sequence(boolean(true), integer(0xff)))],
    ['basicConstraints path padded', bc(sequence(boolean(true), integer(0, 0)))],
    ['basicConstraints ca=1', bc(sequence(tlv(1, bytes(1)), integer(0)))],
    ['basicConstraints third part', bc(sequence(boolean(true), integer(0), integer(0)))],
    ['basicConstraints not a SEQUENCE', bc(boolean(true))],
    ['basicConstraints with byte after', bc(Buffer.concat([constraints, bytes(0)]))],
    ['basicConstraints huge path', bc(sequence(boolean(true), integer(1, 0, 0, 0, 0, 0, 0, 0, 0)))],
    ...USES.map(
      (list): CertificateRow => [
        `keyUsage ${list.map((bit) => USE_NAMES[bit]).join('+')}`,
        ku(uses(...list)),
      ],
    ),
    ['keyUsage no bit string', ku(octets(bytes(6)))],
    ['keyUsage with more zero bits', ku(tlv(3, bytes(0, subject === 'dac' ? 0x80 : 0x06)))],
    ['keyUsage with a zero byte', ku(tlv(3, bytes(0, subject === 'dac' ? 0x80 : 0x06, 0)))],
    ['keyUsage with unknown bit', ku(tlv(3, bytes(6, subject === 'dac' ? 0x80 : 0x06, 0x40)))],
    ['keyUsage empty content', ku(tlv(3))],
    ['keyUsage 9 unused bits', ku(tlv(3, bytes(9, 0x80)))],
    ['keyUsage unused bits set', ku(tlv(3, bytes(7, subject === 'dac' ? 0x81 : 0x07)))],
    ...[0, 1, 19, 21, 32].flatMap((length): CertificateRow[] => [
      [`ski of ${length} bytes`, ski(octets(Buffer.alloc(length, 7)))],
      [`aki of ${length} bytes`, aki(sequence(tlv(0x80, Buffer.alloc(length, 7))))],
    ]),
    ['ski of another key', ski(octets(keyId(KEYS.other)))],
    ['ski of other bytes', ski(octets(random20))],
    ['ski malformed', ski(sequence())],
    ['ski no OCTET STRING', ski(utf8('x'.repeat(20)))],
    ['ski with byte after', ski(Buffer.concat([octets(own), bytes(0)]))],
    ['akid of another key', aki(sequence(tlv(0x80, keyId(KEYS.other))))],
    ['aki of other bytes', aki(sequence(tlv(0x80, random20)))],
    ['aki without key id', aki(sequence())],
    ['aki not a SEQUENCE', aki(octets(issuerKey))],
    ['aki with serial alone', aki(sequence(tlv(0x82, bytes(1, 2, 3))))],
    [
      'aki with another serial',
      aki(sequence(tlv(0x80, issuerKey), tlv(0xa1, directory(issuerName)), tlv(0x82, bytes(1, 2, 3)))),
    ],
    ['aki with another serial and no issuer', aki(sequence(tlv(0x80, issuerKey), tlv(0x82, bytes(1, 2, 3))))],
    [
      'aki with the serial',
      aki(
        sequence(
          tlv(0x80, issuerKey),
          tlv(0xa1, directory(issuerName)),
          tlv(0x82, bytes(0x5a, 1, 2, 3, 4, 5, 6, 7)),
        ),
      ),
    ],
    [
      'aki with the serial of the issuer, issuer of the issuer',
      aki(
        sequence(
          tlv(0x80, issuerKey),
          tlv(0xa1, directory(goodParts('paa').subject)),
          tlv(0x82, bytes(0x5a, 1, 2, 3, 4, 5, 6, 7)),
        ),
      ),
    ],
    [
      'aki with another issuer',
      aki(
        sequence(
          tlv(0x80, issuerKey),
          tlv(0xa1, directory(name('Other'))),
          tlv(0x82, bytes(0x5a, 1, 2, 3, 4, 5, 6, 7)),
        ),
      ),
    ],
    [
      'aki with issuer alone',
      aki(sequence(tlv(0x80, issuerKey), tlv(0xa1, directory(goodParts('paa').subject)))),
    ],
    [
      'aki with another issuer alone',
      aki(sequence(tlv(0x80, issuerKey), tlv(0xa1, directory(name('Other'))))),
    ],
    [
      'aki with issuer of a DNS name',
      aki(sequence(tlv(0x80, issuerKey), tlv(0xa1, tlv(0x82, Buffer.from('a.b'))), tlv(0x82, bytes(1)))),
    ],
    ['aki with byte after', aki(Buffer.concat([sequence(tlv(0x80, issuerKey)), bytes(0)]))],
    ['aki with unknown part', aki(sequence(tlv(0x80, issuerKey), tlv(0x83, bytes(1))))],
    ['extensions reordered', { bc: good.aki, ku: good.ski, ski: good.ku, aki: good.bc }],
    ['no extensions', { extensions: NOTHING }],
    ['extensions empty', { extensions: tlv(0xa3, sequence()) }],
    ['extensions with something after', { extensions: tlv(0xa3, sequence(all), NULL) }],
    ['extensions in [2]', { extensions: tlv(0xa2, sequence(all)) }],
    ['extensions twice', { extensions: Buffer.concat([tlv(0xa3, sequence(all)), tlv(0xa3, sequence(all))]) }],
    ['unknown extension', more('1.2.3.4', undefined, sequence())],
    ['unknown critical extension', more('1.2.3.4', true, sequence())],
    [
      'unknown extension twice',
      {
        more: Buffer.concat([
          extension('1.2.3.4', undefined, sequence()),
          extension('1.2.3.4', undefined, sequence()),
        ]),
      },
    ],
    ['unknown extension no DER', more('1.2.3.4', undefined, bytes(1))],
    ['unknown extension empty', more('1.2.3.4', undefined, NOTHING)],
    ['extension without value', { more: sequence(oid('1.2.3.4')) }],
    ['extension with four parts', { more: sequence(oid('1.2.3.4'), boolean(true), octets(NOTHING), NULL) }],
    ['extendedKeyUsage', more('2.5.29.37', undefined, sequence(oid('1.3.6.1.5.5.7.3.2')))],
    ['extendedKeyUsage critical', more('2.5.29.37', true, sequence(oid('1.3.6.1.5.5.7.3.2')))],
    ['extendedKeyUsage malformed', more('2.5.29.37', undefined, integer(1))],
    ['extendedKeyUsage empty', more('2.5.29.37', undefined, sequence())],
    [
      'extendedKeyUsage twice',
      {
        more: Buffer.concat(
          [1, 2].map(() => extension('2.5.29.37', undefined, sequence(oid('1.3.6.1.5.5.7.3.2')))),
        ),
      },
    ],
    ['subjectAltName', more('2.5.29.17', undefined, dns('a.b'))],
    ['subjectAltName critical', more('2.5.29.17', true, dns('a.b'))],
    ['subjectAltName empty', more('2.5.29.17', undefined, sequence())],
    ['subjectAltName malformed', more('2.5.29.17', undefined, integer(1))],
    ['issuerAltName', more('2.5.29.18', undefined, dns('a.b'))],
    ['issuerAltName critical', more('2.5.29.18', true, dns('a.b'))],
    ['issuerAltName empty', more('2.5.29.18', undefined, sequence())],
    ['certificatePolicies', more('2.5.29.32', undefined, sequence(sequence(oid('1.2.3.4'))))],
    ['certificatePolicies critical', more('2.5.29.32', true, sequence(sequence(oid('1.2.3.4'))))],
    ['certificatePolicies malformed', more('2.5.29.32', undefined, integer(1))],
    ['policyMappings', more('2.5.29.33', undefined, sequence(sequence(oid('1.2.3.4'), oid('1.2.3.5'))))],
    ['policyMappings critical', more('2.5.29.33', true, sequence(sequence(oid('1.2.3.4'), oid('1.2.3.5'))))],
    ['policyConstraints', more('2.5.29.36', undefined, sequence(tlv(0x80, bytes(0))))],
    ['policyConstraints critical', more('2.5.29.36', true, sequence(tlv(0x80, bytes(0))))],
    ['policyConstraints 1', more('2.5.29.36', true, sequence(tlv(0x80, bytes(1))))],
    ['policyConstraints 2', more('2.5.29.36', true, sequence(tlv(0x80, bytes(2))))],
    ['policyConstraints on mapping', more('2.5.29.36', true, sequence(tlv(0x81, bytes(0))))],
    ['policyConstraints malformed', more('2.5.29.36', undefined, integer(1))],
    ['policyMappings malformed', more('2.5.29.33', undefined, integer(1))],
    ['inhibitAnyPolicy malformed', more('2.5.29.54', undefined, sequence())],
    ['certificatePolicies empty', more('2.5.29.32', undefined, sequence())],
    [
      'certificatePolicies with a policy twice',
      more('2.5.29.32', undefined, sequence(sequence(oid('1.2.3.4')), sequence(oid('1.2.3.4')))),
    ],
    [
      'certificatePolicies with qualifier',
      more(
        '2.5.29.32',
        undefined,
        sequence(
          sequence(
            oid('1.2.3.4'),
            sequence(sequence(oid('1.3.6.1.5.5.7.2.1'), tlv(0x16, Buffer.from('http://a/')))),
          ),
        ),
      ),
    ],
    ['extendedKeyUsage of a number', more('2.5.29.37', undefined, sequence(integer(1)))],
    ['subjectAltName of unknown tag', more('2.5.29.17', undefined, sequence(tlv(0x89, bytes(1))))],
    ['subjectAltName of another class', more('2.5.29.17', undefined, sequence(utf8('a')))],
    ['subjectAltName with byte 0xE9', more('2.5.29.17', undefined, sequence(tlv(0x82, bytes(0xe9))))],
    [
      'subjectAltName with an address of 3 bytes',
      more('2.5.29.17', undefined, sequence(tlv(0x87, bytes(1, 2, 3)))),
    ],
    [
      'subjectAltName with a directory name',
      more('2.5.29.17', undefined, sequence(directory(name('Other')))),
    ],
    [
      'subjectAltName with a malformed directory name',
      more('2.5.29.17', undefined, sequence(directory(integer(1)))),
    ],
    [
      'subjectAltName with an other name',
      more('2.5.29.17', undefined, sequence(tlv(0xa0, oid('1.2.3.4'), tlv(0xa0, utf8('x'))))),
    ],
    [
      'subjectAltName with a malformed other name',
      more('2.5.29.17', undefined, sequence(tlv(0xa0, utf8('x')))),
    ],
    [
      'subjectAltName twice',
      { more: Buffer.concat([1, 2].map(() => extension('2.5.29.17', undefined, dns('a.b')))) },
    ],
    ['issuerAltName malformed', more('2.5.29.18', undefined, integer(1))],
    [
      'nameConstraints third part',
      more('2.5.29.30', true, sequence(tlv(0xa2, sequence(directory(sequence()))))),
    ],
    ['nameConstraints of an empty subtree', more('2.5.29.30', true, sequence(tlv(0xa0, sequence())))],
    ['nameConstraints of an empty list', more('2.5.29.30', true, sequence(tlv(0xa0)))],
    [
      'nameConstraints with minimum 1',
      more('2.5.29.30', true, sequence(tlv(0xa0, sequence(directory(sequence()), tlv(0x80, bytes(1)))))),
    ],
    [
      'nameConstraints with maximum',
      more('2.5.29.30', true, sequence(tlv(0xa0, sequence(directory(sequence()), tlv(0x81, bytes(1)))))),
    ],
    [
      'nameConstraints that permit FFF1 by prefix',
      more(
        '2.5.29.30',
        true,
        sequence(
          tlv(
            0xa0,
            sequence(
              directory(sequence(attribute(OID.commonName, `Test ${subject === 'paa' ? 'PAI' : 'DAC'}`))),
            ),
          ),
        ),
      ),
    ],
    [
      'nameConstraints that permit in other case',
      more(
        '2.5.29.30',
        true,
        sequence(
          tlv(
            0xa0,
            sequence(
              directory(sequence(attribute(OID.commonName, `TEST  ${subject === 'paa' ? 'PAI' : 'DAC'}`))),
            ),
          ),
        ),
      ),
    ],
    [
      'nameConstraints that permit only the DAC',
      more(
        '2.5.29.30',
        true,
        sequence(tlv(0xa0, sequence(directory(sequence(attribute(OID.commonName, 'Test DAC')))))),
      ),
    ],
    [
      'nameConstraints that exclude the DAC',
      more(
        '2.5.29.30',
        true,
        sequence(tlv(0xa1, sequence(directory(sequence(attribute(OID.commonName, 'Test DAC')))))),
      ),
    ],
    [
      'nameConstraints twice',
      {
        more: Buffer.concat(
          [1, 2].map(() =>
            extension('2.5.29.30', true, sequence(tlv(0xa0, sequence(directory(sequence()))))),
          ),
        ),
      },
    ],
    [
      'aki with its parts reversed',
      aki(sequence(tlv(0x82, bytes(0x5a, 1, 2, 3, 4, 5, 6, 7)), tlv(0x80, issuerKey))),
    ],
    ['aki with the key id twice', aki(sequence(tlv(0x80, issuerKey), tlv(0x80, issuerKey)))],
    ['aki with a malformed issuer', aki(sequence(tlv(0x80, issuerKey), tlv(0xa1, integer(1))))],
    ['aki with an empty issuer', aki(sequence(tlv(0x80, issuerKey), tlv(0xa1)))],
    [
      'aki with serial padded',
      aki(sequence(tlv(0x80, issuerKey), tlv(0x82, bytes(0, 0x5a, 1, 2, 3, 4, 5, 6, 7)))),
    ],
    ['aki with an empty serial', aki(sequence(tlv(0x80, issuerKey), tlv(0x82)))],
    ['crlDistributionPoints of a number', more(EXTENSION.crl, undefined, sequence(integer(1)))],
    [
      'crlDistributionPoints with an empty name',
      more(EXTENSION.crl, undefined, sequence(sequence(tlv(0xa0, tlv(0xa0))))),
    ],
    [
      'crlDistributionPoints with a malformed issuer',
      more(EXTENSION.crl, undefined, sequence(sequence(tlv(0xa2, integer(1))))),
    ],
    [
      'crlDistributionPoints with an unknown name',
      more(EXTENSION.crl, undefined, sequence(sequence(tlv(0xa0, tlv(0xa0, tlv(0x89, bytes(1))))))),
    ],
    [
      'crlDistributionPoints with a kind of name',
      more(EXTENSION.crl, undefined, sequence(sequence(tlv(0xa0, tlv(0xa2, tlv(0x86, Buffer.from('x'))))))),
    ],
    [
      'crlDistributionPoints parts reversed',
      more(
        EXTENSION.crl,
        undefined,
        sequence(
          sequence(
            tlv(0xa2, directory(name('x'))),
            tlv(0xa0, tlv(0xa0, tlv(0x86, Buffer.from('http://a/')))),
          ),
        ),
      ),
    ],
    ['inhibitAnyPolicy critical', more('2.5.29.54', true, integer(0))],
    [
      'nameConstraints',
      more('2.5.29.30', undefined, sequence(tlv(0xa0, sequence(tlv(0x82, Buffer.from('a.b')))))),
    ],
    [
      'nameConstraints critical',
      more('2.5.29.30', true, sequence(tlv(0xa0, sequence(tlv(0x82, Buffer.from('a.b')))))),
    ],
    [
      'nameConstraints on directory names',
      more('2.5.29.30', undefined, sequence(tlv(0xa0, sequence(directory(name('Other')))))),
    ],
    [
      'nameConstraints on directory names, critical',
      more('2.5.29.30', true, sequence(tlv(0xa0, sequence(directory(name('Other')))))),
    ],
    [
      'nameConstraints that permit',
      more('2.5.29.30', true, sequence(tlv(0xa0, sequence(directory(sequence()))))),
    ],
    [
      'nameConstraints that exclude',
      more('2.5.29.30', true, sequence(tlv(0xa1, sequence(directory(sequence()))))),
    ],
    [
      'nameConstraints that exclude others',
      more('2.5.29.30', true, sequence(tlv(0xa1, sequence(directory(name('Other')))))),
    ],
    ['nameConstraints empty', more('2.5.29.30', true, sequence())],
    ['nameConstraints malformed', more('2.5.29.30', undefined, integer(1))],
    ['crlDistributionPoints', more(EXTENSION.crl, undefined, crl('http://example.com/crl'))],
    ['crlDistributionPoints critical', more(EXTENSION.crl, true, crl('http://example.com/crl'))],
    ['crlDistributionPoints malformed', more(EXTENSION.crl, undefined, integer(1))],
    ['crlDistributionPoints no DER', more(EXTENSION.crl, undefined, bytes(0x30))],
    ['crlDistributionPoints empty', more(EXTENSION.crl, undefined, sequence())],
    ['crlDistributionPoints of an empty point', more(EXTENSION.crl, undefined, sequence(sequence()))],
    [
      'crlDistributionPoints twice',
      {
        more: Buffer.concat(
          [1, 2].map(() => extension(EXTENSION.crl, undefined, crl('http://example.com/crl'))),
        ),
      },
    ],
    [
      'crlDistributionPoints of two points',
      more(
        EXTENSION.crl,
        undefined,
        sequence(...[1, 2].map((n) => Buffer.from(crl(`http://example.com/${n}`).subarray(2)))),
      ),
    ],
    ['crlDistributionPoints ftp', more(EXTENSION.crl, undefined, crl('ftp://example.com/crl'))],
    [
      'crlDistributionPoints with issuer',
      more(EXTENSION.crl, undefined, crl('http://example.com/crl', issuerName)),
    ],
    [
      'crlDistributionPoints with another issuer',
      more(EXTENSION.crl, undefined, crl('http://example.com/crl', name('Other'))),
    ],
    [
      'crlDistributionPoints with byte after',
      more(EXTENSION.crl, undefined, Buffer.concat([crl('http://a/'), bytes(0)])),
    ],
    [
      'crlDistributionPoints with reasons',
      more(
        EXTENSION.crl,
        undefined,
        sequence(sequence(tlv(0xa0, tlv(0xa0, tlv(0x86, Buffer.from('http://a/')))), tlv(0x81, bytes(1, 2)))),
      ),
    ],
    [
      'crlDistributionPoints with unknown part',
      more(EXTENSION.crl, undefined, sequence(sequence(tlv(0x85, bytes(1))))),
    ],
    [
      'crlDistributionPoints relative name',
      more(
        EXTENSION.crl,
        undefined,
        sequence(sequence(tlv(0xa0, tlv(0xa1, sequence(oid(OID.commonName), utf8('x')))))),
      ),
    ],
    ['freshestCRL', more('2.5.29.46', undefined, crl('http://example.com/crl'))],
    ['freshestCRL critical', more('2.5.29.46', true, crl('http://example.com/crl'))],
    ['freshestCRL malformed', more('2.5.29.46', undefined, integer(1))],
    [
      'authorityInfoAccess',
      more(
        '1.3.6.1.5.5.7.1.1',
        undefined,
        sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), tlv(0x86, Buffer.from('http://a/')))),
      ),
    ],
    [
      'authorityInfoAccess critical',
      more(
        '1.3.6.1.5.5.7.1.1',
        true,
        sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), tlv(0x86, Buffer.from('http://a/')))),
      ),
    ],
    ['proxyCertInfo', more('1.3.6.1.5.5.7.1.14', true, sequence(sequence(oid('1.3.6.1.5.5.7.21.1'))))],
    ['netscape cert type', more('2.16.840.1.113730.1.1', undefined, tlv(3, bytes(7, 0x80)))],
    ['netscape cert type critical', more('2.16.840.1.113730.1.1', true, tlv(3, bytes(7, 0x80)))],
    ['netscape cert type malformed', more('2.16.840.1.113730.1.1', undefined, integer(1))],
    ['CT poison', more('1.3.6.1.4.1.11129.2.4.3', true, NULL)],
    ['IP address blocks', more('1.3.6.1.5.5.7.1.7', true, sequence(sequence(octets(bytes(0, 1)), NULL)))],
    ['OCSP no check critical', more('1.3.6.1.5.5.7.48.1.5', true, NULL)],
    ['TLS feature critical', more('1.3.6.1.5.5.7.1.24', true, sequence(integer(5)))],
    ['subjectDirectoryAttributes critical', more('2.5.29.9', true, sequence())],
    ['privateKeyUsagePeriod critical', more('2.5.29.16', true, sequence())],
    ['subjectInfoAccess critical', more('1.3.6.1.5.5.7.1.11', true, sequence())],
  ];
};

const structureOf = (subject: Certificates): readonly CertificateRow[] => {
  const version = (...value: number[]) => ({ version: tlv(0xa0, integer(...value)) });
  return [
    ['version field 0', version(0)],
    ['version field 1', version(1)],
    ['version field 3', version(3)],
    ['version field -1', version(0xff)],
    ['version field None', { version: NOTHING }],
    ['version field padded', version(0, 2)],
    ['version field empty', { version: tlv(0xa0) }],
    ['version field BOOLEAN', { version: tlv(0xa0, boolean(true)) }],
    ['version field of five bytes', version(2, 0, 0, 0, 0)],
    ['serial 0', { serial: integer(0) }],
    ['serial 1', { serial: integer(1) }],
    ['serial negative', { serial: integer(0x80) }],
    ['serial padded', { serial: integer(0, 1) }],
    ['serial padded, negative', { serial: integer(0xff, 0x80) }],
    ['serial of 20 bytes', { serial: integer(0x7f, ...new Uint8Array(19)) }],
    ['serial of 21 bytes', { serial: integer(0x7f, ...new Uint8Array(20)) }],
    ['serial of 40 bytes', { serial: integer(0x7f, ...new Uint8Array(39)) }],
    ['serial empty', { serial: integer() }],
    ['serial OCTET STRING', { serial: octets(bytes(1)) }],
    ['issuer is another name', { issuer: name('Other', 'FFF1') }],
    ['issuer empty', { issuer: sequence() }],
    ['issuer unique id', { uniqueIds: tlv(0x81, bytes(0, 1)) }],
    ['subject unique id', { uniqueIds: tlv(0x82, bytes(0, 1)) }],
    ['both unique ids', { uniqueIds: Buffer.concat([tlv(0x81, bytes(0, 1)), tlv(0x82, bytes(0, 1))]) }],
    ['unique ids reversed', { uniqueIds: Buffer.concat([tlv(0x82, bytes(0, 1)), tlv(0x81, bytes(0, 1))]) }],
    ['unique id malformed', { uniqueIds: tlv(0x81) }],
    ['byte after the certificate', { after: bytes(0) }],
    ['newline after the certificate', { after: bytes(10) }],
    ['a certificate after the certificate', { after: encodeCertificate(goodParts(subject)) }],
    ['outermost length long', { encoded: (der) => Buffer.concat([bytes(0x30, 0x83, 0), der.slice(2)]) }],
    [
      'outermost length indefinite',
      { encoded: (der) => Buffer.concat([bytes(0x30, 0x80), der.slice(4), bytes(0, 0)]) },
    ],
    ['outermost SET', { encoded: (der) => Buffer.concat([bytes(0x31), der.slice(1)]) }],
    ['one byte cut off', { encoded: (der) => der.slice(0, -1) }],
    ['half cut off', { encoded: (der) => der.slice(0, der.length >> 1) }],
    ['one byte', { encoded: () => bytes(0x30) }],
    ...[520, 599, 600, 601, 700, 1000, 1500].map(
      (length): CertificateRow => [`${length} bytes`, padded(subject, length)],
    ),
    [
      'CRL URI of 300 bytes',
      { more: extension(EXTENSION.crl, undefined, crl(`http://example.com/${'x'.repeat(60)}`)) },
    ],
  ];
};

/** An unknown extension that makes the certificate so long. */
function padded(subject: Certificates, length: number): Partial<CertificateParts> {
  const base = goodParts(subject, goodParts(ISSUER[subject]).subject);
  for (let size = Math.max(0, length - encodeCertificate(base).length - 40); size < length; size++) {
    const more = extension('1.2.3.4', undefined, octets(Buffer.alloc(size)));
    if (encodeCertificate({ ...base, more }).length >= length) return { more };
  }
  return {};
}

/** The issuer written in another way, that X.509's comparison of names may find equal. */
const issuersOf = (subject: 'dac' | 'pai'): readonly CertificateRow[] => {
  const common = subject === 'dac' ? 'Test PAI' : 'Test PAA';
  const vendor = attribute(OID.vendorId, 'FFF1');
  const issuer = (value: string | Buffer) => ({ issuer: sequence(attribute(OID.commonName, value), vendor) });
  return [
    ['issuer as PrintableString', issuer(tlv(0x13, Buffer.from(common)))],
    ['issuer as IA5String', issuer(tlv(0x16, Buffer.from(common)))],
    ['issuer as BMPString', issuer(tlv(0x1e, Buffer.from(common, 'utf16le').swap16()))],
    ['issuer as TeletexString', issuer(tlv(0x14, Buffer.from(common)))],
    ['issuer in other case', issuer(common.toUpperCase())],
    ['issuer with more spaces', issuer(common.replace(' ', '   '))],
    ['issuer with a tab', issuer(common.replace(' ', '\t'))],
    ['issuer with spaces around', issuer(`  ${common} `)],
    ['issuer without the space', issuer(common.replace(' ', ''))],
    ['issuer with an umlaut', issuer(common.replace('e', 'ë'))],
    ['issuer reordered', { issuer: sequence(vendor, attribute(OID.commonName, common)) }],
    [
      'issuer in one RDN',
      {
        issuer: sequence(
          set(sequence(oid(OID.commonName), utf8(common)), sequence(oid(OID.vendorId), utf8('FFF1'))),
        ),
      },
    ],
    [
      'issuer vendor id in lower case',
      { issuer: sequence(attribute(OID.commonName, common), attribute(OID.vendorId, 'fff1')) },
    ],
    [
      'issuer vendor id as PrintableString',
      {
        issuer: sequence(
          attribute(OID.commonName, common),
          attribute(OID.vendorId, tlv(0x13, Buffer.from('FFF1'))),
        ),
      },
    ],
  ];
};

/** A PAI or DAC under a name with umlauts, written otherwise. */
const umlautsOf = (): readonly (readonly [string, Change])[] => {
  const named = (text: string) => sequence(attribute(OID.commonName, text), attribute(OID.vendorId, 'FFF1'));
  return [
    [
      'dac: issuer with umlaut in other case',
      { pai: { subject: named('Prüf-PAI') }, dac: { issuer: named('PRÜF-pai') } },
    ],
    [
      'dac: issuer with umlaut, ASCII in other case',
      { pai: { subject: named('Prüf-PAI') }, dac: { issuer: named('prüf-pai') } },
    ],
    [
      'pai: issuer with umlaut in other case',
      { paa: { subject: named('Prüf-PAA') }, pai: { issuer: named('PRÜF-paa') } },
    ],
    ['pai: PAA and DAC with a product id', { pai: { subject: name('Test PAI', 'FFF1', '8001') } }],
    ['paa: without ids', { paa: { subject: name('Test PAA') } }],
    ['paa: without ids and akid', { paa: { subject: name('Test PAA'), aki: NOTHING } }],
  ];
};

const cdRows = (): readonly (readonly [string, Partial<CdParts>])[] => {
  const good = GOOD_CD.elements;
  const put = (place: number, ...value: Uint8Array[]): Partial<CdParts> => ({
    elements: [...good.slice(0, place), ...value, ...good.slice(place + 1)],
  });
  const add = (...value: Uint8Array[]): Partial<CdParts> => ({ elements: [...good, ...value] });
  const products = (count: number, where: 'first' | 'last' | 'none') => {
    const others = Array.from({ length: count - (where === 'none' ? 0 : 1) }, (_, index) =>
      arrayUnsigned(0x9000 + index),
    );
    const own = arrayUnsigned(PRODUCT_ID);
    return array(2, ...(where === 'first' ? [own, ...others] : where === 'last' ? [...others, own] : others));
  };
  const paa = keyId(KEYS.paa);
  const paas = (count: number, place: number | undefined) =>
    array(
      11,
      ...Array.from({ length: count }, (_, index) =>
        arrayBytes(index === place ? paa : Buffer.alloc(20, index)),
      ),
    );
  const labels = [
    'format_version',
    'vendor_id',
    'product_id_array',
    'device_type_id',
    'certificate_id',
    'security_level',
    'security_information',
    'version_number',
    'certification_type',
  ];
  const origin = [unsigned(9, VENDOR_ID, 2), unsigned(10, PRODUCT_ID, 2)];
  const id = (length: number, fill = 'x') => text(4, Buffer.from(fill.repeat(length)));
  const cmsOid = (dotted: string) => oid(dotted);
  const sha1 = oid('1.3.14.3.2.26');
  const content = structure(...good);
  return [
    ...labels.flatMap((label, place): (readonly [string, Partial<CdParts>])[] => [
      [`no ${label}`, put(place)],
      [`${label} twice`, put(place, good[place] ?? NOTHING, good[place] ?? NOTHING)],
      [`${label} null`, put(place, element(0x14, place))],
      [`${label} a boolean`, put(place, element(0x09, place))],
      [`${label} bytes`, put(place, element(0x10, place, 1, 1))],
      [`${label} signed`, put(place, element(0x00, place, 1))],
      [`${label} a float`, put(place, element(0x0a, place, 0, 0, 0, 0))],
      [`${label} anonymous`, put(place, bytes(0x04, 1))],
      [
        `${label} moved to the end`,
        { elements: [...good.slice(0, place), ...good.slice(place + 1), good[place] ?? NOTHING] },
      ],
      [`unknown field before ${label}`, put(place, unsigned(20, 1, 1), good[place] ?? NOTHING)],
      [`${label} of eight bytes`, put(place, element(0x07, place, place === 0 ? 1 : 0, 0, 0, 0, 0, 0, 0, 0))],
      [`${label} too wide`, put(place, element(0x07, place, 1, 0, 0, 0, 0, 0, 0, 1))],
    ]),
    ...[0, 2, 3, 255].map((value) => [`format_version ${value}`, put(0, unsigned(0, value, 1))] as const),
    ['format_version in two bytes', put(0, unsigned(0, 1, 2))],
    ['format_version 256', put(0, unsigned(0, 256, 2))],
    ['format_version 65537', put(0, unsigned(0, 65537, 4))],
    ['vendor_id of another', put(1, unsigned(1, 0xfff2, 2))],
    ['vendor_id 0', put(1, unsigned(1, 0, 2))],
    ['vendor_id in four bytes', put(1, unsigned(1, VENDOR_ID, 4))],
    ['vendor_id 65536 more', put(1, unsigned(1, 0x10000 + VENDOR_ID, 4))],
    ['product_id_array of another', put(2, array(2, arrayUnsigned(0x8002)))],
    ['product_id_array empty', put(2, array(2))],
    ['product_id_array has 65536+P', put(2, array(2, bytes(6, PRODUCT_ID & 0xff, PRODUCT_ID >> 8, 1, 0)))],
    [
      'product_id_array has 65536+P after ours',
      put(2, array(2, arrayUnsigned(PRODUCT_ID), bytes(6, 1, 0, 1, 0))),
    ],
    [
      'product_id_array with our id in four bytes',
      put(2, array(2, bytes(6, PRODUCT_ID & 0xff, PRODUCT_ID >> 8, 0, 0))),
    ],
    ['product_id_array with a string', put(2, array(2, bytes(0x0c, 1, 0x41)))],
    [
      'product_id_array with a string after ours',
      put(2, array(2, arrayUnsigned(PRODUCT_ID), bytes(0x0c, 1, 0x41))),
    ],
    ['product_id_array with a tag', put(2, array(2, unsigned(1, PRODUCT_ID, 2)))],
    [
      'product_id_array with a tag after ours',
      put(2, array(2, arrayUnsigned(PRODUCT_ID), unsigned(1, 1, 2))),
    ],
    [
      'product_id_array a list',
      put(2, Buffer.concat([element(0x17, 2), arrayUnsigned(PRODUCT_ID), bytes(0x18)])),
    ],
    [
      'product_id_array a structure',
      put(2, Buffer.concat([element(0x15, 2), arrayUnsigned(PRODUCT_ID), bytes(0x18)])),
    ],
    [
      'product_id_array with ours twice',
      put(2, array(2, arrayUnsigned(PRODUCT_ID), arrayUnsigned(PRODUCT_ID))),
    ],
    ...[2, 99, 100].map(
      (count) => [`${count} product ids, ours last`, put(2, products(count, 'last'))] as const,
    ),
    ...[101, 150].flatMap((count) => [
      [`${count} product ids with ours`, put(2, products(count, 'first'))] as const,
      [`${count} product ids, ours last`, put(2, products(count, 'last'))] as const,
    ]),
    ['100 product ids without ours', put(2, products(100, 'none'))],
    ['device_type_id 0', put(3, unsigned(3, 0, 1))],
    ['device_type_id of four bytes', put(3, unsigned(3, 0xffffffff, 4))],
    ...[0, 1, 18, 20, 40].map((length) => [`certificate_id of ${length}`, put(4, id(length))] as const),
    ['certificate_id with NUL', put(4, text(4, Buffer.from('ZIG20141ZB33\x00001-24')))],
    ['certificate_id ends with NUL', put(4, text(4, Buffer.from('ZIG20141ZB330001-2\0')))],
    ['certificate_id of 20, last NUL', put(4, text(4, Buffer.from('ZIG20141ZB330001-24\0')))],
    ['certificate_id of spaces', put(4, id(19, ' '))],
    ['certificate_id not UTF-8', put(4, text(4, Buffer.alloc(19, 0xff)))],
    ['certificate_id of 19 bytes in UTF-8', put(4, text(4, Buffer.from('ZIG20141ZB330001-ü')))],
    ['certificate_id with language tag', put(4, text(4, Buffer.from('ZIG20141ZB33\x1f0001-2')))],
    ['certificate_id in bytes', put(4, element(0x10, 4, 19, ...Buffer.from('ZIG20141ZB330001-24')))],
    [
      'certificate_id with a two-byte length',
      put(4, element(0x0d, 4, 19, 0, ...Buffer.from('ZIG20141ZB330001-24'))),
    ],
    ...[1, 255].map((value) => [`field 5 = ${value}`, put(5, unsigned(5, value, 1))] as const),
    ['field 5 = 256', put(5, unsigned(5, 256, 2))],
    ...[1, 255, 256, 65535].map((value) => [`field 6 = ${value}`, put(6, unsigned(6, value, 2))] as const),
    ['field 6 = 65536', put(6, unsigned(6, 65536, 4))],
    ['version_number 0', put(7, unsigned(7, 0, 1))],
    ['version_number 65535', put(7, unsigned(7, 65535, 2))],
    ['version_number 65536', put(7, unsigned(7, 65536, 4))],
    ...[1, 2, 3, 4, 255].map(
      (value) => [`certification_type ${value}`, put(8, unsigned(8, value, 1))] as const,
    ),
    ['certification_type 256', put(8, unsigned(8, 256, 2))],
    ['field 8 twice', add(unsigned(8, 0, 1))],
    ['dac_origin equal', add(...origin)],
    ['dac_origin of another vendor', add(unsigned(9, 0xfff2, 2), unsigned(10, PRODUCT_ID, 2))],
    ['dac_origin of another product', add(unsigned(9, VENDOR_ID, 2), unsigned(10, 0x8002, 2))],
    ['dac_origin_vendor_id alone', add(unsigned(9, VENDOR_ID, 2))],
    ['dac_origin_product_id alone', add(unsigned(10, PRODUCT_ID, 2))],
    ['dac_origin in other order', add(unsigned(10, PRODUCT_ID, 2), unsigned(9, VENDOR_ID, 2))],
    ['dac_origin twice', add(...origin, ...origin)],
    ['dac_origin_product_id twice', add(...origin, origin[1] ?? NOTHING)],
    ['dac_origin 0', add(unsigned(9, 0, 1), unsigned(10, 0, 1))],
    ['dac_origin a string', add(text(9, Buffer.from('FFF1')), unsigned(10, PRODUCT_ID, 2))],
    ['dac_origin_vendor_id alone with authorized_paa_list', add(unsigned(9, VENDOR_ID, 2), paas(1, 0))],
    ['dac_origin_product_id alone with authorized_paa_list', add(unsigned(10, PRODUCT_ID, 2), paas(1, 0))],
    ['authorized_paa_list with ours', add(paas(1, 0))],
    ['authorized_paa_list without ours', add(paas(1, undefined))],
    ['authorized_paa_list empty', add(array(11))],
    ['authorized_paa_list ten, right last', add(paas(10, 9))],
    ['authorized_paa_list ten, none right', add(paas(10, undefined))],
    ['authorized_paa_list eleven, right last', add(paas(11, 10))],
    ['authorized_paa_list eleven, right first', add(paas(11, 0))],
    ['authorized_paa_list twenty, right last', add(paas(20, 19))],
    ['authorized_paa_list of 19 bytes', add(array(11, arrayBytes(paa.subarray(1))))],
    ['authorized_paa_list of 21 bytes', add(array(11, arrayBytes(Buffer.concat([paa, bytes(0)]))))],
    [
      'authorized_paa_list of 19 bytes, then ours',
      add(array(11, arrayBytes(paa.subarray(1)), arrayBytes(paa))),
    ],
    ['authorized_paa_list ours, then 19 bytes', add(array(11, arrayBytes(paa), arrayBytes(paa.subarray(1))))],
    ['authorized_paa_list with a number', add(array(11, bytes(4, 1), arrayBytes(paa)))],
    ['authorized_paa_list ours, then a number', add(array(11, arrayBytes(paa), bytes(4, 1)))],
    ['authorized_paa_list of strings', add(array(11, Buffer.concat([bytes(0x0c, 20), paa])))],
    ['authorized_paa_list of tagged bytes', add(array(11, Buffer.concat([element(0x10, 1, 20), paa])))],
    ['authorized_paa_list a list', add(Buffer.concat([element(0x17, 11), arrayBytes(paa), bytes(0x18)]))],
    ['authorized_paa_list a number', add(unsigned(11, 1, 1))],
    ['authorized_paa_list twice, ours first', add(paas(1, 0), paas(1, undefined))],
    ['authorized_paa_list twice, ours second', add(paas(1, undefined), paas(1, 0))],
    ['authorized_paa_list before dac_origin', add(paas(1, 0), ...origin)],
    ['authorized_paa_list after dac_origin', add(...origin, paas(1, 0))],
    ['authorized_paa_list without ours before dac_origin', add(paas(1, undefined), ...origin)],
    ['authorized_paa_list without ours after dac_origin', add(...origin, paas(1, undefined))],
    ['unknown field at the end', add(unsigned(12, 1, 1))],
    ['unknown field of tag 255', add(unsigned(255, 1, 1))],
    ['unknown fields at the end', add(unsigned(12, 1, 1), unsigned(13, 1, 1))],
    ['unknown field before dac_origin', add(unsigned(12, 1, 1), ...origin)],
    ['unknown field after dac_origin', add(...origin, unsigned(12, 1, 1))],
    ['unknown field before authorized_paa_list', add(unsigned(12, 1, 1), paas(1, undefined))],
    ['unknown field after authorized_paa_list', add(paas(1, 0), unsigned(12, 1, 1))],
    ['unknown anonymous field at the end', add(bytes(4, 1))],
    ['unknown structure at the end', add(element(0x15, 12, 0x24, 1, 1, 0x18))],
    ['unknown field of a profile tag', add(bytes(0xc4, 1, 0, 2, 0, 3, 0, 1))],
    ['unknown field of a common tag', add(bytes(0x44, 1, 0, 1))],
    ['unknown field between', put(7, unsigned(20, 1, 1), good[7] ?? NOTHING)],
    ['TLV empty', { content: NOTHING }],
    ['TLV empty structure', { content: structure() }],
    ['TLV an array', { content: Buffer.concat([bytes(0x16), ...good, bytes(0x18)]) }],
    ['TLV a list', { content: Buffer.concat([bytes(0x17), ...good, bytes(0x18)]) }],
    ['TLV a number', { content: bytes(4, 1) }],
    ['TLV with a tag', { content: Buffer.concat([bytes(0x35, 1), ...good, bytes(0x18)]) }],
    ['TLV without end', { content: content.subarray(0, -1) }],
    ['TLV with byte after', { content: Buffer.concat([content, bytes(0)]) }],
    ['TLV with an end after', { content: Buffer.concat([content, bytes(0x18)]) }],
    ['TLV with an element after', { content: Buffer.concat([content, bytes(4, 1)]) }],
    ['TLV twice', { content: Buffer.concat([content, content]) }],
    ['TLV cut off in the middle', { content: content.subarray(0, 20) }],
    ['TLV with unknown type', add(bytes(0x3e, 12))],
    ['TLV element cut off', add(bytes(0x26, 12, 1))],
    [
      'TLV nested deep',
      add(Buffer.concat([element(0x15, 12), Buffer.alloc(40, 0x15), Buffer.alloc(40, 0x18), bytes(0x18)])),
    ],
    ['outer type data', { outerType: cmsOid(OID.data) }],
    ['outer type enveloped', { outerType: cmsOid('1.2.840.113549.1.7.3') }],
    ['outer type missing', { outerType: NOTHING }],
    ['outer type not an oid', { outerType: integer(1) }],
    ...[0, 1, 2, 4, 5].map((value) => [`CMS version ${value}`, { version: integer(value) }] as const),
    ['CMS version padded', { version: integer(0, 3) }],
    ['CMS version missing', { version: NOTHING }],
    ['CMS version BOOLEAN', { version: boolean(true) }],
    ['digest SHA-1', { digests: set(sequence(sha1)) }],
    ['digest SHA-384', { digests: set(sequence(oid('2.16.840.1.101.3.4.2.2'))) }],
    ['digest SHA-512', { digests: set(sequence(oid('2.16.840.1.101.3.4.2.3'))) }],
    ['digest with NULL parameters', { digests: set(sequence(oid(OID.sha256), NULL)) }],
    ['digests empty', { digests: set() }],
    ['digests two', { digests: set(sequence(oid(OID.sha256)), sequence(oid(OID.sha256))) }],
    ['digests two, ours second', { digests: set(sequence(sha1), sequence(oid(OID.sha256))) }],
    ['digests two, ours first', { digests: set(sequence(oid(OID.sha256)), sequence(sha1)) }],
    ['digests missing', { digests: NOTHING }],
    ['digests a SEQUENCE', { digests: sequence(sequence(oid(OID.sha256))) }],
    ['content type signed data', { contentType: oid(OID.signedData) }],
    ['content type unknown', { contentType: oid('1.2.3.4') }],
    ['content missing', { eContent: () => NOTHING }],
    ['content without wrapper', { eContent: octets }],
    ['content in [1]', { eContent: (data) => tlv(0xa1, octets(data)) }],
    ['content a UTF8String', { eContent: (data) => tlv(0xa0, tlv(12, data)) }],
    [
      'content in pieces',
      { eContent: (data) => tlv(0xa0, tlv(0x24, octets(data.slice(0, 9)), octets(data.slice(9)))) },
    ],
    ['content with another after it', { eContent: (data) => tlv(0xa0, octets(data), octets(data)) }],
    ['content with long length', { eContent: (data) => tlv(0xa0, bytes(4, 0x81, data.length), data) }],
    ['certificates', { certificates: tlv(0xa0, encodeCertificate(goodParts('paa'))) }],
    ['certificates empty', { certificates: tlv(0xa0) }],
    ['crls empty', { certificates: tlv(0xa1) }],
    ...[0, 1, 2, 4].map((value) => [`signer version ${value}`, { signerVersion: integer(value) }] as const),
    ['signer version padded', { signerVersion: integer(0, 3) }],
    ['signer version missing', { signerVersion: NOTHING }],
    ['signer by issuer and serial', { signerId: sequence(name('x'), integer(1)), signerVersion: integer(1) }],
    ['signer by issuer and serial, version 3', { signerId: sequence(name('x'), integer(1)) }],
    ['signer id unknown', { signerId: tlv(0x80, random20) }],
    ['signer id empty', { signerId: tlv(0x80) }],
    ['signer id of 19 bytes', { signerId: tlv(0x80, GOOD_CD.signerId.slice(3)) }],
    ['signer id of 21 bytes', { signerId: tlv(0x80, GOOD_CD.signerId.slice(2), bytes(0)) }],
    ['signer id missing', { signerId: NOTHING }],
    ['signer id OCTET STRING', { signerId: octets(GOOD_CD.signerId.slice(2)) }],
    ['signer id constructed', { signerId: tlv(0xa0, octets(GOOD_CD.signerId.slice(2))) }],
    [
      'signer id of the official key',
      { signerId: tlv(0x80, Buffer.from('fe343f959947763b61ee4539131338494fe67d8e', 'hex')) },
    ],
    ['signer digest SHA-1', { signerDigest: sequence(sha1) }],
    ['signer digest SHA-512', { signerDigest: sequence(oid('2.16.840.1.101.3.4.2.3')) }],
    ['signer digest with NULL', { signerDigest: sequence(oid(OID.sha256), NULL) }],
    ['signer digest missing', { signerDigest: NOTHING }],
    ['signer digest empty', { signerDigest: sequence() }],
    [
      'signed attributes',
      { signedAttributes: tlv(0xa0, sequence(oid('1.2.840.113549.1.9.3'), set(oid(OID.data)))) },
    ],
    ['signed attributes empty', { signedAttributes: tlv(0xa0) }],
    ['unsigned attributes', { unsignedAttributes: tlv(0xa1, sequence(oid('1.2.3.4'), set(integer(1)))) }],
    ['unsigned attributes empty', { unsignedAttributes: tlv(0xa1) }],
    ['signature algorithm SHA-1', { signatureAlgorithm: sequence(oid('1.2.840.10045.4.1')) }],
    ['signature algorithm SHA-384', { signatureAlgorithm: sequence(oid('1.2.840.10045.4.3.3')) }],
    ['signature algorithm RSA', { signatureAlgorithm: sequence(oid('1.2.840.113549.1.1.1'), NULL) }],
    ['signature algorithm ecPublicKey', { signatureAlgorithm: sequence(oid(OID.ecPublicKey)) }],
    ['signature algorithm with NULL', { signatureAlgorithm: sequence(oid(OID.ecdsaSha256), NULL) }],
    ['signature algorithm missing', { signatureAlgorithm: NOTHING }],
    ['signature empty', { signature: () => NOTHING }],
    ['signature one byte', { signature: () => bytes(0) }],
    ['signature of zeros', { signature: () => sequence(integer(0), integer(0)) }],
    ['signature of ones', { signature: () => sequence(integer(1), integer(1)) }],
    ['signature with byte after', { signature: (der) => Buffer.concat([der, bytes(0)]) }],
    ['signature with a third number', { signature: (der) => sequence(der.slice(2), integer(1)) }],
    [
      'signature byte changed',
      { signature: (der) => Uint8Array.from(der, (byte, index) => (index === 20 ? byte ^ 1 : byte)) },
    ],
    ['signature cut off', { signature: (der) => der.slice(0, -1) }],
    ['signature with long length', { signature: (der) => Buffer.concat([bytes(0x30, 0x81), der.slice(1)]) }],
    [
      'signature raw',
      { signature: (der) => Buffer.from(p256.Signature.fromBytes(der, 'der').toBytes('compact')) },
    ],
    [
      'signature padded',
      {
        signature: (der) => {
          const { r, s } = p256.Signature.fromBytes(der, 'der');
          const number = (value: bigint) =>
            tlv(2, bytes(0, 0), Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
          return sequence(number(r), number(s));
        },
      },
    ],
    [
      'signature numbers negative',
      {
        signature: (der) => {
          const { r, s } = p256.Signature.fromBytes(der, 'der');
          const number = (value: bigint) => tlv(2, Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
          return sequence(number(r), number(s));
        },
      },
    ],
    [
      'signature with high or low s',
      {
        signature: (der) => {
          const { r, s } = p256.Signature.fromBytes(der, 'der');
          return new p256.Signature(r, p256.Point.Fn.ORDER - s).toBytes('der');
        },
      },
    ],
    ['signed by another key', { signer: KEYS.other }],
    ['no signers', { signers: () => set() }],
    ['two signers', { signers: (signer) => set(signer, signer) }],
    ['signers missing', { signers: () => NOTHING }],
    ['signers a SEQUENCE', { signers: (signer) => sequence(signer) }],
    ['signers an empty signer', { signers: () => set(sequence()) }],
    ['something after the signers', { afterSigners: NULL }],
    ['byte after the CMS', { after: bytes(0) }],
    ['newline after the CMS', { after: bytes(10) }],
    ['bytes after the CMS', { after: Buffer.alloc(20, 0x30) }],
    ['one byte cut off', { encoded: (der) => der.slice(0, -1) }],
    ['half cut off', { encoded: (der) => der.slice(0, der.length >> 1) }],
    ['empty', { encoded: () => NOTHING }],
    ['one byte', { encoded: () => bytes(0x30) }],
    ['outermost SET', { encoded: (der) => Buffer.concat([bytes(0x31), der.slice(1)]) }],
    ['outermost length long', { encoded: (der) => Buffer.concat([bytes(0x30, 0x82, 0), der.slice(2)]) }],
    [
      'outermost length indefinite',
      { encoded: (der) => Buffer.concat([bytes(0x30, 0x80), der.slice(3), bytes(0, 0)]) },
    ],
    ['not wrapped in SignedData', { encoded: () => content }],
    ['a certificate', { encoded: () => encodeCertificate(goodParts('dac')) }],
  ];
};

const flipped = (data: Uint8Array, offset: number, mask: number): Uint8Array =>
  Uint8Array.from(data, (byte, index) => (index === offset ? byte ^ mask : byte));

/** Single bytes changed, spread over each credential. */
function* byteEdits(good: CredentialSet): Generator<Mutation> {
  const parts: readonly (readonly [string, Uint8Array, (data: Uint8Array) => Partial<CredentialSet>])[] = [
    ['dac', good.dac, (dac) => ({ dac })],
    ['pai', good.pai ?? NOTHING, (pai) => ({ pai })],
    ['paa', good.paas[0] ?? NOTHING, (paa) => ({ paas: [paa] })],
    ['cd', good.cd, (cd) => ({ cd })],
  ];
  for (const [subject, data, change] of parts) {
    for (let offset = 0; offset < data.length; offset += 4) {
      const mask = 1 << ((offset / 4) % 8);
      yield {
        name: `${subject}: byte ${offset} ^ ${mask}`,
        set: { ...good, ...change(flipped(data, offset, mask)) },
      };
    }
  }
}

/** The table. */
export function mutations(): Mutation[] {
  const good = credentialSet();
  const paa = good.paas[0] ?? NOTHING;
  const row = (label: string, change: Change): Mutation => ({ name: label, set: credentialSet(change) });
  const certificates = CERTIFICATES.flatMap((subject) =>
    [namesOf, timesOf, keysOf, signaturesOf, extensionsOf, structureOf]
      .flatMap((rows) => rows(subject))
      .map(([label, change]) => row(`${subject}: ${label}`, { [subject]: change })),
  );
  const issuers = (['dac', 'pai'] as const).flatMap((subject) =>
    issuersOf(subject).map(([label, change]) => row(`${subject}: ${label}`, { [subject]: change })),
  );
  const otherPaa = encodeCertificate({
    ...goodParts('paa'),
    publicKey: publicKeyInfo(KEYS.other.publicKey),
    signer: KEYS.other,
  });
  const sets: readonly (readonly [string, Partial<CredentialSet>])[] = [
    ['set: no PAI', { pai: undefined }],
    ['set: DAC for PAI', { pai: good.dac }],
    ['set: PAI for DAC', { dac: good.pai ?? NOTHING }],
    ['set: PAA for PAI', { pai: paa }],
    ['set: DAC and PAI swapped', { dac: good.pai ?? NOTHING, pai: good.dac }],
    ['set: key of another', { key: KEYS.other.raw }],
    ['set: vendor id of the device differs', { vendorId: 0xfff2 }],
    ['set: product id of the device differs', { productId: 0x8002 }],
    ['paa: none', { paas: [] }],
    [
      'paa: another',
      {
        paas: [
          encodeCertificate({
            ...goodParts('paa'),
            publicKey: publicKeyInfo(KEYS.other.publicKey),
            signer: KEYS.other,
            ski: extension(EXTENSION.ski, undefined, octets(keyId(KEYS.other))),
          }),
        ],
      },
    ],
    ['paa: another with the key id', { paas: [otherPaa] }],
    ['paa: two with one key id, good one first', { paas: [paa, otherPaa] }],
    ['paa: two with one key id, good one second', { paas: [otherPaa, paa] }],
    ['paa: the same twice', { paas: [paa, paa] }],
    ['paa: malformed one beside it', { paas: [bytes(1, 2, 3), paa] }],
    ['paa: a PAI beside it', { paas: [good.pai ?? NOTHING, paa] }],
  ];
  return [
    { name: 'set: good', set: good },
    ...certificates,
    ...issuers,
    ...umlautsOf().map(([label, change]) => row(label, change)),
    ...cdRows().map(([label, change]) => row(`cd: ${label}`, { cd: change })),
    ...sets.map(([label, change]) => ({ name: label, set: { ...good, ...change } })),
    ...byteEdits(good),
  ];
}
