/** The certificates and the declaration of an image: parsed, as a tree, and checked as a commissioner would. */
import {
  type Certificate,
  checkAttestation,
  createPrivateKey,
  type Description,
  describeCertificate,
  describeCertificationDeclaration,
  FACTORY_NAMESPACE,
  type FactoryData,
  FactoryError,
  type Finding,
  formatName,
  isSignedBy,
  locate,
  type PrivateKey,
  parseCertificate,
  parseCertificationDeclaration,
  readPrivateKey,
  sameName,
  toHex,
  type Where,
} from 'nvs-core';
import type { NvsContents } from './nvs';
import type { SecureCertImage } from './secure-cert';

export interface Credential {
  readonly role: 'dac' | 'pai' | 'cd';
  /** What holds it: the key of chip-factory, or the entry of esp_secure_cert. */
  readonly source: string;
  readonly der: Uint8Array;
  readonly where: Where;
  /** Absent for a declaration, and where it could not be read. */
  readonly certificate?: Certificate;
  readonly description?: Description;
}

/** A credential with those that it signed below it. */
export interface CredentialNode {
  readonly role: Credential['role'] | 'issuer';
  readonly title: string;
  readonly source?: string;
  readonly fields: Description['fields'];
  readonly children: readonly CredentialNode[];
}

const NVS_KEYS = { dac: 'dac-cert', pai: 'pai-cert', cd: 'cert-dclrn' } as const;
const LABELS = { dac: 'DAC', pai: 'PAI', cd: 'Certification Declaration' } as const;

/** Every credential of an image, and why one cannot be read. */
export function credentialsOf(
  nvs: NvsContents | undefined,
  secureCert: SecureCertImage | undefined,
): { credentials: Credential[]; findings: Finding[] } {
  const found: Pick<Credential, 'role' | 'source' | 'der' | 'where'>[] = [];
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
  const findings: Finding[] = [];
  const credentials = found.map((credential): Credential => {
    try {
      if (credential.role === 'cd') {
        const description = describeCertificationDeclaration(parseCertificationDeclaration(credential.der));
        return { ...credential, description };
      }
      const certificate = parseCertificate(credential.der);
      return { ...credential, certificate, description: describeCertificate(certificate) };
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      findings.push(...error.findings.map((finding) => locate(finding, credential.where)));
      return credential;
    }
  });
  return { credentials, findings };
}

/** The findings of a commissioner, where the image has all that one asks for. */
export function checkCredentials(
  credentials: readonly Credential[],
  { secureCert }: { readonly secureCert?: SecureCertImage },
  factory: FactoryData | undefined,
  at: Date,
): Finding[] {
  // Firmware with the secure-cert provider has its DAC and PAI there; the declaration is always in chip-factory.
  const isSecure = secureCert?.contents.dac !== undefined;
  const find = (role: Credential['role']) =>
    credentials.find(
      ({ role: candidate, source, description }) =>
        candidate === role &&
        description !== undefined &&
        (role === 'cd' || source.startsWith('esp_secure_cert') === isSecure),
    );
  const [dac, pai, cd] = [find('dac'), find('pai'), find('cd')];
  if (dac === undefined || pai === undefined || cd === undefined) return [];
  const { vendorId, productId } = factory?.deviceInstance ?? {};
  const { findings } = checkAttestation({
    dac: dac.der,
    pai: pai.der,
    cd: cd.der,
    dacKey: keyOf(isSecure ? secureCert : undefined, factory),
    vendorId,
    productId,
    at,
    places: { dac: dac.where, pai: pai.where, cd: cd.where },
  });
  return findings.filter(({ code }) => code !== 'attestation.paa-not-checked').map(asFinding);
}

/** The finding without what only a commissioner's report needs. */
function asFinding({ code, severity, params, where, message, help }: Finding): Finding {
  // Here nobody has said whom to trust, so that a signer of one's own is worth a warning, and no more.
  const isTrust = code === 'attestation.cd-signer-unknown';
  return {
    code,
    severity: isTrust && severity === 'error' ? 'warning' : severity,
    params,
    where,
    message,
    help,
  };
}

function keyOf(
  secureCert: SecureCertImage | undefined,
  factory: FactoryData | undefined,
): PrivateKey | undefined {
  try {
    const key = secureCert?.contents.privateKey;
    if (secureCert !== undefined) return key?.form === 'sec1' ? readPrivateKey(key.der) : undefined;
    const raw = factory?.attestation?.dacKey;
    return raw === undefined ? undefined : createPrivateKey(raw);
  } catch (error) {
    // That it is no key is a finding of factory-data or secure-cert already.
    if (!(error instanceof FactoryError)) throw error;
    return undefined;
  }
}

/** The credentials as a tree: each certificate below its issuer, which may be known by name only. */
export function credentialTree(all: readonly Credential[]): CredentialNode[] {
  const credentials = merged(all);
  const certificates = credentials.filter(
    (one): one is Credential & { certificate: Certificate } => !!one.certificate,
  );
  type Node = (typeof certificates)[number];
  const parentOf = (child: Node) =>
    certificates.find(
      (candidate) =>
        candidate !== child &&
        sameName(candidate.certificate.subject, child.certificate.issuer) &&
        isSignedBy(child.certificate, candidate.certificate.publicKey),
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
    const { subject, issuer: issuerName } = one.certificate;
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
  // Certificates that name each other in a circle.
  const rest = certificates.flatMap((one) => (placed.has(one) ? [] : [nodeOf(one)]));
  const others = credentials
    .filter(({ certificate }) => certificate === undefined)
    .map(({ role, source, description }) => ({
      role,
      source,
      title: description?.title ?? `${LABELS[role]} (unreadable)`,
      fields: description?.fields ?? [],
      children: [],
    }));
  return [...roots.values(), ...rest, ...others];
}

/** One credential for the same bytes in several places. */
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
