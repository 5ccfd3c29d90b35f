/** Decodes the certificate extensions that attestation checks (RFC 5280, 4.2). */
import { contextTag, type DerNode, DerReader, decodeDer, TAG } from './der';

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
} as const;

const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(EXTENSION).map(([name, dotted]) => [dotted, name]),
);

/** Key usages, in the order of their bits. */
export const KEY_USES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUse = (typeof KEY_USES)[number];

export interface Extension {
  readonly oid: string;
  /** Its name in camel case, or the object identifier. */
  readonly name: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Values of the extensions that are present and well-formed; each problem is one sentence. */
export interface ExtensionValues {
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number } | undefined;
  readonly keyUsage?: readonly KeyUse[] | undefined;
  readonly skid?: Uint8Array | undefined;
  readonly akid?: Uint8Array | undefined;
  readonly problems: readonly string[];
}

/** Errors: attestation.structure-invalid. */
export function decodeExtensions(node: DerNode, what: string): Extension[] {
  const reader = new DerReader(what);
  return reader.children(node, TAG.sequence, 'the list of extensions').map((extension) => {
    const parts = reader.children(extension, TAG.sequence, 'an extension');
    const dotted = reader.oid(parts[0], 'the type of an extension');
    const hasCritical = parts.length === 3;
    if (parts.length < 2 || parts.length > 3)
      throw reader.fail('an extension does not have two or three parts');
    return {
      oid: dotted,
      name: NAMES[dotted] ?? dotted,
      critical: hasCritical && reader.boolean(parts[1], 'the critical flag of an extension'),
      value: reader.content(parts.at(-1), TAG.octetString, 'the value of an extension'),
    };
  });
}

/** The values of known extensions; a malformed or duplicate extension becomes a problem, never an error. */
export function decodeExtensionValues(extensions: readonly Extension[], what: string): ExtensionValues {
  const problems: string[] = [];
  const value = <T>(dotted: string, read: (node: DerNode, name: string) => T): T | undefined => {
    const found = extensions.filter((extension) => extension.oid === dotted);
    const [first] = found;
    if (first === undefined) return undefined;
    if (found.length > 1) problems.push(`it has ${first.name} ${found.length} times`);
    try {
      return read(decodeDer(first.value, `${first.name} extension`), first.name);
    } catch {
      problems.push(`its ${first.name} extension is malformed`);
      return undefined;
    }
  };
  const reader = new DerReader(what);
  const basicConstraints = value(EXTENSION.basicConstraints, (node, name) => {
    const parts = [...reader.children(node, TAG.sequence, name)];
    const ca = parts[0]?.tag === TAG.boolean && reader.boolean(parts.shift(), name);
    const pathLength = parts.length === 0 ? {} : { pathLength: reader.integer(parts.shift(), name) };
    if (parts.length > 0) throw reader.fail(name);
    return { ca, ...pathLength };
  });
  const keyUsage = value(EXTENSION.keyUsage, (node, name) => {
    const data = reader.bitString(node, name);
    return KEY_USES.filter((_, bit) => ((data[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
  });
  const skid = value(EXTENSION.subjectKeyIdentifier, (node, name) =>
    reader.content(node, TAG.octetString, name),
  );
  const akid = value(EXTENSION.authorityKeyIdentifier, (node, name) => {
    const parts = reader.children(node, TAG.sequence, name);
    const keyId = contextTag(0, false);
    return reader.content(
      parts.find(({ tag }) => tag === keyId),
      keyId,
      name,
    );
  });
  return { basicConstraints, keyUsage, skid, akid, problems };
}

/** Whether a verifier must reject a certificate because this critical extension is unknown. */
export function isUnknownCritical({ critical, name, oid: dotted }: Extension): boolean {
  return critical && name === dotted;
}

const PURPOSES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

/** Names, addresses and purposes in an extension, for people; undefined if there are none. */
export function describeExtension({ value, oid: dotted }: Extension): string | undefined {
  const reader = new DerReader('extension');
  const isName = ({ tag }: DerNode) => [1, 2, 6].some((number) => tag === contextTag(number, false));
  const read = (node: DerNode): string[] => {
    if (isName(node)) return [Buffer.from(node.content).toString('latin1')];
    if (node.tag !== TAG.oid || dotted !== EXTENSION.extendedKeyUsage) return node.children.flatMap(read);
    const purpose = reader.oid(node, 'a purpose');
    return [PURPOSES[purpose] ?? purpose];
  };
  try {
    return read(decodeDer(value, 'extension')).join(', ') || undefined;
  } catch {
    return undefined;
  }
}
