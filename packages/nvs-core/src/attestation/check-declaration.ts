/** Certification Declaration (Matter Core specification, 6.2.3.1 and 6.3.1): envelope, signer, fields, ids. */
import { toHex } from '../bytes/text';
import { hex } from '../errors/error-table';
import { algorithmName, ECDSA_WITH_SHA256, findSignatureAlgorithm } from './algorithms';
import type { Certificate } from './certificate';
import { type CdFields, CERTIFICATION_TYPES, type ParsedCd } from './certification-declaration';
import { isTestVendorId } from './classify';
import { CMS_VERSION, OID_DATA } from './cms';
import { isSignatureInDer } from './commissioner-cms';
import { type AttestationFinding, Findings } from './findings';
import { type CdSigner, findCdSigner } from './known-cd-signers';

/** The ids of a device, and their source. */
export interface DeviceIds {
  /** "configuration" or "firmware". */
  readonly source: string;
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
}

/** What commissioners make of a declaration alone, whatever the device: all of its errors and warnings. */
export function checkDeclaration(
  cd: ParsedCd,
  given: readonly CdSigner[] = [],
): readonly AttestationFinding[] {
  const findings = new Findings({});
  checkCdSignature(findings, cd, given);
  checkCdFields(findings, cd, given);
  return findings.all;
}

/**
 * Envelope and signer: 600 (signer info), 601 (unknown key), 602 (envelope, signature); what the SDK's parser overlooks is
 * stricter than today's commissioners.
 */
export function checkCdSignature(
  findings: Findings,
  { cms, commissioner, deviations }: ParsedCd,
  given: readonly CdSigner[],
): void {
  for (const finding of deviations) findings.addStricter('cd', finding);
  const [signer] = cms.signers;
  const signerProblems = [
    ...(cms.signers.length === 1 ? [] : [`there are ${cms.signers.length} signers, not one`]),
    ...(signer === undefined ? [] : signerInfoProblems(signer)),
  ];
  const read = commissioner.cms;
  if (signer !== undefined && read === undefined && signerProblems.length === 0)
    signerProblems.push('its signature is not that of two numbers of 32 bytes in DER');
  for (const problem of signerProblems) findings.report('cd', 600, 'attestation.cd-signer-info', { problem });
  if (signer !== undefined && read !== undefined && !isSignatureInDer(signer.signature, read)) {
    const problem = 'its signature is not in DER';
    findings.reportStricter('cd', 'attestation.cd-signer-info', { problem });
  }
  const keyId = signer?.keyId;
  const known = keyId === undefined ? undefined : findCdSigner(keyId, given);
  if (keyId !== undefined && known === undefined)
    findings.report('cd', 601, 'attestation.cd-signer-unknown', { keyId: toHex(keyId) });
  if (known?.origin === 'given')
    findings.report('cd', undefined, 'attestation.cd-signer-given', { signer: known.name }, 'warning');

  const digests = cms.digestOids.map(algorithmName).join(', ');
  const envelopeProblems = [
    ...(cms.version === CMS_VERSION ? [] : [`its version is ${cms.version}, not ${CMS_VERSION}`]),
    ...(cms.digestOids.length === 1 && cms.digestOids[0] === ECDSA_WITH_SHA256.digestOid
      ? []
      : [`its digest algorithm is ${digests === '' ? 'missing' : digests}, not SHA-256`]),
    ...(cms.hasDigestParameters ? ['its digest algorithm has parameters'] : []),
    ...(cms.contentType === OID_DATA ? [] : [`its content type is ${cms.contentType}, not pkcs7-data`]),
    ...(cms.content.length > 0 ? [] : ['its content is empty']),
  ];
  for (const problem of envelopeProblems) findings.report('cd', 602, 'attestation.cd-envelope', { problem });

  const algorithm = signer === undefined ? undefined : findSignatureAlgorithm(signer.signatureOid);
  if (signer === undefined || known === undefined || algorithm === undefined) return;
  if (!algorithm.verifyData(read?.signature ?? signer.signature, cms.content, known.publicKey))
    findings.report('cd', 602, 'attestation.cd-signature', { signer: known.name });
}

function signerInfoProblems(signer: ParsedCd['cms']['signers'][number]): string[] {
  const digest = signer.digestOid === ECDSA_WITH_SHA256.digestOid;
  const signature = signer.signatureOid === ECDSA_WITH_SHA256.oid;
  return [
    ...(signer.version === CMS_VERSION ? [] : [`its version is ${signer.version}, not ${CMS_VERSION}`]),
    ...(signer.keyId === undefined ? ['it is not identified by key identifier'] : []),
    ...(digest ? [] : [`its digest algorithm is ${algorithmName(signer.digestOid)}, not SHA-256`]),
    ...(signer.hasAttributes ? ['it signs attributes, not the content itself'] : []),
    ...(signature
      ? []
      : [`its signature algorithm is ${algorithmName(signer.signatureOid)}, not ecdsa-with-SHA256`]),
    ...signer.extras,
  ];
}

/**
 * Checks single fields: 603 if commissioners cannot read them, 501 for values that they reject; a type other than test
 * under the test key is 601 for newer ones only.
 */
