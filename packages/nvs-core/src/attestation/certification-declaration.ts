/** Certification Declarations (Matter Core specification, 6.3): CMS around Matter TLV. */
import { attestationErrors } from '../errors/attestation';
import { FactoryError, type Finding, type Where, within } from '../errors/factory-error';
import { ECDSA_WITH_SHA256 } from './algorithms';
import { CMS_VERSION, decodeSignedData, OID_DATA, type SignedData, type SignerInfo } from './cms';
import { type CommissionerCd, readCommissionerCd } from './commissioner-cd';
import { type CommissionerCms, readCommissionerCms } from './commissioner-cms';
import { parseCredentialBlock } from './credential-file';
import { decodeMatterTlv, encodeMatterTlv, type MatterTlvElement } from './tlv';

/** The fields of a declaration. */
export interface CdFields {
  readonly formatVersion: number;
  readonly vendorId: number;
  /** 1 to 100 of them. */
  readonly productIds: readonly number[];
  readonly deviceTypeId: number;
  /** 19 characters. */
  readonly certificateId: string;
  readonly securityLevel: number;
  readonly securityInformation: number;
  readonly versionNumber: number;
  readonly certificationType: number;
  /** Both origin ids are present, or neither. */
  readonly dacOriginVendorId?: number;
  readonly dacOriginProductId?: number;
  /** Subject key identifiers, 20 bytes each, at most 10. */
  readonly authorizedPaaList?: readonly Uint8Array[];
}

export const CERTIFICATION_TYPES = ['development and test', 'provisional', 'official'] as const;
export const CERTIFICATE_ID_LENGTH = 19;
export const MAX_PRODUCT_IDS = 100;
export const MAX_AUTHORIZED_PAAS = 10;
export const KEY_ID_LENGTH = 20;

type CdFieldName = keyof CdFields;
type Unsigned = { readonly type: 'unsigned'; readonly bits: 8 | 16 | 32 };
type FieldType = Unsigned | { readonly type: 'text' | 'product ids' | 'key ids' };

/** The fields in the order of their tags (6.3.1), the only order that commissioners accept. */
const FIELDS: readonly { readonly name: CdFieldName; readonly label: string; readonly value: FieldType }[] = [
  { name: 'formatVersion', label: 'format_version', value: { type: 'unsigned', bits: 16 } },
  { name: 'vendorId', label: 'vendor_id', value: { type: 'unsigned', bits: 16 } },
  { name: 'productIds', label: 'product_id_array', value: { type: 'product ids' } },
  { name: 'deviceTypeId', label: 'device_type_id', value: { type: 'unsigned', bits: 32 } },
  { name: 'certificateId', label: 'certificate_id', value: { type: 'text' } },
  { name: 'securityLevel', label: 'security_level', value: { type: 'unsigned', bits: 8 } },
  { name: 'securityInformation', label: 'security_information', value: { type: 'unsigned', bits: 16 } },
  { name: 'versionNumber', label: 'version_number', value: { type: 'unsigned', bits: 16 } },
  { name: 'certificationType', label: 'certification_type', value: { type: 'unsigned', bits: 8 } },
  { name: 'dacOriginVendorId', label: 'dac_origin_vendor_id', value: { type: 'unsigned', bits: 16 } },
  { name: 'dacOriginProductId', label: 'dac_origin_product_id', value: { type: 'unsigned', bits: 16 } },
  { name: 'authorizedPaaList', label: 'authorized_paa_list', value: { type: 'key ids' } },
];
const OPTIONAL: readonly CdFieldName[] = ['dacOriginVendorId', 'dacOriginProductId', 'authorizedPaaList'];

/** A problem with a field of the TLV. */
export interface CdProblem {
  readonly field: string;
  readonly reason: string;
}

/** A parsed declaration: its readable fields, and the problems with the others. */
export interface ParsedCd {
  readonly der: Uint8Array;
  readonly cms: SignedData;
  readonly fields: Partial<CdFields>;
  readonly problems: readonly CdProblem[];
  /** Tags that the specification does not define. */
  readonly unknownTags: readonly string[];
  /** What the SDK's commissioner takes from it; parts that it refuses are undefined. */
  readonly commissioner: {
    readonly cms: CommissionerCms | undefined;
    readonly content: CommissionerCd | undefined;
  };
  /** Why the envelope is not as it must be encoded, though commissioners read it. */
  readonly deviations: readonly Finding[];
}

/** A declaration whose structure and fields are well-formed. */
export interface CertificationDeclaration extends ParsedCd {
  readonly fields: CdFields;
}

const WHAT = 'certification declaration';

/**
 * Parses a declaration and checks only its CMS and TLV structure.
 * Errors: attestation.file-empty, file-too-large, wrong-kind, several, pem-malformed, der-malformed,
 * structure-invalid.
 */
