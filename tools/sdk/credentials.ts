/**
 * One valid set of credentials as parts that can be changed, each encoded here byte by byte: what neither our own
 * issuer nor any other would write can be written.
 */
import { readFileSync } from 'node:fs';
import { p256 } from '@noble/curves/nist.js';
import { createPrivateKey, keyIdOf, type PrivateKey, parsePrivateKey, sha256 } from 'nvs-core';
import { vectors } from '../testing/vectors';

/** What a device presents, and the commissioner's PAAs; certificates and the CD as DER. */
export interface CredentialSet {
  readonly paas: readonly Uint8Array[];
  readonly pai: Uint8Array | undefined;
  readonly dac: Uint8Array;
  readonly cd: Uint8Array;
  /** Private key with which the device proves that the DAC is its own: 32 bytes. */
  readonly key: Uint8Array;
  readonly vendorId: number;
  readonly productId: number;
}

const key = (name: string): PrivateKey => createPrivateKey(sha256(Buffer.from(`key of ${name}`)));
export const KEYS = { paa: key('PAA'), pai: key('PAI'), dac: key('DAC'), other: key('other') };
/** The SDK's public test key, whose declarations commissioners accept from test vendors. */
export const CD_KEY = parsePrivateKey(readFileSync(vectors('chip-test', 'Chip-Test-CD-Signing-Key.pem')));

export const VENDOR_ID = 0xfff1;
export const PRODUCT_ID = 0x8001;

/** A value of any identifier octet, with the shortest length. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const data = Buffer.concat(content);
  const size: number[] = [];
  for (let rest = data.length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
  const length = data.length < 0x80 ? [data.length] : [0x80 | size.length, ...size];
  return Buffer.concat([Uint8Array.of(tag, ...length), data]);
}

export const bytes = (...values: number[]): Buffer => Buffer.from(values);
export const NOTHING = bytes();
export const NULL = tlv(5);
export const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]) => tlv(0x31, ...parts);
export const integer = (...value: number[]) => tlv(2, bytes(...value));
export const boolean = (value: boolean) => tlv(1, bytes(value ? 0xff : 0));
export const octets = (value: Uint8Array) => tlv(4, value);
export const utf8 = (text: string) => tlv(12, Buffer.from(text));
export const utcTime = (text: string) => tlv(0x17, Buffer.from(text));
export const generalizedTime = (text: string) => tlv(0x18, Buffer.from(text));

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const base128 = (value: number): number[] =>
    value < 128 ? [value] : [...base128(Math.floor(value / 128)).map((byte) => byte | 0x80), value % 128];
  return tlv(6, bytes(...base128(40 * first + second), ...rest.flatMap(base128)));
}

export const OID = {
  commonName: '2.5.4.3',
  vendorId: '1.3.6.1.4.1.37244.2.1',
  productId: '1.3.6.1.4.1.37244.2.2',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  sha256: '2.16.840.1.101.3.4.2.1',
  signedData: '1.2.840.113549.1.7.2',
  data: '1.2.840.113549.1.7.1',
} as const;

/** One attribute of a name; text is a UTF8String. */
export const attribute = (type: string, value: string | Uint8Array) =>
  set(sequence(oid(type), typeof value === 'string' ? utf8(value) : value));
export const name = (commonName: string, vendorId?: string, productId?: string) =>
  sequence(
    attribute(OID.commonName, commonName),
    ...(vendorId === undefined ? [] : [attribute(OID.vendorId, vendorId)]),
    ...(productId === undefined ? [] : [attribute(OID.productId, productId)]),
  );

/** An extension; `critical` undefined leaves the flag out. */
export const extension = (type: string, critical: boolean | undefined, value: Uint8Array) =>
  sequence(oid(type), ...(critical === undefined ? [] : [boolean(critical)]), octets(value));
export const EXTENSION = {
  bc: '2.5.29.19',
  ku: '2.5.29.15',
  ski: '2.5.29.14',
  aki: '2.5.29.35',
  crl: '2.5.29.31',
} as const;

export const publicKeyInfo = (point: Uint8Array, curve: string = OID.p256, type: string = OID.ecPublicKey) =>
  sequence(sequence(oid(type), oid(curve)), tlv(3, bytes(0), point));

export type Certificates = 'dac' | 'pai' | 'paa';

