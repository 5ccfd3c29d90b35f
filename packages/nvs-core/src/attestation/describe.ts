/** Describes certificates, requests and declarations, as readable text and as data for programs. */
import { toHex } from '../bytes/text';
import { hex } from '../errors/error-table';
import { printable } from '../errors/printed-text';
import { algorithmName } from './algorithms';
import { type Certificate, isSignedBy, NO_EXPIRY, parseAnyCertificate } from './certificate';
import { type CertificateRequest, isRequestSigned, parseCertificateRequest } from './certificate-request';
import {
  CERTIFICATION_TYPES,
  type ParsedCd,
  parseCertificationDeclaration,
} from './certification-declaration';
import {
  type CredentialBlock,
  type CredentialKind,
  parseCredentialBlocks,
  wipeKeys,
  wrongKind,
} from './credential-file';
import { describeExtension, type Extension } from './extensions';
import { type CdSigner, cdRoleOf, findCdSigner } from './known-cd-signers';
import { formatName, hex4, type MatterIds, sameName } from './name';

/** A description: JSON values only, in the order for people. */
export interface Description {
  readonly kind: 'certificate' | 'certificate request' | 'certification declaration';
  /** One line that identifies the credential. */
  readonly title: string;
  readonly fields: readonly DescriptionField[];
}

export interface DescriptionField {
  readonly label: string;
  readonly value: string | readonly string[];
}

/** A credential without secrets: anything but a private key. */
export type PublicCredential =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'certificate request'; readonly request: CertificateRequest }
  | { readonly kind: 'certification declaration'; readonly declaration: ParsedCd };

/**
 * Every certificate, request and declaration of a file.
 * Errors: those of parseCertificate for the file and its structure; attestation.wrong-kind for anything else, by its name.
 */
export function parsePublicCredentials(data: Uint8Array): PublicCredential[] {
  const blocks = parseCredentialBlocks(data, 'certificate');
  const readable = blocks.filter(({ kind }) => kind === undefined || SHOWN.includes(kind));
  try {
    return (readable.length === 0 ? blocks : readable).map(parsePublicCredential);
  } finally {
    wipeKeys(blocks);
  }
}

const SHOWN: readonly CredentialKind[] = ['certificate', 'certificate request', 'certification declaration'];

function parsePublicCredential(block: CredentialBlock): PublicCredential {
  const { kind, der } = block;
  if (kind !== undefined && !SHOWN.includes(kind)) throw wrongKind(block, 'certificate');
  if (kind === 'certificate request') return { kind, request: parseCertificateRequest(der) };
  if (kind === 'certification declaration') return { kind, declaration: parseCertificationDeclaration(der) };
  return { kind: 'certificate', certificate: parseAnyCertificate(der) };
}

/** Describes a credential; `cdSigners` are signers of declarations in addition to the known ones. */
export function describeCredential(
  credential: PublicCredential,
  cdSigners: readonly CdSigner[] = [],
): Description {
  if (credential.kind === 'certificate') return describeCertificate(credential.certificate);
  if (credential.kind === 'certificate request') return describeCertificateRequest(credential.request);
  return describeCertificationDeclaration(credential.declaration, cdSigners);
}

/** The role of a certificate in the attestation chain, by its extensions and names, or among the signers of declarations. */
function roleOf(certificate: Certificate): string {
  const cdRole = cdRoleOf(certificate);
  if (cdRole !== undefined) return cdRole;
  if (certificate.basicConstraints?.ca !== true) return 'DAC';
  return sameName(certificate.issuer, certificate.subject) ? 'PAA' : 'PAI';
}

function describeCertificate(certificate: Certificate): Description {
  const { serialNumber, issuer, subject, notBefore, notAfter, publicKey, extensions, problems } = certificate;
  const { basicConstraints, keyUsage, skid, akid } = certificate;
  const values: Readonly<Record<string, string | undefined>> = {
    basicConstraints:
      basicConstraints === undefined
        ? undefined
        : `CA=${basicConstraints.ca}${basicConstraints.pathLength === undefined ? '' : `, path length ${basicConstraints.pathLength}`}`,
    keyUsage: keyUsage?.join(', '),
    subjectKeyIdentifier: skid === undefined ? undefined : colons(skid),
    authorityKeyIdentifier: akid === undefined ? undefined : colons(akid),
  };
  const extension = (item: Extension) => {
    const { name, critical, value } = item;
    const text = values[name] ?? describeExtension(item) ?? `${value.length} bytes`;
    return `${name}${critical ? ' (critical)' : ''}: ${text}`;
  };
  return {
    kind: 'certificate',
    title: `${roleOf(certificate)} ${formatName(subject)}`,
    fields: [
      { label: 'version', value: String(certificate.version) },
      { label: 'serial number', value: colons(serialNumber) },
      { label: 'issuer', value: formatName(issuer) },
      { label: 'subject', value: formatName(subject) },
      ...describeIds(certificate.ids),
      { label: 'not before', value: second(notBefore) },
      {
        label: 'not after',
        value:
          notAfter.getTime() === NO_EXPIRY.getTime() ? `${second(notAfter)} (no expiry)` : second(notAfter),
      },
      { label: 'public key', value: `${publicKey.name} ${toHex(publicKey.data)}` },
      { label: 'signature', value: algorithmName(certificate.signatureOid) },
      { label: 'extensions', value: extensions.map(extension) },
      ...(problems.length === 0 ? [] : [{ label: 'problems', value: problems }]),
      { label: 'size', value: `${certificate.der.length} bytes` },
    ],
  };
}

