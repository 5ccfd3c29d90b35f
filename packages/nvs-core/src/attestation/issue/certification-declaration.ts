/** Issues Certification Declarations (Matter Core specification, 6.3), as chip-cert's gen-cd does. */
import {
  type CdFields,
  CERTIFICATE_ID_LENGTH,
  type CertificationDeclaration,
  encodeCdFields,
  KEY_ID_LENGTH,
  MAX_AUTHORIZED_PAAS,
  MAX_PRODUCT_IDS,
  parseWellFormedDeclaration,
} from '../certification-declaration';
import { isTestVendorId } from '../classify';
import { findCdSigner, keyIdOf } from '../known-cd-signers';
import { loadAsn1Writer } from './asn1';
import { optionInvalid } from './option-invalid';
import { encodeSignedData } from './signed-data';
import { type Signer, signWith } from './signer';

/** The fields, without or with optional values that the specification fixes. */
export type CdOptions = Omit<CdFields, 'formatVersion' | 'securityLevel' | 'securityInformation'> & {
  readonly securityLevel?: number;
  readonly securityInformation?: number;
};

/**
 * Issues a declaration signed by a key; `keyId` is the subject key identifier of the signer's certificate, the SHA-1 of
 * its key by default. The public test key signs for test vendor ids and type 0 only.
 * Errors: attestation.issue-option-invalid, signer-answer-invalid.
 */
export async function issueCertificationDeclaration(
  options: CdOptions,
  signer: Signer,
  keyId: Uint8Array = keyIdOf(signer.publicKey),
): Promise<CertificationDeclaration> {
  const fields: CdFields = { formatVersion: 1, securityLevel: 0, securityInformation: 0, ...options };
  assertFields(fields);
  if (findCdSigner(keyId, [])?.origin === 'test') assertForTests(fields);
  const content = encodeCdFields(fields);
  const asn1 = await loadAsn1Writer();
  const signature = await signWith(signer, content);
  const der = encodeSignedData(asn1, content, { keyId, algorithm: signer.algorithm.signature, signature });
  return parseWellFormedDeclaration(der);
}

/** A commissioner in production trusts nothing that is signed with the public test key. */
function assertForTests(fields: CdFields): void {
  for (const option of ['vendorId', 'dacOriginVendorId'] as const) {
    const vendorId = fields[option];
    if (vendorId !== undefined && !isTestVendorId(vendorId))
      throw optionInvalid(option, 'the public test key is for the test vendor ids 0xFFF1 to 0xFFF4');
  }
  if (fields.certificationType !== 0)
    throw optionInvalid('certificationType', 'the public test key is for type 0 (development and test)');
}

function assertFields(fields: CdFields): void {
  const { productIds, authorizedPaaList, certificateId, dacOriginVendorId, dacOriginProductId } = fields;
  const number = (option: keyof CdFields, from: number, to: number) => {
    const value = fields[option];
    if (typeof value === 'number' && (!Number.isInteger(value) || value < from || value > to))
      throw optionInvalid(option, `it must be ${from} to ${to}`);
  };
  number('vendorId', 1, 0xffff);
  number('deviceTypeId', 0, 0xffffffff);
  number('securityLevel', 0, 0xff);
  number('securityInformation', 0, 0xffff);
  number('versionNumber', 0, 0xffff);
  number('certificationType', 0, 2);
  number('dacOriginVendorId', 1, 0xffff);
  number('dacOriginProductId', 1, 0xffff);
  if (productIds.length < 1 || productIds.length > MAX_PRODUCT_IDS)
    throw optionInvalid('productIds', `there must be 1 to ${MAX_PRODUCT_IDS}`);
  if (productIds.some((id) => !Number.isInteger(id) || id < 1 || id > 0xffff))
    throw optionInvalid('productIds', 'each must be 0x0001 to 0xFFFF');
  if (Buffer.byteLength(certificateId) !== CERTIFICATE_ID_LENGTH)
    throw optionInvalid('certificateId', `it must have ${CERTIFICATE_ID_LENGTH} characters`);
  if ((dacOriginVendorId === undefined) !== (dacOriginProductId === undefined))
    throw optionInvalid('dacOriginVendorId', 'it and dacOriginProductId must be given together');
  if (authorizedPaaList === undefined) return;
  if (authorizedPaaList.length < 1 || authorizedPaaList.length > MAX_AUTHORIZED_PAAS)
    throw optionInvalid('authorizedPaaList', `there must be 1 to ${MAX_AUTHORIZED_PAAS}`);
  if (authorizedPaaList.some(({ length }) => length !== KEY_ID_LENGTH))
    throw optionInvalid('authorizedPaaList', `each must be a key identifier of ${KEY_ID_LENGTH} bytes`);
}
