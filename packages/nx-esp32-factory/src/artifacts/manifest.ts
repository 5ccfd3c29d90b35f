/**
 * manifest.json: what was made, without secrets and without anything that a secret could be guessed from. One schema
 * for writing and reading.
 */
import { printableJson } from 'nvs-core/errors';
import * as z from 'zod/mini';

/** A path below the output folder, so that a manifest cannot make us read any other file. */
const fileName = z.string().check(
  z.refine((name) => !/^[\\/]|^[a-zA-Z]:|(^|[\\/])\.\.([\\/]|$)/.test(name), {
    error: 'is not a path below the folder',
  }),
);
/** A name in the key folder next to the config. */
const keptName = z.string().check(z.regex(/^[a-z_]+-[0-9a-f-]+\.(bin|pem)$/));
const sha256Hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const count = z.int().check(z.nonnegative());

const image = z.object({
  kind: z.enum(['nvs', 'nvs-keys', 'secure-cert']),
  file: fileName,
  /** Label of its partition; null if no partition table was found. */
  label: z.nullable(z.string()),
  /**
   * Unless the partition table decides: "host" for a file that is already encrypted, "device" or "none" if the config
   * sets how the device reads the partition.
   */
  encryption: z.exactOptional(z.enum(['none', 'device', 'host'])),
  /** Bytes. */
  size: count,
  /** Null if a passcode could be guessed from it. */
  sha256: z.nullable(sha256Hex),
  /** The keys in it, plain, if they were generated with the image. */
  kept: z.exactOptional(keptName),
});

const efuse = z.object({
  /** The n of BLOCK_KEYn. */
  block: count,
  purpose: z.enum(['HMAC_UP', 'ECDSA_KEY']),
  /** Name in the output folder; null if the config refers to the key. */
  file: z.nullable(fileName),
  /** The same key, if it was generated with the image. */
  kept: z.exactOptional(keptName),
});

const issuedCertificate = z.object({
  subject: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  pem: z.string(),
});

const certificate = z.object({
  sha256: sha256Hex,
  serialNumber: z.exactOptional(z.string()),
  /** A certificate that was issued for this device, and is stored nowhere else. */
  issued: z.exactOptional(issuedCertificate),
});

const entry = z.object({
  namespace: z.string(),
  key: z.string(),
  type: z.string(),
  /** Bytes of the value. */
  length: count,
  page: count,
  entry: count,
  span: count,
  /** Public fields only; blobs as hex. The values of the app's own keys are never included. */
  value: z.exactOptional(z.union([z.string(), z.number()])),
});

const finding = z.looseObject({ code: z.string(), message: z.string() });

const manifest = z.object({
  tool: z.object({ name: z.string(), version: z.string() }),
  /** The digest of the inputs, if Nx caches the run. */
  inputs: z.exactOptional(sha256Hex),
  credentials: z.enum(['development', 'production', 'none']),
  partition: z.object({
    label: z.exactOptional(z.string()),
    offset: z.exactOptional(z.string()),
    size: count,
    nvsVersion: count,
    readOnly: z.boolean(),
    encryption: z.enum(['none', 'flash', 'hmac']),
  }),
  /** The images to flash, in the order in which they were written. */
  images: z.array(image),
  /** Keys to burn before the first boot. */
  efuses: z.array(efuse),
  usage: z.object({ usedEntries: count, freeEntries: count, usedPages: count, pages: count }),
  certificates: z.object({
    dac: z.exactOptional(certificate),
    pai: z.exactOptional(certificate),
    certificationDeclaration: z.exactOptional(certificate),
  }),
  attestation: z.object({
    /** Null if credentials are missing. */
    isAccepted: z.nullable(z.boolean()),
    /** The first error of a commissioner; null if it accepts. */
    result: z.nullable(z.object({ number: count, name: z.string() })),
    isRelaxed: z.boolean(),
  }),
  entries: z.array(entry),
  findings: z.array(finding),
});

export type Manifest = z.output<typeof manifest>;
export type ManifestImage = z.output<typeof image>;
export type ManifestEfuse = z.output<typeof efuse>;
export type ManifestEntry = z.output<typeof entry>;
export type ManifestCertificate = z.output<typeof certificate>;

/** The manifest in a text, or the first problem of the text with its field. */
export function parseManifest(text: string): { readonly manifest: Manifest } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const { data, error } = manifest.safeParse(value);
  if (data !== undefined) return { manifest: data };
  const [issue] = error.issues;
  const field = issue?.path.map(String).join('.') ?? '';
  return { problem: field === '' ? 'it is not an object' : `"${field}" is missing or malformed` };
}

export function formatManifest(value: Manifest): string {
  return `${printableJson(value)}\n`;
}