export function parseCertificationDeclaration(data: Uint8Array, where: Where = {}): ParsedCd {
  return within(where, () => {
    const { der } = parseCredentialBlock(data, WHAT);
    const cms = decodeSignedData(der);
    return { der, cms, ...decodeContent(cms.content, readCommissionerCms(der)), deviations: [] };
  });
}

/** What may be wrong with a file that commissioners read. */
const DER_ERRORS: readonly string[] = ['attestation.der-malformed', 'attestation.structure-invalid'];

/**
 * Parses a declaration as commissioners do, who overlook some deviations from DER; a FactoryError for one that they do not
 * read, with their result for it: 600 if they find no signer, 602 otherwise.
 */
export function readCertificationDeclaration(
  data: Uint8Array,
): ParsedCd | { readonly error: FactoryError; readonly number: 600 | 602 } {
  try {
    return parseCertificationDeclaration(data);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const read = readCommissionerCms(data);
    const isOverlooked = DER_ERRORS.includes(error.code);
    if (read?.content === undefined || !isOverlooked)
      return { error, number: read === undefined ? 600 : 602 };
    const { keyId, signature, content } = read;
    const { oid: signatureOid, digestOid } = ECDSA_WITH_SHA256;
    const signer: SignerInfo = {
      version: CMS_VERSION,
      keyId,
      digestOid,
      signatureOid,
      signature,
      hasAttributes: false,
      extras: [],
    };
    const cms: SignedData = {
      version: CMS_VERSION,
      digestOids: [digestOid],
      hasDigestParameters: false,
      contentType: OID_DATA,
      content,
      signers: [signer],
    };
    return { der: data, cms, ...decodeContent(content, read), deviations: error.findings };
  }
}

/**
 * Parses a well-formed declaration; checkAttestation checks its signature and whether it matches a device.
 * Errors: those of parseCertificationDeclaration; all problems of the fields at once.
 */
export function parseWellFormedDeclaration(data: Uint8Array, where: Where = {}): CertificationDeclaration {
  return within(where, () => {
    const parsed = parseCertificationDeclaration(data);
    const problems = parsed.problems.map(({ field, reason }) => `${field} ${reason}`);
    const findings = [...cmsProblems(parsed.cms), ...problems].map((reason) =>
      attestationErrors.finding('attestation.structure-invalid', { what: WHAT, reason }),
    );
    if (findings.length > 0) throw new FactoryError(findings);
    return { ...parsed, fields: parsed.fields as CdFields };
  });
}

/** Deviations of the envelope from 6.3, as clauses for messages. */
export function cmsProblems({ version, contentType, signers }: SignedData): string[] {
  const [signer] = signers;
  return [
    ...(version === CMS_VERSION ? [] : [`its CMS version is ${version}, not ${CMS_VERSION}`]),
    ...(contentType === OID_DATA ? [] : [`its content type is ${contentType}, not pkcs7-data`]),
    ...(signers.length === 1 ? [] : [`it has ${signers.length} signers, not one`]),
    ...(signer !== undefined && signer.keyId === undefined
      ? ['its signer is not identified by key identifier']
      : []),
  ];
}

/** Invalid TLV is a problem, not an error, so that the envelope can still be checked. */
function decodeContent(
  content: Uint8Array,
  cms: CommissionerCms | undefined,
): Fields & Pick<ParsedCd, 'commissioner'> {
  try {
    const top = decodeMatterTlv(content, WHAT);
    return { ...decodeFields(top), commissioner: { cms, content: readCommissionerCd(top) } };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const reason = `is not readable: ${String(error.params.reason)}`;
    const problems = [{ field: 'the content', reason }];
    return { fields: {}, problems, unknownTags: [], commissioner: { cms, content: undefined } };
  }
}

type Fields = Pick<ParsedCd, 'fields' | 'problems' | 'unknownTags'>;

function decodeFields(top: MatterTlvElement): Fields {
  const problems: CdProblem[] = [];
  const fields: Partial<Record<CdFieldName, CdFields[CdFieldName]>> = {};
  if (top.type !== 'structure' || top.tag !== undefined) {
    return {
      fields: {},
      problems: [{ field: 'the content', reason: 'is not a TLV structure' }],
      unknownTags: [],
    };
  }
  const found: (MatterTlvElement | undefined)[] = [];
  const counts = FIELDS.map(() => 0);
  const unknownTags: string[] = [];
  let previous = 0;
  let isInOrder = true;
  for (const element of top.elements) {
    const { tag } = element;
    if (typeof tag !== 'number' || tag >= FIELDS.length) {
      unknownTags.push(String(tag ?? 'anonymous'));
      continue;
    }
    found[tag] ??= element;
    counts[tag] = (counts[tag] ?? 0) + 1;
    isInOrder &&= tag >= previous;
    previous = tag;
  }
  FIELDS.forEach(({ name, label, value }, tag) => {
    const element = found[tag];
    if (element === undefined) {
      if (!OPTIONAL.includes(name)) problems.push({ field: label, reason: 'is missing' });
      return;
    }
    const count = counts[tag] ?? 0;
    if (count > 1) problems.push({ field: label, reason: `appears ${count} times` });
    const read = decodeField(element, value);
    if (element.type === 'string' && element.bytes !== undefined)
      problems.push({ field: label, reason: 'is not UTF-8' });
    if (typeof read === 'string' && value.type !== 'text') problems.push({ field: label, reason: read });
    else fields[name] = read;
  });
  if (!isInOrder) problems.push({ field: 'the content', reason: 'has its fields out of order' });
  const parsed = fields as Partial<CdFields>;
  const hasProblem = (field: string) => problems.some((problem) => problem.field === field);
  problems.push(...valueProblems(parsed).filter(({ field }) => !hasProblem(field)));
  return { fields: parsed, problems, unknownTags };
}