export function checkCdFields(findings: Findings, cd: ParsedCd, given: readonly CdSigner[]): void {
  const isReadable = cd.commissioner.content !== undefined;
  const reportField = (field: string, problem: string) => {
    const params = { field, problem };
    if (isReadable) findings.reportStricter('cd', 'attestation.cd-field', params);
    else findings.report('cd', 603, 'attestation.cd-field', params);
  };
  for (const { field, reason } of cd.problems) reportField(field, reason);
  if (!isReadable && cd.problems.length === 0)
    reportField('the content', 'has something that commissioners do not expect there');
  const { formatVersion, certificationType, securityLevel, securityInformation } = cd.fields;
  const keyId = cd.cms.signers[0]?.keyId;
  const signer = keyId === undefined ? undefined : findCdSigner(keyId, given);
  if (signer?.origin === 'test' && (certificationType === 1 || certificationType === 2))
    findings.reportStricter('cd', 'attestation.cd-test-key', { type: certificationType });
  if (signer?.origin === 'test') checkTestVendorIds(findings, cd.fields);
  if (formatVersion !== undefined && formatVersion !== 1) {
    const params = { field: 'format_version', value: formatVersion, must: '1 only' };
    findings.report('cd', 501, 'attestation.cd-elements', params);
  }
  if (certificationType !== undefined && CERTIFICATION_TYPES[certificationType] === undefined) {
    const params = { field: 'certification_type', value: certificationType, must: '0, 1 and 2 only' };
    findings.report('cd', 501, 'attestation.cd-elements', params);
  }
  const reserved = { security_level: securityLevel, security_information: securityInformation };
  for (const [field, value] of Object.entries(reserved)) {
    // Commissioners are to ignore these two; issuers must write zero.
    if (value === undefined || value === 0) continue;
    const params = { field, problem: `is ${value}; it must be 0` };
    findings.reportStricter('cd', 'attestation.cd-field', params, 'warning');
  }
  if (cd.unknownTags.length > 0) {
    const params = { tags: cd.unknownTags.join(', ') };
    findings.report('cd', undefined, 'attestation.cd-field-unknown', params, 'warning');
  }
}

/** The public test key proves nothing about the product of a real vendor: commissioners in production do not know it. */
function checkTestVendorIds(findings: Findings, fields: Partial<CdFields>): void {
  const { vendorId, dacOriginVendorId } = fields;
  for (const [field, is] of Object.entries({
    vendor_id: vendorId,
    dac_origin_vendor_id: dacOriginVendorId,
  })) {
    if (is !== undefined && !isTestVendorId(is))
      findings.reportStricter('cd', 'attestation.cd-test-vendor-id', { field, is });
  }
}

/** The fields as commissioners take them, or ours where they take none. */
export function fieldsOfCommissioner({ fields, commissioner }: ParsedCd): Partial<CdFields> {
  if (commissioner.content === undefined) return fields;
  const { vendorId, productIds, dacOriginVendorId, dacOriginProductId, authorizedPaaList } =
    commissioner.content;
  return {
    vendorId,
    productIds,
    ...(dacOriginVendorId === undefined ? {} : { dacOriginVendorId }),
    ...(dacOriginProductId === undefined ? {} : { dacOriginProductId }),
    ...(authorizedPaaList === undefined ? {} : { authorizedPaaList }),
  };
}

/** Compares fields with the ids of the device and its certificates: 604 and 605. */
export function checkCdIds(
  findings: Findings,
  fields: Partial<CdFields>,
  devices: readonly DeviceIds[],
  certificates: { readonly dac: Certificate | undefined; readonly pai: Certificate | undefined },
): void {
  const { vendorId, productIds } = fields;
  for (const device of devices) {
    const { source } = device;
    if (vendorId !== undefined && device.vendorId !== undefined && device.vendorId !== vendorId)
      findings.report('cd', 604, 'attestation.cd-vendor-id', { cd: vendorId, source, is: device.vendorId });
    if (
      productIds !== undefined &&
      device.productId !== undefined &&
      !productIds.includes(device.productId)
    ) {
      const params = { cd: listIds(productIds), source, is: device.productId };
      findings.report('cd', 605, 'attestation.cd-product-id', params);
    }
  }
  const { dacOriginVendorId, dacOriginProductId } = fields;
  const origin = dacOriginVendorId !== undefined && dacOriginProductId !== undefined;
  const expectedVendorId = origin ? dacOriginVendorId : vendorId;
  const expectedProductIds = origin ? [dacOriginProductId] : productIds;
  const subjects = [
    ['dac', certificates.dac?.ids],
    ['pai', certificates.pai?.ids],
  ] as const;
  for (const [subject, ids] of subjects) {
    if (ids?.vendorId !== undefined && expectedVendorId !== undefined && ids.vendorId !== expectedVendorId) {
      const params = { subject, is: ids.vendorId, must: expectedVendorId, origin };
      findings.report('cd', 604, 'attestation.cd-certificate-vendor-id', params);
    }
  }
  for (const [subject, ids] of subjects) {
    if (ids?.productId === undefined || expectedProductIds === undefined) continue;
    if (!expectedProductIds.includes(ids.productId)) {
      const params = { subject, is: ids.productId, must: listIds(expectedProductIds), origin };
      findings.report('cd', 605, 'attestation.cd-certificate-product-id', params);
    }
  }
}

/** Lists at most eight ids, since there may be a hundred. */
function listIds(ids: readonly number[]): string {
  const shown = ids.slice(0, 8).map((id) => hex(id, 4));
  return ids.length > shown.length
    ? `${shown.join(', ')} and ${ids.length - shown.length} more`
    : shown.join(', ');
}

/** Checks the authorized PAA list: 606. Without the PAA itself, its key id is the PAI's authority key identifier. */
export function checkAuthorizedPaa(
  findings: Findings,
  fields: Partial<CdFields>,
  paaKeyId: Uint8Array | undefined,
): void {
  const list = fields.authorizedPaaList;
  if (list === undefined || paaKeyId === undefined) return;
  const keyId = toHex(paaKeyId);
  if (!list.some((entry) => toHex(entry) === keyId))
    findings.report('cd', 606, 'attestation.cd-paa-not-authorized', { keyId, count: list.length });
}
