/** The certificates and the declaration of an image: parsed, as a tree, and checked as by a commissioner. */
import {
  type Certificate,
  checkAttestation,
  createPrivateKey,
  type Description,
  describeCredential,
  FACTORY_NAMESPACE,
  type FactoryData,
  FactoryError,
  type Finding,
  formatName,
  isSignedBy,
  type ParsedCd,
  type PrivateKey,
  parseCredential,
  parsePrivateKey,
  sameName,
  UnreadableCredential,
  type Where,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { locate } from 'nvs-core/errors';
import { inspectErrors } from '../errors';
import type { NvsContents } from './nvs';
import type { SecureCertImage } from './secure-cert';

interface CredentialOf<Role, Parsed> {
  readonly role: Role;
  /** The key of chip-factory, or the entry of esp_secure_cert. */
  readonly source: string;
  readonly der: Uint8Array;
  readonly where: Where;
  readonly parsed: Parsed | UnreadableCredential;
  /** Absent if it could not be parsed. */
  readonly description?: Description;
}

/** A certificate of an image. */
export type ImageCertificate = CredentialOf<'dac' | 'pai', Certificate>;
/** A Certification Declaration of an image. */
export type ImageDeclaration = CredentialOf<'cd', ParsedCd>;
export type Credential = ImageCertificate | ImageDeclaration;

/** A credential, with those that it signed as children. */
export interface CredentialNode {
  readonly role: Credential['role'] | 'issuer';
  readonly title: string;
  readonly source?: string;
  readonly fields: Description['fields'];
  readonly children: readonly CredentialNode[];
}

const NVS_KEYS = { dac: 'dac-cert', pai: 'pai-cert', cd: 'cert-dclrn' } as const;
const LABELS = { dac: 'DAC', pai: 'PAI', cd: 'Certification Declaration' } as const;

type Found = Pick<Credential, 'role' | 'source' | 'der' | 'where'>;

/** All credentials of an image, with findings for unreadable ones. */
export function credentialsOf(
  nvs: NvsContents | undefined,
  secureCert: SecureCertImage | undefined,
): { credentials: Credential[]; findings: Finding[] } {
  const found: Found[] = [];
  for (const entry of nvs?.decoded.entries ?? []) {
    const role = (['pai', 'dac', 'cd'] as const).find((name) => NVS_KEYS[name] === entry.key);
    if (entry.namespace !== FACTORY_NAMESPACE || role === undefined || entry.type !== 'blob') continue;
    const where = { field: entry.key, offset: (nvs?.offset ?? 0) + entry.offset };
    found.push({ role, source: entry.key, der: entry.value, where });
  }
  for (const role of ['pai', 'dac'] as const) {
    const der = secureCert?.contents[role];
    const tlv = secureCert?.tlvs.find(({ data }) => data === der);
    if (secureCert === undefined || der === undefined || tlv === undefined) continue;
    const source = `esp_secure_cert ${LABELS[role]}`;
    found.push({ role, source, der, where: { field: source, offset: secureCert.offset + tlv.offset } });
  }
  const credentials = found.map(parsedCredential);
  const findings = credentials.flatMap(({ parsed, where }) =>
    parsed instanceof UnreadableCredential
      ? parsed.findings.map((finding) => asFinding(locate(finding, where)))
      : [],
  );
  return { credentials, findings };
}

function parsedCredential({ role, ...found }: Found): Credential {
  if (role === 'cd') {
    const parsed = parseCredential(role, found.der);
    if (parsed instanceof UnreadableCredential) return { role, ...found, parsed };
    const description = describeCredential({ kind: 'certification declaration', declaration: parsed });
    return { role, ...found, parsed, description };
  }
  const parsed = parseCredential(role, found.der);
  if (parsed instanceof UnreadableCredential) return { role, ...found, parsed };
  const description = describeCredential({ kind: 'certificate', certificate: parsed });
  return { role, ...found, parsed, description };
}

/** The DAC, PAI or declaration of an image: from esp_secure_cert (`isSecure`), or from NVS. */
export function findCredential(
  credentials: readonly Credential[],
  role: 'dac' | 'pai',
  isSecure: boolean,
): ImageCertificate | undefined;
export function findCredential(
  credentials: readonly Credential[],
  role: 'cd',
  isSecure: false,
): ImageDeclaration | undefined;
export function findCredential(
  credentials: readonly Credential[],
  role: Credential['role'],
  isSecure: boolean,
): Credential | undefined {
  return credentials.find(
    (credential) => credential.role === role && credential.source.startsWith('esp_secure_cert') === isSecure,
  );
}

/** The findings of a commissioner, as far as the image has the credentials, and what could not be checked. */
export function checkCredentials(
  credentials: readonly Credential[],
  {
    secureCert,
    findings: known,
  }: { readonly secureCert?: SecureCertImage; readonly findings: readonly Finding[] },
  factory: FactoryData | undefined,
  at: Date,
): Finding[] {
  // Reported for each entry: the certificates and keys of another device.
  const isOther = known.some(({ code }) => code === 'secure-cert.not-matter');
  // Firmware with the secure-cert provider reads DAC and PAI there; the declaration is always in chip-factory.
  const isSecure = secureCert?.contents.dac !== undefined && !isOther;
  const dac = findCredential(credentials, 'dac', isSecure);
  const pai = findCredential(credentials, 'pai', isSecure);
  const cd = findCredential(credentials, 'cd', false);
  if (dac === undefined && pai === undefined && cd === undefined) return [];
  if (!dac?.description || !pai?.description) {
    const parts = Object.entries({ dac, pai });
    const missing = parts.flatMap(([role, one]) => (one?.description ? [] : [LABELS[role as 'dac' | 'pai']]));
    return [inspectErrors.finding('inspect.attestation-not-checked', { missing }, {}, 'info')];
  }
  const { vendorId, productId } = factory?.deviceInstanceInfo ?? {};
  const { findings } = checkAttestation({
    dac: dac.parsed,
    pai: pai.parsed,
    cd: cd?.parsed,
    dacKey: dacKeyOf(isSecure ? secureCert : undefined, factory),
    vendorId,
    productId,
    at,
    places: { dac: dac.where, pai: pai.where, ...(cd && { cd: cd.where }) },
  });
  const isOwn = ({ code }: Finding) =>
    code !== 'attestation.paa-not-checked' && code !== 'attestation.cd-not-checked';
  const unchecked =
    cd === undefined
      ? [inspectErrors.finding('inspect.attestation-not-checked', { missing: [LABELS.cd] }, {}, 'info')]
      : [];
  return [...findings.filter(isOwn).map(asFinding), ...unchecked];
}

/** An attestation finding as a plain finding, without the fields for the attestation result. */
function asFinding({ code, severity, params, where, message, help }: Finding): Finding {
  // Without trusted signers, an unknown signer is only a warning.
  const isUnknownSigner = code === 'attestation.cd-signer-unknown';
  return {
    code,
    severity: isUnknownSigner && severity === 'error' ? 'warning' : severity,
    params,
    where,
    message,
    help,
  };
}

function dacKeyOf(
  secureCert: SecureCertImage | undefined,
  factory: FactoryData | undefined,
): Pick<PrivateKey, 'publicKey'> | undefined {
  try {
    if (secureCert === undefined) {
      const raw = factory?.attestation?.dacKey;
      return raw === undefined ? undefined : createPrivateKey(raw);
    }
    const stored = secureCert.contents.privateKey;
    if (stored?.form !== 'sec1') return undefined;
    const { raw, publicKey } = parsePrivateKey(stored.der);
    raw.fill(0);
    return { publicKey };
  } catch (error) {
    // The decoders have already reported a malformed key.
    if (!(error instanceof FactoryError)) throw error;
    return undefined;
  }
}

/** The credentials as a tree: each certificate below its issuer, which may be only a name. */
export function credentialTree(all: readonly Credential[]): CredentialNode[] {
  const credentials = merged(all);
  type Node = ImageCertificate & { readonly parsed: Certificate };
  const isNode = (one: Credential): one is Node =>
    one.role !== 'cd' && !(one.parsed instanceof UnreadableCredential);
  const certificates = credentials.filter(isNode);
  const parentOf = (child: Node) =>
    certificates.find(
      (candidate) =>
        candidate !== child &&
        sameName(candidate.parsed.subject, child.parsed.issuer) &&
        isSignedBy(child.parsed, candidate.parsed.publicKey),
    );
  const placed = new Set<Node>();
  const nodeOf = (one: Node): CredentialNode => {
    placed.add(one);
    const children = certificates
      .filter((child) => !placed.has(child) && parentOf(child) === one)
      .map(nodeOf);
    const { role, source, description } = one;
    return {
      role,
      source,
      title: description?.title ?? LABELS[role],
      fields: description?.fields ?? [],
      children,
    };
  };
  const roots = new Map<string, CredentialNode>();
  for (const one of certificates) {
    if (placed.has(one) || parentOf(one) !== undefined) continue;
    const { subject, issuer: issuerName } = one.parsed;
    const issuer = formatName(issuerName);
    if (sameName(subject, issuerName)) {
      roots.set(`${issuer} itself`, nodeOf(one));
      continue;
    }
    const title = `${one.role === 'pai' ? 'PAA' : 'Issuer'} ${issuer}, not in the image`;
    const above = roots.get(title);
    const children = [...(above?.children ?? []), nodeOf(one)];
    roots.set(title, { role: 'issuer', title, fields: [], children });
  }
  // Certificates that are each other's issuers.
  const rest = certificates.flatMap((one) => (placed.has(one) ? [] : [nodeOf(one)]));
  const others = credentials
    .filter((one) => !isNode(one))
    .map(({ role, source, description }) => ({
      role,
      source,
      title: description?.title ?? `${LABELS[role]} (unreadable)`,
      fields: description?.fields ?? [],
      children: [],
    }));
  return [...roots.values(), ...rest, ...others];
}

/** Merges credentials with the same bytes, listing all their sources. */
function merged(credentials: readonly Credential[]): Credential[] {
  const byContent = new Map<string, Credential>();
  for (const credential of credentials) {
    const name = `${credential.role} ${toHex(credential.der)}`;
    const other = byContent.get(name);
    const source = other === undefined ? credential.source : `${other.source}, ${credential.source}`;
    byContent.set(name, { ...(other ?? credential), source });
  }
  return [...byContent.values()];
}
