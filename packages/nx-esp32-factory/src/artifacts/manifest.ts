import {
  type AttestationResult,
  type Certificate,
  describeFactoryKey,
  encodePem,
  FACTORY_NAMESPACE,
  type Finding,
  formatName,
  type NvsItem,
  sha256,
  toHex,
} from 'nvs-core';
import { type FactoryImage, type ManifestEfuseKey, manifestKeysOf } from '../device';
import { type FlashFile, flashFilesOf } from './flash-files';
import type { OutputNames } from './names';
import { version } from './version';

/** What was made, without a secret and without anything that a secret could be guessed from. */
export interface Manifest {
  readonly tool: { readonly name: string; readonly version: string };
  readonly credentials: 'development' | 'production';
  readonly partition: {
    readonly label: string | undefined;
    readonly offset: string | undefined;
    readonly size: number;
    readonly nvsVersion: number;
    readonly readOnly: boolean;
    readonly encryption: 'none' | 'flash' | 'hmac';
  };
  /** What is flashed, in the order in which it was written. */
  readonly images: readonly FlashFile[];
  /** Keys that are burned before the first boot. */
  readonly efuses: readonly ManifestEfuseKey[];
  readonly usage: {
    readonly usedEntries: number;
    readonly freeEntries: number;
    readonly usedPages: number;
    readonly pages: number;
  };
  readonly certificates: {
    readonly [name: string]: {
      readonly sha256: string;
      readonly serialNumber?: string;
      /** A certificate that was made with this image: it stands nowhere else but in there. */
      readonly issued?: IssuedCertificate;
    };
  };
  readonly attestation: {
    /** Null where the credentials are not all there. */
    readonly isAccepted: boolean | null;
    readonly refusal: AttestationResult | null;
    readonly isLoosened: boolean;
  };
  readonly entries: readonly ManifestEntry[];
  readonly findings: readonly Finding[];
}

interface IssuedCertificate {
  readonly subject: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly pem: string;
}

interface ManifestEntry {
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  /** Bytes of the value. */
  readonly length: number;
  readonly page: number;
  readonly entry: number;
  readonly span: number;
  /** Only what is no secret; blobs as hex. Keys of the app are its own business: never shown. */
  readonly value?: string | number;
}

/** The manifest of an image. */
export function manifestOf(made: FactoryImage, names: OutputNames): Manifest {
  const { layout, efuseKeys, classification, credentials, partition, attestation, findings } = made;
  const { dac, pai, cd } = credentials;
  return {
    tool: { name: 'nx-esp32-factory', version: version() },
    credentials: classification.kind,
    partition: {
      label: partition?.name ?? made.config.partition.label,
      offset: partition === undefined ? undefined : `0x${partition.offset.toString(16)}`,
      size: layout.size,
      nvsVersion: layout.version,
      readOnly: layout.readOnly,
      encryption: made.config.encryption?.scheme ?? 'none',
    },
    images: flashFilesOf(made, names).map(({ data: _data, ...file }) => file),
    efuses: manifestKeysOf(efuseKeys),
    usage: {
      usedEntries: layout.usedEntries,
      freeEntries: layout.freeEntries,
      usedPages: layout.usedPages,
      pages: layout.pages.length,
    },
    certificates: {
      ...(dac === undefined
        ? {}
        : {
            dac: {
              sha256: fingerprint(dac.der),
              serialNumber: toHex(dac.serialNumber),
              ...(credentials.isDacIssued === true ? { issued: issuedOf(dac) } : {}),
            },
          }),
      ...(pai === undefined
        ? {}
        : { pai: { sha256: fingerprint(pai.der), serialNumber: toHex(pai.serialNumber) } }),
      ...(cd === undefined ? {} : { certificationDeclaration: { sha256: fingerprint(cd) } }),
    },
    attestation: {
      isAccepted: attestation?.isAccepted ?? null,
      refusal: attestation?.refusal ?? null,
      isLoosened: attestation?.isLoosened ?? false,
    },
    entries: entriesOf(made),
    findings,
  };
}

function issuedOf({ subject, notBefore, notAfter, der }: Certificate): IssuedCertificate {
  return {
    subject: formatName(subject),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    pem: encodePem('CERTIFICATE', der),
  };
}

function entriesOf({ layout, items }: FactoryImage): ManifestEntry[] {
  const values = new Map(items.map((item) => [nameOf(item), item]));
  return layout.entries
    .filter(({ type }) => type !== 'namespace')
    .map(({ namespace, key, type, length, page, entry, span }) => {
      const value = publicValue(values.get(`${namespace}\0${key}`));
      return { namespace, key, type, length, page, entry, span, ...(value === undefined ? {} : { value }) };
    });
}

function nameOf(item: NvsItem): string {
  return item.type === 'namespace' ? `${item.namespace}\0` : `${item.namespace}\0${item.key}`;
}

/** Certificates stand above with their fingerprints. */
const LONGEST_SHOWN = 32;

function publicValue(item: NvsItem | undefined): string | number | undefined {
  if (item === undefined || item.type === 'namespace' || item.namespace !== FACTORY_NAMESPACE)
    return undefined;
  if (describeFactoryKey(item.key)?.secret !== false) return undefined;
  if (item.type === 'blob') return item.value.length > LONGEST_SHOWN ? undefined : toHex(item.value);
  return typeof item.value === 'bigint' ? String(item.value) : item.value;
}

function fingerprint(data: Uint8Array): string {
  return toHex(sha256(data));
}
