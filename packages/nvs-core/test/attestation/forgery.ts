/** Makes certificates and declarations that no issuer would make, with keys of the tests' own. */
import { p256 } from '@noble/curves/nist.js';
import {
  type AttestationCheck,
  checkAttestation,
  createPrivateKey,
  type NameOptions,
  type PrivateKey,
  parseCredential,
  sha256,
} from '../../src';
import { ECDSA_WITH_SHA256 } from '../../src/attestation/algorithms';
import { NO_EXPIRY, parseAnyCertificate } from '../../src/attestation/certificate';
import { encodeCdFields } from '../../src/attestation/certification-declaration';
import type { CheckAttestationInput } from '../../src/attestation/check';
import { contextTag } from '../../src/attestation/der';
import type { KeyUse } from '../../src/attestation/extensions';
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyUsage,
  subjectKeyIdentifier,
} from '../../src/attestation/issue/extensions';
import { createName } from '../../src/attestation/issue/name';
import { publicKeyInfo } from '../../src/attestation/issue/public-key';
import { keyIdOf } from '../../src/attestation/known-cd-signers';
import {
  type Asn1,
  bitString,
  constructed,
  encodeDer,
  encodedSequence,
  integer,
  octetString,
  oid,
  primitive,
  sequence,
  set,
  time,
  writer,
} from './asn1';

/** Bytes that are the same in every run. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const blocks: Uint8Array[] = [];
    while (blocks.length * 32 < length) blocks.push(sha256(Buffer.from(`${seed} ${counter++}`)));
    return Uint8Array.from(Buffer.concat(blocks).subarray(0, length));
  };
}

const key = (name: string): PrivateKey => createPrivateKey(sha256(Buffer.from(`key of ${name}`)));
export const KEYS = { paa: key('PAA'), pai: key('PAI'), dac: key('DAC'), cd: key('CD'), other: key('other') };

export const AT = new Date('2024-06-01T00:00:00Z');
const START = new Date('2024-01-01T00:00:00Z');

export interface CertificateForgery {
  version?: number;
  /** Content of the INTEGER. */
  serialNumber?: Uint8Array;
  signatureOid?: string;
  subject?: Asn1 | NameOptions;
  issuer?: Asn1 | NameOptions;
  notBefore?: Date;
  notAfter?: Date;
  publicKey?: Asn1;
  signer?: PrivateKey;
  /** Extensions instead of those of the profile, by name; undefined leaves one out. */
  basicConstraints?: Asn1 | undefined;
  keyUsage?: Asn1 | undefined;
  skid?: Asn1 | undefined;
  akid?: Asn1 | undefined;
  more?: Asn1[];
}

export const extension = (dotted: string, critical: boolean | undefined, value: Asn1): Asn1 =>
  sequence(
    oid(dotted),
    ...(critical === undefined ? [] : [primitive(0x01, Uint8Array.of(critical ? 0xff : 0))]),
    octetString(encodeDer(value)),
  );
export const constraints = (ca: boolean, pathLength?: number) => basicConstraints(writer, ca, pathLength);
export const usage = (...uses: KeyUse[]) => keyUsage(writer, uses);

const IDS = { vendorId: 0xfff1, productId: 0x8000 };
export const NAMES = {
  paa: { commonName: 'Test PAA', vendorId: IDS.vendorId },
  pai: { commonName: 'Test PAI', vendorId: IDS.vendorId },
  dac: { commonName: 'Test DAC', ...IDS },
} satisfies Record<string, NameOptions>;

const nameNode = (name: Asn1 | NameOptions): Asn1 => ('tagClass' in name ? name : createName(writer, name));

const PROFILE = {
  paa: {
    key: KEYS.paa,
    signer: KEYS.paa,
    issuer: NAMES.paa,
    extensions: [constraints(true, 1), usage('keyCertSign', 'cRLSign')],
  },
  pai: {
    key: KEYS.pai,
    signer: KEYS.paa,
    issuer: NAMES.paa,
    extensions: [constraints(true, 0), usage('keyCertSign', 'cRLSign')],
  },
  dac: {
    key: KEYS.dac,
    signer: KEYS.pai,
    issuer: NAMES.pai,
    extensions: [constraints(false), usage('digitalSignature')],
  },
} as const;

/** DER of a certificate of the test chain, with changes. */
export function forgeCertificate(
  subject: 'paa' | 'pai' | 'dac',
  change: CertificateForgery = {},
): Uint8Array {
  const profile = PROFILE[subject];
  const signer = change.signer ?? profile.signer;
  const parts = {
    basicConstraints: profile.extensions[0] as Asn1 | undefined,
    keyUsage: profile.extensions[1] as Asn1 | undefined,
    skid: subjectKeyIdentifier(writer, keyIdOf(profile.key.publicKey)) as Asn1 | undefined,
    akid: authorityKeyIdentifier(writer, keyIdOf(profile.signer.publicKey)) as Asn1 | undefined,
    ...change,
  };
  const list = [parts.basicConstraints, parts.keyUsage, parts.skid, parts.akid, ...(change.more ?? [])];
  const algorithm = sequence(oid(change.signatureOid ?? ECDSA_WITH_SHA256.oid));
  const signed = sequence(
    constructed(contextTag(0, true), integer((change.version ?? 3) - 1)),
    integer(change.serialNumber ?? Uint8Array.of(0x5a, 1, 2, 3, 4, 5, 6, 7)),
    algorithm,
    nameNode(change.issuer ?? profile.issuer),
    sequence(time(change.notBefore ?? START), time(change.notAfter ?? NO_EXPIRY)),
    nameNode(change.subject ?? NAMES[subject]),
    change.publicKey ?? publicKeyInfo(writer, profile.key),
    constructed(contextTag(3, true), sequence(...list.filter((item) => item !== undefined))),
  );
  return encodeDer(sequence(signed, algorithm, bitString(sign(signer, encodeDer(signed)))));
}

