/** The images of one device to flash, as listed in the manifest. */
import { sha256 } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import type { DeviceArtifacts } from '../device';
import { SECURE_CERT_NAME } from '../firmware';
import type { KeptKeys } from './kept-keys';
import type { ManifestImage } from './manifest';
import type { OutputNames } from './names';

export interface PartitionImage extends ManifestImage {
  /** As it is flashed. */
  readonly data: Uint8Array;
}

/** The images with their contents, keys first. */
export function partitionImages(
  made: DeviceArtifacts,
  names: OutputNames,
  kept: KeptKeys = {},
): PartitionImage[] {
  const images = [keysImage(made, names, kept), secureCertImage(made, names), nvsImage(made, names)];
  return images.filter((image) => image !== undefined);
}

function keysImage(
  made: DeviceArtifacts,
  { keys }: OutputNames,
  { 'nvs-keys': kept }: KeptKeys,
): PartitionImage | undefined {
  const { keysPartition, hostEncrypted, firmware } = made;
  if (keysPartition === undefined) return undefined;
  const encrypted = hostEncrypted.keysPartition;
  return {
    kind: 'nvs-keys',
    file: keys,
    label: firmware?.keysPartition?.name ?? null,
    ...(encrypted === undefined ? {} : { encryption: 'host' }),
    ...contents(encrypted ?? keysPartition, false),
    ...(kept === undefined ? {} : { kept }),
  };
}

function secureCertImage(
  made: DeviceArtifacts,
  { secureCert: file }: OutputNames,
): PartitionImage | undefined {
  const { secureCert, hostEncrypted, firmware, config } = made;
  if (secureCert === undefined) return undefined;
  const encrypted = hostEncrypted.secureCert;
  const isReadEncrypted = config.storage.secureCert?.encrypted;
  const encryption =
    encrypted === undefined
      ? isReadEncrypted === undefined
        ? undefined
        : isReadEncrypted
          ? 'device'
          : 'none'
      : 'host';
  return {
    kind: 'secure-cert',
    file,
    label: firmware === undefined ? SECURE_CERT_NAME : (firmware.secureCertPartition?.name ?? null),
    ...(encryption === undefined ? {} : { encryption }),
    ...contents(encrypted ?? secureCert, config.storage.ecdsaPeripheral !== undefined),
  };
}

function nvsImage(made: DeviceArtifacts, { image: file }: OutputNames): PartitionImage {
  const { image, partition, config, credentials } = made;
  const { encryption, storage } = config;
  const isEncrypted = encryption !== undefined && encryption.scheme !== 'none';
  const isKeyInside = storage.attestation !== 'secure-cert' && credentials.dacKey !== undefined;
  return {
    kind: 'nvs',
    file,
    label: partition?.name ?? config.partition.label ?? null,
    ...contents(image, !isEncrypted && !isKeyInside),
  };
}

/**
 * Contents with their digest. From the digest of an image, anyone who knows the rest of it could guess the passcode
 * (the device reveals its salt to everyone), so the digest is given only if the image also has a 256-bit key.
 */
function contents(data: Uint8Array, isGuessable: boolean) {
  return { size: data.length, sha256: isGuessable ? null : toHex(sha256(data)), data };
}
