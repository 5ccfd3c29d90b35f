/** Development or production: the definition that decides what may be cached, and how severe a finding is. */
import { hex } from '../errors';
import { findSignatureAlgorithm } from './algorithms';
import { readSubjectIds } from './certificate-outline';
import { type ParsedCd, parseCertificationDeclaration } from './certification-declaration';
import { type DeclarationClaims, readDeclarationClaims } from './declaration-outline';
import { findCdSigner, type SignerKey } from './known-cd-signers';

/** The vendor ids that are nobody's (Matter Core specification, 2.5.2). */
export function isTestVendorId(vendorId: number): boolean {
  return vendorId >= 0xfff1 && vendorId <= 0xfff4;
}

export interface ClassifyInput {
  /** Every vendor id that the configuration names; none counts as missing. */
  readonly vendorIds: readonly number[];
  /** Files as they are, PEM or DER; what is missing, or not readable as far as it is needed, counts as production. */
  readonly dac?: Uint8Array;
  readonly pai?: Uint8Array;
  readonly cd?: Uint8Array;
  /** Keys that this workspace made to sign declarations with. */
  readonly ownCdSigners?: readonly SignerKey[];
  /**
   * True to take the declaration for well-formed, and its signature for that of the key that it names: for an answer
   * that only says what is tried, where what is then used is classified without this.
   */
  readonly believesClaims?: boolean;
}

export interface Classification {
  readonly kind: 'development' | 'production';
  /** Why it is production, one sentence each; empty for development. */
  readonly reasons: readonly string[];
}

/**
 * Development only if every vendor id in config, DAC, PAI, declaration and dac_origin is a test one, and the
 * declaration is of type 0, signed by the public test key or by a key of this workspace; all else is production.
 * Without any credentials the vendor id of the config decides.
 */
export function classifyCredentials(input: ClassifyInput): Classification {
  const { vendorIds, dac, pai, cd } = input;
  if (dac === undefined && pai === undefined && cd === undefined) {
    const isTest = vendorIds.length > 0 && vendorIds.every(isTestVendorId);
    return isTest
      ? { kind: 'development', reasons: [] }
      : { kind: 'production', reasons: ['no credentials'] };
  }
  const reasons: string[] = [];
  const judge = (what: string, vendorId: number | undefined) => {
    if (vendorId === undefined) reasons.push(`${what} has no vendor id`);
    else if (!isTestVendorId(vendorId))
      reasons.push(`the vendor id of ${what} is ${hex(vendorId, 4)}, not a test one`);
  };
  if (input.vendorIds.length === 0) reasons.push('the configuration has no vendor id');
  for (const vendorId of input.vendorIds) judge('the configuration', vendorId);
  const certificates: [string, Uint8Array | undefined][] = [
    ['the DAC', input.dac],
    ['the PAI', input.pai],
  ];
  for (const [what, data] of certificates) {
    const ids = read(what, data, readSubjectIds, reasons);
    if (ids !== undefined) judge(what, ids.problem === undefined ? ids.vendorId : undefined);
  }
  judgeCd(input, judge, reasons);
  return { kind: reasons.length === 0 ? 'development' : 'production', reasons };
}

type Judge = (what: string, vendorId: number | undefined) => void;

function read<T>(
  what: string,
  data: Uint8Array | undefined,
  parse: (data: Uint8Array) => T,
  reasons: string[],
): T | undefined {
  if (data === undefined) {
    reasons.push(`${what} is missing`);
    return undefined;
  }
  try {
    return parse(data);
  } catch {
    reasons.push(`${what} is not readable`);
    return undefined;
  }
}

function judgeCd(input: ClassifyInput, judge: Judge, reasons: string[]): void {
  const what = 'the Certification Declaration';
  const { ownCdSigners: own = [], believesClaims = false } = input;
  const whole = believesClaims ? undefined : read(what, input.cd, parseCertificationDeclaration, reasons);
  const claims = believesClaims
    ? read(what, input.cd, readDeclarationClaims, reasons)
    : whole && claimsOf(whole);
  if (claims === undefined) return;
  judge(what, claims.vendorId);
  if (claims.dacOriginVendorId !== undefined) judge('dac_origin', claims.dacOriginVendorId);
  if (whole !== undefined && whole.problems.length > 0)
    reasons.push('the Certification Declaration is malformed');
  if (claims.certificationType !== 0) reasons.push('the Certification Declaration is not of type 0');
  const keyId = claims.signerKeyIds.length === 1 ? claims.signerKeyIds[0] : undefined;
  const known = keyId === undefined ? undefined : findCdSigner(keyId, own);
  const isTest = known !== undefined && 'origin' in known && known.origin === 'test';
  const isOwn = own.some(
    (key) => known !== undefined && Buffer.compare(key.publicKey, known.publicKey) === 0,
  );
  if (known === undefined || (!isTest && !isOwn)) {
    reasons.push(
      'the Certification Declaration is not signed by the public test key or a key of this workspace',
    );
    return;
  }
  const signer = whole?.cms.signers[0];
  if (whole === undefined || signer === undefined) return;
  const algorithm = findSignatureAlgorithm(signer.signatureOid);
  if (algorithm?.verifyData(signer.signature, whole.cms.content, known.publicKey) !== true)
    reasons.push('the signature of the Certification Declaration is wrong');
}

function claimsOf({ fields, cms }: ParsedCd): DeclarationClaims {
  const { vendorId, dacOriginVendorId, certificationType } = fields;
  const signerKeyIds = cms.signers.map(({ keyId }) => keyId);
  return { vendorId, dacOriginVendorId, certificationType, signerKeyIds };
}