const sign = (signer: PrivateKey, data: Uint8Array) =>
  p256.sign(sha256(data), signer.raw, { prehash: false, lowS: false, format: 'der' });

export const CD_FIELDS = {
  formatVersion: 1,
  vendorId: IDS.vendorId,
  productIds: [IDS.productId] as readonly number[],
  deviceTypeId: 0x1234,
  certificateId: 'ZIG20141ZB330001-24',
  securityLevel: 0,
  securityInformation: 0,
  versionNumber: 0x9876,
  certificationType: 0,
};

export interface CdForgery {
  /** Fields to change; undefined leaves one out. */
  fields?: Record<string, unknown>;
  /** The TLV itself. */
  content?: Uint8Array;
  version?: number;
  digestOid?: string;
  contentType?: string;
  signerVersion?: number;
  signerDigestOid?: string;
  signerSignatureOid?: string;
  keyId?: Uint8Array;
  signerId?: Asn1;
  signature?: Uint8Array;
  signer?: PrivateKey;
  signers?: number;
  attributes?: boolean;
  unsignedAttributes?: boolean;
  outerType?: string;
  /** NULL parameters of algorithms, as many tools write them. */
  digestParameters?: boolean;
  signerDigestParameters?: boolean;
  /** A signature of three numbers. */
  isSignatureLong?: boolean;
}

/** DER of a declaration, with changes. */
export function forgeCd(change: CdForgery = {}): Uint8Array {
  const fields = { ...CD_FIELDS, ...change.fields } as unknown as Parameters<typeof encodeCdFields>[0];
  const content = change.content ?? encodeCdFields(fields);
  const signer = change.signer ?? KEYS.cd;
  const digest = ECDSA_WITH_SHA256.digestOid;
  const signature = change.signature ?? sign(signer, content);
  const signerInfo = sequence(
    integer(change.signerVersion ?? 3),
    change.signerId ?? primitive(contextTag(0, false), change.keyId ?? keyIdOf(KEYS.cd.publicKey)),
    sequence(oid(change.signerDigestOid ?? digest), ...(change.signerDigestParameters ? [NULL] : [])),
    ...(change.attributes ? [constructed(contextTag(0, true))] : []),
    sequence(oid(change.signerSignatureOid ?? ECDSA_WITH_SHA256.oid)),
    octetString(change.isSignatureLong ? lengthened(signature) : signature),
    ...(change.unsignedAttributes ? [constructed(contextTag(1, true))] : []),
  );
  const body = sequence(
    integer(change.version ?? 3),
    set(sequence(oid(change.digestOid ?? digest), ...(change.digestParameters ? [NULL] : []))),
    sequence(
      oid(change.contentType ?? '1.2.840.113549.1.7.1'),
      constructed(contextTag(0, true), octetString(content)),
    ),
    set(...Array.from({ length: change.signers ?? 1 }, () => signerInfo)),
  );
  return encodeDer(
    sequence(oid(change.outerType ?? '1.2.840.113549.1.7.2'), constructed(contextTag(0, true), body)),
  );
}

const NULL = primitive(0x05, new Uint8Array());
const lengthened = ([tag = 0, length = 0, ...numbers]: Uint8Array) =>
  Uint8Array.of(tag, length + 3, ...numbers, 2, 1, 1);

/** The test key that signs declarations, as a signer that a user gives. */
export const CD_SIGNER = {
  name: 'Test CD key',
  keyId: keyIdOf(KEYS.cd.publicKey),
  publicKey: KEYS.cd.publicKey,
  origin: 'given' as const,
};

/** What checkAttestation takes, with the credentials as bytes. */
export interface CheckBytes extends Omit<CheckAttestationInput, 'dac' | 'pai' | 'cd'> {
  readonly dac: Uint8Array;
  readonly pai: Uint8Array;
  readonly cd: Uint8Array | undefined;
}

/** Parses the credentials and checks them. */
export function checkBytes({ dac, pai, cd, ...rest }: CheckBytes): AttestationCheck {
  return checkAttestation({
    ...rest,
    dac: parseCredential('dac', dac),
    pai: parseCredential('pai', pai),
    cd: cd === undefined ? undefined : parseCredential('cd', cd),
  });
}

/** A whole set that every commissioner accepts which knows PAA and CD key. */
export function goodInput(change: Partial<CheckBytes> = {}): CheckBytes {
  return {
    dac: forgeCertificate('dac'),
    pai: forgeCertificate('pai'),
    cd: forgeCd(),
    paaTrustStore: [parseAnyCertificate(forgeCertificate('paa'))],
    cdSigners: [CD_SIGNER],
    dacKey: KEYS.dac,
    vendorId: IDS.vendorId,
    productId: IDS.productId,
    at: AT,
    ...change,
  };
}

/** SubjectPublicKeyInfo of another tool's key. */
export const spki = (der: Uint8Array): Asn1 => encodedSequence(der);