function describeCertificateRequest(request: CertificateRequest): Description {
  return {
    kind: 'certificate request',
    title: `certificate request ${formatName(request.subject)}`,
    fields: [
      { label: 'subject', value: formatName(request.subject) },
      ...describeIds(request.ids),
      { label: 'public key', value: `${request.publicKey.name} ${toHex(request.publicKey.data)}` },
      {
        label: 'signature',
        value: `${algorithmName(request.signatureOid)}, ${isRequestSigned(request) ? 'valid' : 'NOT VALID'}`,
      },
    ],
  };
}

function describeCertificationDeclaration(
  { cms, fields, problems, unknownTags }: ParsedCd,
  cdSigners: readonly CdSigner[],
): Description {
  const [signer] = cms.signers;
  const known = signer?.keyId === undefined ? undefined : findCdSigner(signer.keyId, cdSigners);
  const type = fields.certificationType;
  const id = (value: number | undefined) => (value === undefined ? undefined : hex(value, 4));
  const number = (value: number | undefined) => (value === undefined ? undefined : String(value));
  const rows: readonly (readonly [string, string | readonly string[] | undefined])[] = [
    ['format_version', number(fields.formatVersion)],
    ['vendor_id', id(fields.vendorId)],
    ['product_id_array', fields.productIds?.map((value) => hex(value, 4)).join(', ')],
    ['device_type_id', id(fields.deviceTypeId)],
    ['certificate_id', fields.certificateId],
    ['security_level', number(fields.securityLevel)],
    ['security_information', number(fields.securityInformation)],
    ['version_number', number(fields.versionNumber)],
    [
      'certification_type',
      type === undefined ? undefined : `${type} (${CERTIFICATION_TYPES[type] ?? 'unknown'})`,
    ],
    ['dac_origin_vendor_id', id(fields.dacOriginVendorId)],
    ['dac_origin_product_id', id(fields.dacOriginProductId)],
    ['authorized_paa_list', fields.authorizedPaaList?.map(colons)],
    ['signer key id', signer?.keyId === undefined ? 'none' : colons(signer.keyId)],
    ['signer', known === undefined ? 'unknown' : `${known.name} (${known.origin})`],
    ['signature', algorithmName(signer?.signatureOid ?? 'none')],
    ['unknown tags', unknownTags.length === 0 ? undefined : unknownTags.join(', ')],
    [
      'problems',
      problems.length === 0 ? undefined : problems.map(({ field, reason }) => `${field} ${reason}`),
    ],
  ];
  return {
    kind: 'certification declaration',
    title: `Certification Declaration ${fields.certificateId ?? '(unreadable)'}`,
    fields: rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }])),
  };
}

function describeIds({ vendorId, productId, encoding, problem }: MatterIds): DescriptionField[] {
  const how = encoding === 'common name' ? ' (in the common name)' : '';
  return [
    ...(vendorId === undefined ? [] : [{ label: 'vendor id', value: `0x${hex4(vendorId)}${how}` }]),
    ...(productId === undefined ? [] : [{ label: 'product id', value: `0x${hex4(productId)}${how}` }]),
    ...(problem === undefined ? [] : [{ label: 'id problem', value: problem }]),
  ];
}

const second = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
const colons = (data: Uint8Array): string =>
  toHex(data)
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');

/** A description as lines of text. */
export function formatDescription({ title, fields }: Description): string {
  const width = Math.max(...fields.map(({ label }) => label.length));
  const lines = fields.flatMap(({ label, value }) => {
    const [first = '', ...rest] = (typeof value === 'string' ? [value] : value).map(printable);
    return [`  ${label.padEnd(width)}  ${first}`, ...rest.map((line) => `  ${' '.repeat(width)}  ${line}`)];
  });
  return [printable(title), ...lines].join('\n');
}

/** Several certificates as a tree: each below its issuer, in the order given. */
export function formatChain(certificates: readonly Certificate[]): string {
  const parentOf = (child: Certificate) =>
    certificates.find((candidate) => candidate !== child && isIssuerOf(candidate, child));
  const lines: string[] = [];
  const shown = new Set<Certificate>();
  const add = (certificate: Certificate, prefix: string, branch: string) => {
    if (shown.has(certificate)) return;
    shown.add(certificate);
    const { subject, issuer } = certificate;
    const isRoot = prefix === '' && branch === '';
    const open = isRoot && !sameName(subject, issuer) ? ` (issuer not given: ${formatName(issuer)})` : '';
    lines.push(`${prefix}${branch}${printable(`${roleOf(certificate)} ${formatName(subject)}${open}`)}`);
    const children = certificates.filter((child) => parentOf(child) === certificate);
    const inner = prefix + (branch === '' ? '' : branch.startsWith('├') ? '│  ' : '   ');
    for (const [index, child] of children.entries())
      add(child, inner, index === children.length - 1 ? '└─ ' : '├─ ');
  };
  for (const certificate of certificates) {
    if (parentOf(certificate) === undefined) add(certificate, '', '');
  }
  // The remaining certificates are issuers of each other, in a cycle.
  for (const certificate of certificates) add(certificate, '', '');
  return lines.join('\n');
}

function isIssuerOf(issuer: Certificate, certificate: Certificate): boolean {
  return sameName(issuer.subject, certificate.issuer) && isSignedBy(certificate, issuer.publicKey);
}