/** The parts of a certificate, each as DER. */
export interface CertificateParts {
  readonly version: Uint8Array;
  readonly serial: Uint8Array;
  readonly algorithm: Uint8Array;
  readonly issuer: Uint8Array;
  readonly notBefore: Uint8Array;
  readonly notAfter: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKey: Uint8Array;
  /** Between the public key and the extensions. */
  readonly uniqueIds: Uint8Array;
  readonly bc: Uint8Array;
  readonly ku: Uint8Array;
  readonly ski: Uint8Array;
  readonly aki: Uint8Array;
  readonly more: Uint8Array;
  /** The whole field of the extensions, instead of those above. */
  readonly extensions?: Uint8Array;
  readonly outerAlgorithm: Uint8Array;
  readonly signer: PrivateKey;
  /** Changes the signature's DER. */
  readonly signature: (der: Uint8Array) => Uint8Array;
  /** After the certificate. */
  readonly after: Uint8Array;
  /** Changes the encoded certificate. */
  readonly encoded: (der: Uint8Array) => Uint8Array;
}

const AUTHORITY_USES = tlv(3, bytes(1, 0x06));
export const keyId = (key: PrivateKey): Buffer => Buffer.from(keyIdOf(key.publicKey));
const same = (der: Uint8Array) => der;

/** The valid parts; DAC and PAI take the name of their issuer. */
export function goodParts(subject: Certificates, issuer?: Uint8Array): CertificateParts {
  const own = {
    dac: name('Test DAC', 'FFF1', '8001'),
    pai: name('Test PAI', 'FFF1'),
    paa: name('Test PAA', 'FFF1'),
  }[subject];
  const signer = subject === 'dac' ? KEYS.pai : KEYS.paa;
  const algorithm = sequence(oid(OID.ecdsaSha256));
  const constraints = {
    dac: sequence(),
    pai: sequence(boolean(true), integer(0)),
    paa: sequence(boolean(true), integer(1)),
  };
  return {
    version: tlv(0xa0, integer(2)),
    serial: integer(0x5a, 1, 2, 3, 4, 5, 6, 7),
    algorithm,
    issuer: issuer ?? own,
    notBefore: utcTime({ dac: '240101000000Z', pai: '230101000000Z', paa: '220101000000Z' }[subject]),
    notAfter: generalizedTime('99991231235959Z'),
    subject: own,
    publicKey: publicKeyInfo(KEYS[subject].publicKey),
    uniqueIds: NOTHING,
    bc: extension(EXTENSION.bc, true, constraints[subject]),
    ku: extension(EXTENSION.ku, true, subject === 'dac' ? tlv(3, bytes(7, 0x80)) : AUTHORITY_USES),
    ski: extension(EXTENSION.ski, undefined, octets(keyId(KEYS[subject]))),
    aki: extension(EXTENSION.aki, undefined, sequence(tlv(0x80, keyId(signer)))),
    more: NOTHING,
    outerAlgorithm: algorithm,
    signer,
    signature: same,
    after: NOTHING,
    encoded: same,
  };
}

export function encodeCertificate(parts: CertificateParts): Uint8Array {
  const signed = sequence(
    parts.version,
    parts.serial,
    parts.algorithm,
    parts.issuer,
    sequence(parts.notBefore, parts.notAfter),
    parts.subject,
    parts.publicKey,
    parts.uniqueIds,
    parts.extensions ?? tlv(0xa3, sequence(parts.bc, parts.ku, parts.ski, parts.aki, parts.more)),
  );
  const signature = parts.signature(sign(parts.signer, signed));
  const der = sequence(signed, parts.outerAlgorithm, tlv(3, bytes(0), signature));
  return parts.encoded(Buffer.concat([der, parts.after]));
}

export const sign = ({ raw }: PrivateKey, data: Uint8Array): Uint8Array =>
  p256.sign(sha256(data), raw, { prehash: false, lowS: false, format: 'der' });

/** An element of Matter TLV with a context tag; its value is written out with its length. */
export const element = (type: number, tag: number, ...value: number[]) => bytes(0x20 | type, tag, ...value);
export const unsigned = (tag: number, value: number, width: 1 | 2 | 4) => {
  const data = Buffer.alloc(width);
  data.writeUIntLE(value, 0, width);
  return element({ 1: 4, 2: 5, 4: 6 }[width], tag, ...data);
};
export const text = (tag: number, value: Uint8Array) => element(0x0c, tag, value.length, ...value);
export const array = (tag: number, ...items: readonly Uint8Array[]) =>
  Buffer.concat([element(0x16, tag), ...items, bytes(0x18)]);
export const arrayUnsigned = (value: number) => bytes(5, value & 0xff, value >> 8);
export const arrayBytes = (value: Uint8Array) => Buffer.concat([bytes(0x10, value.length), value]);

