/** Decodes the bytes of a file, with secrets: the view and the outputs decide what is shown. */
import {
  type DecodedFactoryData,
  decodeFactoryData,
  decodeKeysPartition,
  decodeSecureCert,
  FACTORY_NAMESPACE,
  FactoryError,
  type Finding,
  type NvsDecoded,
  type NvsKeys,
  type Partition,
  SECURE_CERT_SIZE,
  SECURE_CERT_SIZE_LIMIT,
  secureCertContents,
  sha256,
} from 'nvs-core';
import { inspectErrors } from '../errors';
import { type Credential, checkCredentials, credentialsOf } from './credentials';
import { bytesOf, choosePartitions, type FoundPartitionTable, shifted } from './flash-dump';
import { type ImageKind, identify } from './identify';
import { type NvsContents, readNvs } from './nvs';
import type { SecureCertImage } from './secure-cert';

export interface ReadImageOptions {
  /** Keys of an encrypted NVS. */
  readonly keys?: NvsKeys | undefined;
  /** Label of the partition to read in a flash dump. */
  readonly which?: string | undefined;
  /** The time when the credentials must be valid; by default now. */
  readonly at?: Date;
}

const LEGACY_NAMESPACES: readonly string[] = ['esp_secure_cert', 'pre_prov'];
const LEGACY_KEYS: readonly string[] = ['dev_cert', 'ca_cert', 'priv_key', 'cipher_c'];

/** Everything in an image, with the secrets of the device. */
export interface ImageContents {
  readonly kind: ImageKind;
  /** Bytes of the file. */
  readonly size: number;
  /** The partition table of a flash dump, or of a file with nothing else. */
  readonly table?: FoundPartitionTable;
  /** The partition of the dump that was read. */
  readonly partition?: Partition;
  readonly nvs?: NvsContents;
  readonly secureCert?: SecureCertImage;
  /** The keys in a keys partition. */
  readonly keys?: NvsKeys;
  /** The chip-factory namespace, if there is one. */
  readonly factory?: DecodedFactoryData;
  /** Certificates and declaration in NVS and esp_secure_cert. */
  readonly credentials: readonly Credential[];
  /** All findings; offsets are from the start of the file. */
  readonly findings: readonly Finding[];
}

interface Parts {
  readonly partition?: Partition;
  readonly nvs?: NvsContents;
  readonly secureCert?: SecureCertImage;
  readonly keys?: NvsKeys;
  readonly findings: readonly Finding[];
}

/**
 * Reads an NVS, nvs_keys or esp_secure_cert image or a whole flash dump; problems of the bytes are findings. Errors, if
 * the caller must give another partition: inspect.partition-choose, .partition-unknown, .partition-unsupported,
 * .partition-not-dump, .partition-outside.
 */
export function readImage(bytes: Uint8Array, options: ReadImageOptions = {}): ImageContents {
  const { kind, table, finding } = identify(bytes);
  const { which } = options;
  if (which !== undefined && kind !== 'flash-dump') {
    throw inspectErrors.error('inspect.partition-not-dump', { label: which });
  }
  const parts =
    table === undefined || kind !== 'flash-dump'
      ? readPart(bytes, kind, options, table)
      : readDump(bytes, table, which, options);
  return {
    kind,
    size: bytes.length,
    ...(table === undefined ? {} : { table }),
    ...interpret(
      { ...parts, findings: [...(finding === undefined ? [] : [finding]), ...parts.findings] },
      options,
    ),
  };
}

function readPart(
  bytes: Uint8Array,
  kind: ImageKind,
  options: ReadImageOptions,
  table?: FoundPartitionTable,
): Parts {
  if (kind === 'nvs' || kind === 'blank') return readNvs(bytes, options.keys);
  if (kind === 'secure-cert') return readSecureCert(bytes, 0, Math.max(SECURE_CERT_SIZE, bytes.length));
  if (kind === 'nvs-keys') return readKeys(bytes);
  return { findings: table?.findings ?? [] };
}

