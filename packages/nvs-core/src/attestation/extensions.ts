/** Decodes the certificate extensions that attestation checks (RFC 5280, 4.2). */
import { contextTag, type DerNode, DerReader, decodeDer, isPadded, TAG } from './der';
import { decodeName, type Name } from './name';

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
  /** The issuing certificate, as the authority key identifier names it. */
  readonly authority?: { readonly issuer?: Name | undefined; readonly serialNumber?: Uint8Array | undefined };
  readonly alternativeNames?: readonly DerNode[] | undefined;
  readonly nameConstraints?: NameConstraints | undefined;
  /** After so many certificates a policy is required. */
  readonly policyRequiredAfter?: number | undefined;
  readonly problems: readonly string[];
  /** Problems that only a verifier of the chain finds. */
  readonly chainProblems: readonly string[];
}

/** Subtrees of names that an issuer permits or excludes; a subtree's first part is its name. */
export interface NameConstraints {
  readonly permitted: readonly DerNode[];
  readonly excluded: readonly DerNode[];
}

/** Errors: attestation.structure-invalid. */
export function decodeExtensions(node: DerNode, reader: DerReader): Extension[] {
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
export function decodeExtensionValues(extensions: readonly Extension[], reader: DerReader): ExtensionValues {
  const problems: string[] = [];
  const chainProblems: string[] = [];
  const value = <T>(
    dotted: string,
    read: (node: DerNode, name: string) => T,
    list = problems,
  ): T | undefined => {
    const found = extensions.filter((extension) => extension.oid === dotted);
    const [first] = found;
    if (first === undefined) return undefined;
    if (found.length > 1) list.push(`it has ${first.name} ${found.length} times`);
    try {
      return read(decodeDer(first.value, `${first.name} extension`), first.name);
    } catch {
      list.push(`its ${first.name} extension is malformed`);
      return undefined;
    }
  };
  const basicConstraints = value(EXTENSION.basicConstraints, (node, name) => {
    const parts = [...reader.children(node, TAG.sequence, name)];
    const ca = parts[0]?.tag === TAG.boolean && reader.boolean(parts.shift(), name);
    const pathLength = parts.length === 0 ? undefined : decodePathLength(reader, parts.shift(), name);
    if (parts.length > 0) throw reader.fail(name);
    return { ca, ...(pathLength === undefined ? {} : { pathLength }) };
  });
  const keyUsage = value(EXTENSION.keyUsage, (node, name) => {
    const data = reader.bitString(node, name);
    const isSet = (bit: number) => ((data[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
    // The SDK compares the first 16 bits.
    if (Array.from({ length: 16 - KEY_USES.length }, (_, index) => KEY_USES.length + index).some(isSet))
      problems.push('its keyUsage has a bit that has no meaning');
    return KEY_USES.filter((_, bit) => isSet(bit));
  });
  const skid = value(EXTENSION.subjectKeyIdentifier, (node, name) =>
    reader.content(node, TAG.octetString, name),
  );
  const authority = value(EXTENSION.authorityKeyIdentifier, (node) => decodeAuthority(node, reader));
  value(EXTENSION.extendedKeyUsage, (node, name) => {
    for (const purpose of reader.children(node, TAG.sequence, name)) reader.oid(purpose, name);
  });
  value(EXTENSION.crlDistributionPoints, (node) => assertDistributionPoints(node, reader));
  const policies = chainProblems;
  value(EXTENSION.certificatePolicies, (node) => assertPolicies(node, reader), policies);
  value(EXTENSION.policyMappings, (node, name) => reader.children(node, TAG.sequence, name), policies);
  value(EXTENSION.inhibitAnyPolicy, (node, name) => reader.integer(node, name), policies);
  return {
    basicConstraints,
    keyUsage,
    skid,
    akid: authority?.keyId,
    ...(authority === undefined ? {} : { authority }),
    alternativeNames: value(EXTENSION.subjectAlternativeName, (node, name) => {
      const names = reader.children(node, TAG.sequence, name);
      for (const alternative of names) assertGeneralName(alternative, reader);
      return names;
    }),
    nameConstraints: value(EXTENSION.nameConstraints, (node) => decodeNameConstraints(node, reader)),
    policyRequiredAfter: value(
      EXTENSION.policyConstraints,
      (node, name) => {
        const required = reader
          .children(node, TAG.sequence, name)
          .find(({ tag }) => tag === contextTag(0, false));
        return required === undefined
          ? undefined
          : Number(`0x0${Buffer.from(required.content).toString('hex')}`);
      },
      policies,
    ),
    problems,
    chainProblems,
  };
}

/** The SDK reads a number that does not fit 64 bits as no path length. */
function decodePathLength(reader: DerReader, node: DerNode | undefined, name: string): number | undefined {
  const data = reader.content(node, TAG.integer, name);
  if (data.length <= 8 || (data[0] ?? 0) >= 0x80) return reader.integer(node, name);
  reader.deviate(reader.fail(`the path length of ${name} is longer than 8 bytes`));
  return undefined;
}

/** Parts with tags of rising numbers, each at most once. */
function taggedParts(node: DerNode, tags: readonly number[], reader: DerReader): Map<number, DerNode> {
  const parts = new Map<number, DerNode>();
  let next = 0;
  for (const part of reader.children(node, TAG.sequence, 'a part')) {
    const index = tags.indexOf(part.tag, next);
    if (index < 0) throw reader.fail('a part is unknown or out of order');
    parts.set(index, part);
    next = index + 1;
  }
  return parts;
}

function decodeAuthority(node: DerNode, reader: DerReader) {
  const parts = taggedParts(node, [contextTag(0, false), contextTag(1, true), contextTag(2, false)], reader);
  const [keyId, names, serial] = [0, 1, 2].map((index) => parts.get(index));
  if (keyId === undefined) throw reader.fail('there is no key identifier');
  for (const name of names?.children ?? []) assertGeneralName(name, reader);
  const directory = names?.children.find(({ tag }) => tag === DIRECTORY_NAME);
  if (serial !== undefined && (serial.content.length === 0 || isPadded(serial.content)))
    throw reader.fail('the serial number is malformed');
  return {
    keyId: keyId.content,
    issuer: directory === undefined ? undefined : decodeName(directory.children[0], reader),
    serialNumber: serial?.content,
  };
}

const DIRECTORY_NAME = contextTag(4, true);

/** Whether a name in an extension is a distinguished name, and which. */
export function directoryNameOf(node: DerNode | undefined): Name | undefined {
  return node?.tag === DIRECTORY_NAME ? decodeName(node.children[0], new DerReader('name')) : undefined;
}

/** Throws if a node is no GeneralName (RFC 5280, 4.2.1.6), as far as the SDK's parser looks. */
function assertGeneralName(node: DerNode, reader: DerReader): void {
  const { tag, children } = node;
  if (tag === DIRECTORY_NAME) decodeName(children[0], reader);
  else if (tag === contextTag(8, false)) return;
  else if (tag === contextTag(0, true)) {
    reader.oid(children[0], 'the type of a name');
    reader.children(children[1], contextTag(0, true), 'the value of a name');
  } else if (
    ![1, 2, 6, 7].some((number) => tag === contextTag(number, false)) &&
    ![3, 5].some((number) => tag === contextTag(number, true))
  ) {
    throw reader.fail('a name is of an unknown kind');
  }
}

/** CRLDistributionPoints (RFC 5280, 4.2.1.13). */
function assertDistributionPoints(node: DerNode, reader: DerReader): void {
  const tags = [contextTag(0, true), contextTag(1, false), contextTag(2, true)];
  for (const point of reader.children(node, TAG.sequence, 'the distribution points')) {
    const parts = taggedParts(point, tags, reader);
    const [name, more] = parts.get(0)?.children ?? [];
    if (parts.has(0) && (name === undefined || more !== undefined)) throw reader.fail('it has no name');
    if (name?.tag === contextTag(0, true)) for (const part of name.children) assertGeneralName(part, reader);
    else if (name !== undefined && name.tag !== contextTag(1, true))
      throw reader.fail('its name is of no kind');
    for (const part of parts.get(2)?.children ?? []) assertGeneralName(part, reader);
  }
}

/** CertificatePolicies (RFC 5280, 4.2.1.4): at least one, none twice. */
function assertPolicies(node: DerNode, reader: DerReader): void {
  const policies = reader
    .children(node, TAG.sequence, 'the policies')
    .map((policy) => reader.oid(reader.children(policy, TAG.sequence, 'a policy')[0], 'a policy'));
  if (policies.length === 0 || new Set(policies).size < policies.length)
    throw reader.fail('there is no policy, or one twice');
}

function decodeNameConstraints(node: DerNode, reader: DerReader): NameConstraints {
  const parts = taggedParts(node, [contextTag(0, true), contextTag(1, true)], reader);
  const [permitted = [], excluded = []] = [0, 1].map((index) => parts.get(index)?.children);
  for (const subtree of [...permitted, ...excluded]) {
    const [base] = reader.children(subtree, TAG.sequence, 'a subtree of names');
    if (base === undefined) throw reader.fail('a subtree has no name');
    assertGeneralName(base, reader);
  }
  return { permitted, excluded };
}

/** The critical extensions that the SDK's verifier of chains processes (BoringSSL's X509_supported_extension). */
const PROCESSED: readonly string[] = [
  EXTENSION.keyUsage,
  EXTENSION.subjectAlternativeName,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.certificatePolicies,
  EXTENSION.policyMappings,
  EXTENSION.policyConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.inhibitAnyPolicy,
  // Critical key identifiers are refused for their form.
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityKeyIdentifier,
];

/** Whether a verifier must reject a certificate because it does not process this critical extension. */
export function isUnprocessedCritical({ critical, oid: dotted }: Extension): boolean {
  return critical && !PROCESSED.includes(dotted);
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