/** The value of a field, or the reason why it is invalid. */
function decodeField(element: MatterTlvElement, expected: FieldType): CdFields[CdFieldName] {
  switch (expected.type) {
    case 'unsigned':
      return decodeUnsigned(element, expected.bits) ?? `is not an unsigned number of ${expected.bits} bits`;
    case 'text':
      return element.type === 'string' ? element.value : '';
    case 'product ids': {
      if (element.type !== 'array') return 'is not an array';
      const ids = element.elements.map((item) =>
        item.tag === undefined ? decodeUnsigned(item, 16) : undefined,
      );
      return ids.every((id) => id !== undefined) ? ids : 'has an element that is not a 16-bit number';
    }
    case 'key ids': {
      if (element.type !== 'array') return 'is not an array';
      const ids = element.elements.map((item) => (item.type === 'bytes' ? item.value : undefined));
      return ids.every((id) => id !== undefined) ? ids : 'has an element that is not a byte string';
    }
  }
}

function decodeUnsigned(element: MatterTlvElement, bits: number): number | undefined {
  if (element.type !== 'unsigned') return undefined;
  const value = Number(element.value);
  return value < 2 ** bits ? value : undefined;
}

/** Checks lengths and counts; checkAttestation checks the values. */
function valueProblems(fields: Partial<CdFields>): CdProblem[] {
  const { certificateId, productIds, authorizedPaaList, dacOriginVendorId, dacOriginProductId } = fields;
  const problems: CdProblem[] = [];
  const idLength = certificateId === undefined ? undefined : Buffer.byteLength(certificateId);
  if (idLength !== undefined && idLength !== CERTIFICATE_ID_LENGTH) {
    const reason = `is ${idLength} characters long; it must have ${CERTIFICATE_ID_LENGTH}`;
    problems.push({ field: 'certificate_id', reason });
  }
  if (productIds !== undefined && (productIds.length === 0 || productIds.length > MAX_PRODUCT_IDS)) {
    const reason = `has ${productIds.length} product ids; it must have 1 to ${MAX_PRODUCT_IDS}`;
    problems.push({ field: 'product_id_array', reason });
  }
  if (authorizedPaaList !== undefined) {
    if (authorizedPaaList.length === 0 || authorizedPaaList.length > MAX_AUTHORIZED_PAAS) {
      const reason = `has ${authorizedPaaList.length} entries; it must have 1 to ${MAX_AUTHORIZED_PAAS}`;
      problems.push({ field: 'authorized_paa_list', reason });
    }
    if (authorizedPaaList.some((id) => id.length !== KEY_ID_LENGTH)) {
      const reason = `has an entry that is not ${KEY_ID_LENGTH} bytes long`;
      problems.push({ field: 'authorized_paa_list', reason });
    }
  }
  if ((dacOriginVendorId === undefined) !== (dacOriginProductId === undefined)) {
    const [present, missing] =
      dacOriginVendorId === undefined ? ['product', 'vendor'] : ['vendor', 'product'];
    const reason = `is missing although dac_origin_${present}_id is present; both or neither must be`;
    problems.push({ field: `dac_origin_${missing}_id`, reason });
  }
  return problems;
}

/** Encodes a declaration's fields as TLV. */
export function encodeCdFields(fields: CdFields): Uint8Array {
  const elements = FIELDS.flatMap(({ name }, tag): MatterTlvElement[] => {
    const value = fields[name];
    if (value === undefined) return [];
    if (typeof value === 'number') return [{ tag, type: 'unsigned', value: BigInt(value) }];
    if (typeof value === 'string') return [{ tag, type: 'string', value }];
    const items = value.map((item): MatterTlvElement => {
      return typeof item === 'number'
        ? { type: 'unsigned', value: BigInt(item) }
        : { type: 'bytes', value: item };
    });
    return [{ tag, type: 'array', elements: items }];
  });
  return encodeMatterTlv({ type: 'structure', elements });
}