function readDump(
  bytes: Uint8Array,
  table: FoundPartitionTable,
  which: string | undefined,
  options: ReadImageOptions,
): Parts {
  const chosen = choosePartitions(bytes, table, which);
  const { start } = table;
  const cut = (partition: Partition) => bytesOf(bytes, partition, start);
  const inFile = ({ offset }: Partition) => offset - start;
  const findings = [...table.findings, ...chosen.findings];
  const { nvs, secureCert, keys } = chosen;
  if (nvs === undefined && secureCert === undefined && keys !== undefined) {
    const read = readKeys(cut(keys));
    return { partition: keys, ...read, findings: [...findings, ...shifted(read.findings, inFile(keys))] };
  }
  const cert =
    secureCert === undefined
      ? undefined
      : readSecureCert(cut(secureCert), inFile(secureCert), secureCert.size);
  if (cert !== undefined && secureCert !== undefined)
    findings.push(...shifted(cert.findings, inFile(secureCert)));
  const certPart = cert?.secureCert === undefined ? {} : { secureCert: cert.secureCert };
  if (nvs === undefined) return { ...(secureCert && { partition: secureCert }), ...certPart, findings };
  const own = options.keys === undefined && keys !== undefined ? keysOf(cut(keys)) : undefined;
  const read = readNvs(cut(nvs), options.keys ?? own);
  findings.push(...shifted(read.findings, inFile(nvs)));
  if (own !== undefined && keys !== undefined && read.nvs?.encryption === 'unlocked') {
    findings.push(
      inspectErrors.finding(
        'inspect.keys-in-dump',
        { label: keys.name },
        { offset: inFile(keys) },
        'warning',
      ),
    );
  }
  return {
    partition: nvs,
    ...(read.nvs === undefined ? {} : { nvs: { ...read.nvs, offset: inFile(nvs) } }),
    ...certPart,
    findings,
  };
}

function readSecureCert(bytes: Uint8Array, offset: number, size: number): Parts {
  const { tlvs, findings } = decodeSecureCert(bytes, {
    size: Math.min(size, SECURE_CERT_SIZE_LIMIT),
    sha256,
  });
  return { secureCert: { offset, tlvs, contents: secureCertContents(tlvs) }, findings };
}

function readKeys(bytes: Uint8Array): Parts {
  try {
    return { keys: decodeKeysPartition(bytes), findings: [] };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return { findings: error.findings };
  }
}

function keysOf(bytes: Uint8Array): NvsKeys | undefined {
  return readKeys(bytes).keys;
}

/** The parts with the Matter data and credentials in them. */
function interpret(
  parts: Parts,
  { at = new Date() }: ReadImageOptions,
): Parts & Pick<ImageContents, 'factory' | 'credentials'> {
  const factory = factoryOf(parts.nvs);
  const { credentials, findings } = credentialsOf(parts.nvs, parts.secureCert);
  return {
    ...parts,
    ...(factory === undefined ? {} : { factory }),
    credentials,
    findings: [
      ...parts.findings,
      ...(factory?.findings ?? []),
      ...findings,
      ...checkCredentials(credentials, parts, factory?.data, at),
      ...legacyCredentials(parts.nvs),
    ],
  };
}

/** Credentials of esp_secure_cert_mgr's NVS format, which no Matter device reads; they are not checked. */
function legacyCredentials(nvs: NvsContents | undefined): Finding[] {
  const keys = (nvs?.decoded.entries ?? []).filter(
    ({ namespace, key }) => LEGACY_NAMESPACES.includes(namespace) && LEGACY_KEYS.includes(key),
  );
  const [first] = keys;
  if (nvs === undefined || first === undefined) return [];
  const params = { namespace: first.namespace, keys: keys.map(({ key }) => key) };
  return [
    inspectErrors.finding(
      'inspect.secure-cert-in-nvs',
      params,
      { offset: nvs.offset + first.offset },
      'warning',
    ),
  ];
}

function factoryOf(nvs: NvsContents | undefined): DecodedFactoryData | undefined {
  if (nvs === undefined || !hasFactoryData(nvs.decoded)) return undefined;
  return decodeFactoryData(
    nvs.decoded.entries.map((entry) => ({ ...entry, where: { offset: nvs.offset + entry.offset } })),
  );
}

function hasFactoryData({ namespaces }: NvsDecoded): boolean {
  return namespaces.some(({ name }) => name === FACTORY_NAMESPACE);
}
