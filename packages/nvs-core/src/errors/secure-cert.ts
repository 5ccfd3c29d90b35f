import { errorTable, hex, oneOf, row } from './error-table';

export const secureCertErrors = errorTable({
  'secure-cert.size-invalid': row<{ size: number; limit: number }>(
    (p) =>
      `${p.size} is not a valid size for an esp_secure_cert partition: it must be a multiple of 4096, at most ${p.limit}`,
    () => 'give the size of the partition table row; Espressif uses 0x2000',
  ),
  'secure-cert.too-large': row<{ length: number; size: number }>(
    (p) => `the esp_secure_cert contents take ${p.length} bytes, but the partition has ${p.size}`,
    () => 'shorten or remove custom entries, or check that this is only the esp_secure_cert partition',
  ),
  'secure-cert.empty': row(
    () => 'the esp_secure_cert partition has no entries',
    () =>
      'give at least a DAC with PAI and key, or commissionable data; when reading, was the partition flashed?',
  ),
  'secure-cert.magic-wrong': row<{ found: number }>(
    (p) => `no entry starts here: it is ${hex(p.found, 8)}; it must be the magic 0xBA5EBA11 or blank flash`,
    () =>
      'the device stops reading here; at offset 0 this is another partition, or one read from encrypted flash: decrypt it first',
  ),
  'secure-cert.entry-truncated': row<{ entry: string; needed: number; left: number }>(
    (p) => `the ${p.entry} needs ${p.needed} bytes, but only ${p.left} are left`,
    () => 'was the image cut off, or its length field damaged? write it again',
  ),
  'secure-cert.crc-mismatch': row<{ entry: string; stored: number; computed: number }>(
    (p) =>
      `the CRC of the ${p.entry} is ${hex(p.stored, 8)}, but its bytes give ${hex(p.computed, 8)}: the device rejects it`,
    () => 'the image was damaged or edited: write it again',
  ),
  'secure-cert.filler-not-zero': row<{ entry: string; part: string }>(
    (p) => `the ${p.part} of the ${p.entry} are not zero`,
    () => 'the device ignores them; another version of the tool may use them',
  ),
  'secure-cert.tail-not-blank': row<{ byte: number }>(
    (p) => `the byte ${hex(p.byte, 2)} follows the last entry, where flash must be blank (0xFF)`,
    () =>
      'nothing reads it, but data may be left over from an earlier image: erase the partition and write it again',
  ),
  'secure-cert.entry-duplicate': row<{ entry: string; type: number; subtype: number }>(
    (p) =>
      `there are two entries of type ${p.type}, subtype ${p.subtype} (${p.entry}); the device reads the first`,
    () => 'keep one of them; custom entries of one type need different subtypes',
  ),
  'secure-cert.entry-missing': row<{ entry: string }>(
    (p) => `the ${p.entry} is missing`,
    () =>
      'attestation needs the DAC, the PAI and the private key (or the eFuse block that holds it) together',
  ),
  'secure-cert.type-reserved': row<{ type: number; subtype: number }>(
    (p) => `type ${p.type}, subtype ${p.subtype} is not available for custom data`,
    () =>
      'use types 51 to 55 (user data), or others up to 253 that no component claims, with subtypes 0 to 253',
  ),
  'secure-cert.flags-unexpected': row<{ entry: string; flags: number }>(
    (p) => `the ${p.entry} has the flags ${hex(p.flags, 2)}, which have no meaning for this entry`,
    () => 'was the image made by another version of a tool, or damaged?',
  ),
  'secure-cert.hmac-protected': row<{ entry: string; protection: 'encrypted' | 'derived' }>(
    (p) =>
      `the ${p.entry} is ${p.protection === 'encrypted' ? 'encrypted with' : 'derived from'} an HMAC key in the eFuses, so its value was not checked`,
    () => 'only a chip with an HMAC peripheral and this key can read it; this tool writes no such entries',
  ),
  'secure-cert.subtype-other': row<{ entry: string; subtype: number }>(
    (p) =>
      `there is a ${p.entry} of subtype ${p.subtype}, which was not checked: firmware reads subtype 0, or the last one, by its version of esp_secure_cert_mgr`,
    () => 'keep one entry, of subtype 0',
  ),
  'secure-cert.not-matter': row<{ entry: string; form: string }>(
    (p) =>
      `the ${p.entry} is ${p.form}: firmware with a TLS client reads it, but not that of a Matter device`,
    () =>
      'nothing to do for another device; for a Matter device, write the certificates as DER of at most 600 bytes and the key as SEC1 on P-256',
  ),
  'secure-cert.legacy-format': row<{ format: string }>(
    (p) =>
      `the partition has the legacy ${p.format} format of esp_secure_cert_mgr 1, before its entries (TLVs); its contents were not checked`,
    () =>
      'the DAC provider of the Matter SDK reads it only with CONFIG_ESP_SECURE_CERT_SUPPORT_LEGACY_FORMATS: write the partition again',
  ),
  'secure-cert.certificate-invalid': row<{ entry: string; reason: string }>(
    (p) => `the ${p.entry} is not a DER certificate that the firmware can read: ${p.reason}`,
    () => 'give the certificate as DER, at most 600 bytes; a PEM file must be converted first',
  ),
  'secure-cert.key-not-sec1': row<{ reason: string }>(
    (p) =>
      `the private key is not the 121-byte SEC1 form with P-256 parameters and public key, as the firmware requires: ${p.reason}`,
    () => 'convert it: openssl ec -in key.pem -outform DER -out key.der (its output must be 121 bytes)',
  ),
  'secure-cert.key-exposed': row<{ length: number }>(
    (p) =>
      `the private key is marked as being in the eFuses, but this entry contains ${p.length} bytes of it`,
    () =>
      'treat this image as secret, and generate it again: the entry must be empty (esp-secure-cert-tool 2.6.1 writes the key)',
  ),
  'secure-cert.efuse-block-invalid': row<{ block: number; allowed: readonly number[] }>(
    (p) => `there is no eFuse key block ${p.block} for an ECDSA key`,
    (p) => `give the n of BLOCK_KEYn that the key is burned to: ${oneOf(p.allowed)}`,
  ),
  'secure-cert.matter-incomplete': row<{ missing: readonly string[] }>(
    (p) => `the commissionable data lacks ${p.missing.join(', ')}`,
    () =>
      'discriminator, verifier, salt, iterations and rd-id-uid go into esp_secure_cert together or not at all',
  ),
  'secure-cert.matter-value-invalid': row<{ entry: string; found: number; unit: string; allowed: string }>(
    (p) => `the ${p.entry} is ${p.found}${p.unit}; it must be ${p.allowed}${p.unit}`,
    () => 'use values within the limits of the Matter specification, raw (not base64)',
  ),
  'secure-cert.integrity-mismatch': row(
    () => 'the integrity entry does not contain the SHA-256 of the bytes before it',
    () => 'the image was changed after it was generated: write it again',
  ),
});
