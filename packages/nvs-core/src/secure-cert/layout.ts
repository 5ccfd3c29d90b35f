/**
 * Framing of the esp_secure_cert partition: consecutive entries (TLVs), then blank flash.
 * Source: espressif/esp_secure_cert_mgr, private_include/esp_secure_cert_tlv_private.h and
 * include/esp_secure_cert_tlv_config.h; docs/format.md.
 */

import { nvsCrc32 } from '../bytes/nvs-crc32';

export const MAGIC = 0xba5eba11;
export const HEADER_LENGTH = 12;
export const FOOTER_LENGTH = 4;
export const ALIGNMENT = 16;
export const BLANK = 0xff;

/** Size of the partition in Espressif's tables and tools. */
export const SECURE_CERT_SIZE = 0x2000;
/** The device counts offsets in 16 bits, and loops forever in a partition filled to 64 KiB. */
export const SECURE_CERT_SIZE_LIMIT = 0xf000;
export const SECTOR_LENGTH = 0x1000;

/** Entry types, with the names of esp_secure_cert_tlv_type_t. */
export const TlvType = {
  CA_CERT: 0,
  DEV_CERT: 1,
  PRIV_KEY: 2,
  DS_DATA: 3,
  DS_CONTEXT: 4,
  HMAC_ECDSA_KEY_SALT: 5,
  SEC_CFG: 6,
  TEE_SEC_STORAGE_KEY: 7,
  SIGNATURE_BLOCK: 8,
  INTEGRITY: 9,
  USER_DATA_1: 51,
  USER_DATA_5: 55,
  MATTER_1: 201,
  MATTER_2: 202,
  MAX: 254,
} as const;

/** Subtypes of MATTER_1, with the names of esp-matter-mfg-tool. */
export const MatterSubtype = {
  DISCRIMINATOR: 0,
  VERIFIER: 1,
  SALT: 2,
  ITERATIONS: 3,
  RD_ID_UID: 4,
  RANDOM_1: 128,
  RANDOM_2: 129,
} as const;

/** Subtype 254 means "the latest one" in the device's API, 255 none. */
export const SUBTYPE_MAX = 254;

/** Bits 7 and 6 of the flags: data encrypted with (2) or a key derived from (1) an HMAC key; 0 and 3 are plain data. */
const HMAC_FLAGS = 0xc0;
const HMAC_ENCRYPTED = 0x80;
const HMAC_DERIVED = 0x40;
/** Flags that were left erased, as in older images: plain data. */
export const ERASED_FLAGS = 0xff;
/** Bits 5, 4 and 3 of the flags of a private key: where the key is. */
export const KEY_FLAGS = 0x38;
/** The private key is in an eFuse block, for the ECDSA peripheral. */
export const KEY_ECDSA_PERIPHERAL = 0x08;

export const SEC_CFG_LENGTH = 40;
/** SEC_CFG contains ESP-IDF's number of the eFuse block, which is 4 for BLOCK_KEY0. */
export const EFUSE_BLK_KEY0 = 4;
export const KEY_BLOCKS = [0, 1, 2, 3, 4, 5];

/** The fields of an entry. */
export interface TlvValue {
  readonly type: number;
  readonly subtype: number;
  /** Bits as above; 0 for plain data. */
  readonly flags: number;
  readonly data: Uint8Array;
}

/** An entry that was found in an image. */
export interface SecureCertTlv extends TlvValue {
  /** Byte offset of its header in the image. */
  readonly offset: number;
  /** Length of `data` in bytes. */
  readonly length: number;
  /** The CRC is valid; the device rejects an entry that is not intact. */
  readonly intact: boolean;
}

/** How the data of an entry is protected with an HMAC key of the eFuses; undefined for plain data. */
export function hmacProtection(flags: number): 'encrypted' | 'derived' | undefined {
  const field = flags & HMAC_FLAGS;
  return field === HMAC_ENCRYPTED ? 'encrypted' : field === HMAC_DERIVED ? 'derived' : undefined;
}

/** Length in bytes of an entry with `dataLength` bytes of data. */
export function tlvLength(dataLength: number): number {
  return HEADER_LENGTH + Math.ceil(dataLength / ALIGNMENT) * ALIGNMENT + FOOTER_LENGTH;
}

/** One entry with header, data, zeros up to a multiple of 16, and CRC. */
export function encodeTlv({ type, subtype, flags, data }: TlvValue): Uint8Array {
  const output = new Uint8Array(tlvLength(data.length));
  const view = new DataView(output.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, flags);
  view.setUint8(8, type);
  view.setUint8(9, subtype);
  view.setUint16(10, data.length, true);
  output.set(data, HEADER_LENGTH);
  const crcAt = output.length - FOOTER_LENGTH;
  view.setUint32(crcAt, nvsCrc32(output.subarray(0, crcAt)), true);
  return output;
}

const NAMES: Readonly<Record<number, string>> = {
  [TlvType.CA_CERT]: 'PAI certificate',
  [TlvType.DEV_CERT]: 'DAC certificate',
  [TlvType.PRIV_KEY]: 'private key',
  [TlvType.DS_DATA]: 'DS data',
  [TlvType.DS_CONTEXT]: 'DS context',
  [TlvType.HMAC_ECDSA_KEY_SALT]: 'salt of the HMAC-derived key',
  [TlvType.SEC_CFG]: 'security configuration (eFuse block of the key)',
  [TlvType.TEE_SEC_STORAGE_KEY]: 'TEE storage key',
  [TlvType.SIGNATURE_BLOCK]: 'signature block',
  [TlvType.INTEGRITY]: 'integrity entry',
};

const MATTER_NAMES: Readonly<Record<number, string>> = {
  [MatterSubtype.DISCRIMINATOR]: 'discriminator',
  [MatterSubtype.VERIFIER]: 'verifier',
  [MatterSubtype.SALT]: 'salt',
  [MatterSubtype.ITERATIONS]: 'iterations',
  [MatterSubtype.RD_ID_UID]: 'rd-id-uid',
  [MatterSubtype.RANDOM_1]: 'first fixed random value',
  [MatterSubtype.RANDOM_2]: 'second fixed random value',
};

/** An entry's name for people: "PAI certificate", "entry 51/0". */
export function tlvName(type: number, subtype: number): string {
  const name = type === TlvType.MATTER_1 ? MATTER_NAMES[subtype] : NAMES[type];
  if (name === undefined) return `entry ${type}/${subtype}`;
  return type === TlvType.MATTER_1 || subtype === 0 ? name : `${name} ${subtype}`;
}
