import {
  type Certificate,
  describeFactoryKey,
  FACTORY_NAMESPACE,
  formatName,
  type NvsItem,
  sha256,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { version } from '../../package.json';
import { type DeviceArtifacts, hasCredentials } from '../device';
import { keyFileName } from './efuse-files';
import type { KeptKeys } from './kept-keys';
import type { Manifest, ManifestCertificate, ManifestEntry } from './manifest';
import type { OutputNames } from './names';
import { partitionImages } from './partition-images';

/** The manifest of one device. */
export function manifestOf(made: DeviceArtifacts, names: OutputNames, kept: KeptKeys = {}): Manifest {
  const { config, layout, efuseKeys, classification, partition, attestation, findings } = made;
  const label = partition?.name ?? config.partition.label;
  return {
    tool: { name: 'nx-esp32-factory', version },
    credentials: hasCredentials(made.credentials) ? classification.kind : 'none',
    partition: {
      ...(label === undefined ? {} : { label }),
      ...(partition === undefined ? {} : { offset: `0x${partition.offset.toString(16)}` }),
      size: layout.size,
      nvsVersion: layout.version,
      readOnly: layout.readOnly,
      encryption: config.encryption?.scheme ?? 'none',
    },
    images: partitionImages(made, names, kept).map(({ data: _data, ...image }) => image),
    efuses: efuseKeys.map((key) => {
      const { [key.purpose]: name } = kept;
      const { block, purpose } = key;
      return { block, purpose, file: keyFileName(key), ...(name === undefined ? {} : { kept: name }) };
    }),
    usage: {
      usedEntries: layout.usedEntries,
      freeEntries: layout.freeEntries,
      usedPages: layout.usedPages,
      pages: layout.pages.length,
    },
    certificates: certificatesOf(made),
    attestation: {
      isAccepted: attestation?.isAccepted ?? null,
      result: attestation?.attestationResult ?? null,
      isRelaxed: attestation?.isRelaxed ?? false,
    },
    entries: entriesOf(made),
    findings: findings.map((finding) => ({ ...finding })),
  };
}

function certificatesOf({ credentials: { dac, pai, cd, issuedDacPem: pem } }: DeviceArtifacts) {
  const described = (certificate: Certificate): ManifestCertificate => ({
    sha256: fingerprint(certificate.der),
    serialNumber: toHex(certificate.serialNumber),
  });
  return {
    ...(dac === undefined
      ? {}
      : { dac: { ...described(dac), ...(pem === undefined ? {} : { issued: issuedOf(dac, pem) }) } }),
    ...(pai === undefined ? {} : { pai: described(pai) }),
    ...(cd === undefined ? {} : { certificationDeclaration: { sha256: fingerprint(cd.der) } }),
  };
}

function issuedOf({ subject, notBefore, notAfter }: Certificate, pem: string) {
  return {
    subject: formatName(subject),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    pem,
  };
}

function entriesOf({ layout, items }: DeviceArtifacts): ManifestEntry[] {
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

/** Bytes; longer values are certificates, which have their fingerprints above. */
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
