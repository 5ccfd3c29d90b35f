/**
 * The formats of esp_secure_cert before its entries (TLVs): fixed offsets after 64 bytes of metadata, which end with a
 * magic number. Source: esp_secure_cert_mgr 1.x, include/esp_secure_cert_config.h, esp_secure_cert_metadata.
 */

const METADATA_MAGIC = 0x12345678;
/** Offset of the magic number: after checksum and length of certificate, CA certificate and key, or of the DS data. */
const MAGIC_OFFSETS = [
  [24, 'cust_flash'],
  [36, 'cust_flash with DS peripheral'],
] as const;
const DEVICE_CERTIFICATE_LENGTH_MAX = 2048;
const CA_CERTIFICATE_LENGTH_MAX = 4096;
const METADATA_LENGTH = 64;

/** The name of the legacy format that an image has, if any. */
export function legacyFormat(image: Uint8Array): (typeof MAGIC_OFFSETS)[number][1] | undefined {
  if (image.length < METADATA_LENGTH) return undefined;
  const view = new DataView(image.buffer, image.byteOffset, METADATA_LENGTH);
  // In partitions named pre_prov, the two are in the other order.
  const lengths = [view.getUint16(4, true), view.getUint16(12, true)].sort((a, b) => a - b);
  const [shorter = 0, longer = 0] = lengths;
  if (shorter > DEVICE_CERTIFICATE_LENGTH_MAX || longer > CA_CERTIFICATE_LENGTH_MAX) return undefined;
  return MAGIC_OFFSETS.find(([offset]) => view.getUint32(offset, true) === METADATA_MAGIC)?.[1];
}
