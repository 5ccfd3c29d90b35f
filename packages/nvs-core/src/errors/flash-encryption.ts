import { errorTable, hex, oneOf, row } from './error-table';

export const flashEncryptionErrors = errorTable({
  'flash-encryption.key-length': row<{ scheme: string; length: number; allowed: readonly number[] }>(
    (p) => `the flash encryption key is ${p.length} bytes long; ${p.scheme} takes ${oneOf(p.allowed)}`,
    () =>
      'give the raw key file that was burned to the eFuses, as espsecure generates it (not hexadecimal, not PEM)',
  ),
  'flash-encryption.key-blank': row<{ byte: number }>(
    (p) => `every byte of the flash encryption key is ${hex(p.byte, 2)}`,
    () =>
      'this is an empty or read-protected eFuse block, not a key: use the key file that was burned, or generate one',
  ),
  'flash-encryption.key-halves-equal': row<{ scheme: string }>(
    (p) => `both halves of the ${p.scheme} key are equal, which XTS does not allow`,
    () => 'generate a new key: the two halves must be generated independently',
  ),
  'flash-encryption.address-unaligned': row<{ address: number; multiple: number }>(
    (p) => `the flash address ${hex(p.address)} is not a multiple of ${p.multiple}`,
    () => 'give the offset of the partition as it is in the partition table',
  ),
  'flash-encryption.address-out-of-range': row<{ address: number; length: number; limit: number }>(
    (p) => `${p.length} bytes at flash address ${p.address} do not fit between 0 and ${hex(p.limit)}`,
    () => 'the address is the offset of the image in flash, in bytes: check the partition table',
  ),
  'flash-encryption.length-unaligned': row<{ length: number; multiple: number }>(
    (p) => `the image is ${p.length} bytes long, which is not a multiple of ${p.multiple}`,
    (p) =>
      `pad the image with 0xFF to a multiple of ${p.multiple} bytes, ideally to the size of its partition`,
  ),
  'flash-encryption.data-empty': row(
    () => 'the image is empty',
    () => 'give the image of a whole partition: was the file written?',
  ),
  'flash-encryption.crypt-conf-invalid': row<{ value: number }>(
    (p) => `FLASH_CRYPT_CONFIG is ${p.value}; it has four bits, 0x0 to 0xF`,
    () => 'read it with espefuse summary; the bootloader burns 0xF',
  ),
  'flash-encryption.crypt-conf-unused': row<{ scheme: string }>(
    (p) => `FLASH_CRYPT_CONFIG was given, but ${p.scheme} has no such setting`,
    () => 'only the ESP32 has it: leave it out, or choose the chip esp32',
  ),
});