/** The parts of a declaration: the elements of its content by tag, and of its CMS as DER. */
export interface CdParts {
  /** The elements, by their places: 0 to 8, and optional ones from 9 on. */
  readonly elements: readonly Uint8Array[];
  /** The whole content, instead of the elements. */
  readonly content?: Uint8Array;
  readonly outerType: Uint8Array;
  readonly version: Uint8Array;
  readonly digests: Uint8Array;
  readonly contentType: Uint8Array;
  readonly eContent: (content: Uint8Array) => Uint8Array;
  readonly certificates: Uint8Array;
  readonly signerVersion: Uint8Array;
  readonly signerId: Uint8Array;
  readonly signerDigest: Uint8Array;
  readonly signedAttributes: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: (der: Uint8Array) => Uint8Array;
  readonly unsignedAttributes: Uint8Array;
  readonly signers: (signer: Uint8Array) => Uint8Array;
  readonly afterSigners: Uint8Array;
  readonly signer: PrivateKey;
  readonly after: Uint8Array;
  readonly encoded: (der: Uint8Array) => Uint8Array;
}

export const GOOD_CD: CdParts = {
  elements: [
    unsigned(0, 1, 1),
    unsigned(1, VENDOR_ID, 2),
    array(2, arrayUnsigned(PRODUCT_ID)),
    unsigned(3, 0x0101, 2),
    text(4, Buffer.from('ZIG20141ZB330001-24')),
    unsigned(5, 0, 1),
    unsigned(6, 0, 1),
    unsigned(7, 1, 1),
    unsigned(8, 0, 1),
  ],
  outerType: oid(OID.signedData),
  version: integer(3),
  digests: set(sequence(oid(OID.sha256))),
  contentType: oid(OID.data),
  eContent: (content) => tlv(0xa0, octets(content)),
  certificates: NOTHING,
  signerVersion: integer(3),
  signerId: tlv(0x80, keyId(CD_KEY)),
  signerDigest: sequence(oid(OID.sha256)),
  signedAttributes: NOTHING,
  signatureAlgorithm: sequence(oid(OID.ecdsaSha256)),
  signature: same,
  unsignedAttributes: NOTHING,
  signers: (signer) => set(signer),
  afterSigners: NOTHING,
  signer: CD_KEY,
  after: NOTHING,
  encoded: same,
};

export const structure = (...elements: readonly Uint8Array[]) =>
  Buffer.concat([bytes(0x15), ...elements, bytes(0x18)]);

export function encodeCd(parts: CdParts): Uint8Array {
  const content = parts.content ?? structure(...parts.elements);
  const signer = sequence(
    parts.signerVersion,
    parts.signerId,
    parts.signerDigest,
    parts.signedAttributes,
    parts.signatureAlgorithm,
    octets(parts.signature(sign(parts.signer, content))),
    parts.unsignedAttributes,
  );
  const body = sequence(
    parts.version,
    parts.digests,
    sequence(parts.contentType, parts.eContent(content)),
    parts.certificates,
    parts.signers(signer),
    parts.afterSigners,
  );
  const der = sequence(parts.outerType, tlv(0xa0, body));
  return parts.encoded(Buffer.concat([der, parts.after]));
}

const GOOD = {
  paa: encodeCertificate(goodParts('paa')),
  pai: encodeCertificate(goodParts('pai', goodParts('paa').subject)),
  dac: encodeCertificate(goodParts('dac', goodParts('pai').subject)),
  cd: encodeCd(GOOD_CD),
};

export interface Change {
  readonly paa?: Partial<CertificateParts>;
  readonly pai?: Partial<CertificateParts>;
  readonly dac?: Partial<CertificateParts>;
  readonly cd?: Partial<CdParts>;
  readonly set?: Partial<CredentialSet>;
}

/** The set with changes; names of issuers follow the subjects, unless changed themselves. */
export function credentialSet(change: Change = {}): CredentialSet {
  const paa = { ...goodParts('paa'), ...change.paa };
  const selfIssued =
    change.paa?.subject === undefined || change.paa.issuer !== undefined
      ? paa
      : { ...paa, issuer: paa.subject };
  const pai = { ...goodParts('pai', paa.subject), ...change.pai };
  const dac = { ...goodParts('dac', pai.subject), ...change.dac };
  const isPaiGood = change.pai === undefined && change.paa?.subject === undefined;
  return {
    paas: [change.paa === undefined ? GOOD.paa : encodeCertificate(selfIssued)],
    pai: isPaiGood ? GOOD.pai : encodeCertificate(pai),
    dac: change.dac === undefined && change.pai?.subject === undefined ? GOOD.dac : encodeCertificate(dac),
    cd: change.cd === undefined ? GOOD.cd : encodeCd({ ...GOOD_CD, ...change.cd }),
    key: KEYS.dac.raw,
    vendorId: VENDOR_ID,
    productId: PRODUCT_ID,
    ...change.set,
  };
}
