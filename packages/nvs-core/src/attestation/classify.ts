/** Classifies credentials as development or production, which decides caching and the severity of findings. */
import { hex } from '../errors/error-table';
import { findSignatureAlgorithm } from './algorithms';
import type { Certificate } from './certificate';
import type { ParsedCd } from './certification-declaration';
import { UnreadableCredential } from './findings';
import { type CdSigner, findCdSigner } from './known-cd-signers';

/** Whether a vendor id is reserved for tests (Matter Core specification, 2.5.2). */
export function isTestVendorId(vendorId: number): boolean {
  return vendorId >= 0xfff1 && vendorId <= 0xfff4;
}

export interface ClassifyInput {
  /** Every vendor id in the configuration; an empty list means production if there are credentials. */
  readonly vendorIds: readonly number[];
  /** A missing or unreadable credential means production, unless all three are missing. */
  readonly dac?: Certificate | UnreadableCredential | undefined;
  readonly pai?: Certificate | UnreadableCredential | undefined;
  readonly cd?: ParsedCd | UnreadableCredential | undefined;
  /** Keys generated in this workspace to sign declarations. */
  readonly ownCdSigners?: readonly CdSigner[];
  /** Where each comes from, such as "credentials/dac.pem", for the reasons. */
  readonly sources?: Partial<Readonly<Record<'configuration' | 'dac' | 'pai' | 'cd', string>>>;
}

export interface Classification {
  readonly kind: 'development' | 'production';
  /** Reasons for production, one clause each; empty for development. */
  readonly reasons: readonly string[];
}

/**
 * Development only if every vendor id in config, DAC, PAI, declaration and dac_origin is a test id, and the
 * declaration is of type 0, signed by the public test key or by a key of this workspace; otherwise production.
 * Without any credentials only the vendor ids of the config count.
 */
export function classifyCredentials({
  vendorIds,
  dac,
  pai,
  cd,
  ownCdSigners = [],
  sources = {},
}: ClassifyInput): Classification {
  const from = (what: string, source: string | undefined) =>
    source === undefined ? what : `${what} (${source})`;
  const configuration = from('the configuration', sources.configuration);
  const configured = vendorIds.flatMap((vendorId) => vendorIdReasons(configuration, vendorId));
  if (dac === undefined && pai === undefined && cd === undefined) return classificationOf(configured);
  return classificationOf([
    ...(vendorIds.length === 0 ? [`${configuration} has no vendor id`] : []),
    ...configured,
    ...certificateReasons(from('the DAC', sources.dac), dac),
    ...certificateReasons(from('the PAI', sources.pai), pai),
    ...declarationReasons(from('the Certification Declaration', sources.cd), cd, ownCdSigners),
  ]);
}

function classificationOf(reasons: readonly string[]): Classification {
  return { kind: reasons.length === 0 ? 'development' : 'production', reasons };
}

function vendorIdReasons(what: string, vendorId: number | undefined): string[] {
  if (vendorId === undefined) return [`${what} has no vendor id`];
  if (isTestVendorId(vendorId)) return [];
  return [`the vendor id of ${what} is ${hex(vendorId, 4)}, not a test id`];
}

function certificateReasons(what: string, certificate: ClassifyInput['dac']): string[] {
  if (certificate === undefined) return [`${what} is missing`];
  if (certificate instanceof UnreadableCredential) return [`${what} is not readable`];
  const { vendorId, problem } = certificate.ids;
  return vendorIdReasons(what, problem === undefined ? vendorId : undefined);
}

function declarationReasons(what: string, cd: ClassifyInput['cd'], own: readonly CdSigner[]): string[] {
  if (cd === undefined) return [`${what} is missing`];
  if (cd instanceof UnreadableCredential) return [`${what} is not readable`];
  const { vendorId, dacOriginVendorId, certificationType } = cd.fields;
  return [
    ...vendorIdReasons(what, vendorId),
    ...(dacOriginVendorId === undefined ? [] : vendorIdReasons(`dac_origin in ${what}`, dacOriginVendorId)),
    ...(cd.problems.length === 0 ? [] : [`${what} is malformed`]),
    ...(certificationType === 0 ? [] : [`${what} is not of type 0`]),
    ...signerReasons(what, cd, own),
  ];
}

function signerReasons(what: string, { cms }: ParsedCd, own: readonly CdSigner[]): string[] {
  const [signer, second] = cms.signers;
  const keyId = second === undefined ? signer?.keyId : undefined;
  const known = keyId === undefined ? undefined : findCdSigner(keyId, own);
  const isOwn = own.some(({ publicKey }) => known && Buffer.compare(publicKey, known.publicKey) === 0);
  if (signer === undefined || known === undefined || (known.origin !== 'test' && !isOwn))
    return [`${what} is not signed by the public test key or a key of this workspace`];
  const algorithm = findSignatureAlgorithm(signer.signatureOid);
  const isSigned = algorithm?.verifyData(signer.signature, cms.content, known.publicKey) === true;
  return isSigned ? [] : [`the signature of ${what} is wrong`];
}
