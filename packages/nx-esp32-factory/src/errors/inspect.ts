import { errorTable, hex, oneOf, row } from 'nvs-core/errors';

/** What an inspector finds in a file, in addition to the findings of the decoders. */
export const inspectErrors = errorTable({
  'inspect.empty': row(
    () => 'the file is empty',
    () => 'write the image again; was the disk full, or was reading the flash cut off?',
  ),
  'inspect.not-an-image': row<{ size: number; looksLike: string; advice: string }>(
    (p) =>
      `this is not an NVS, nvs_keys or esp_secure_cert image, nor a flash dump: its ${p.size} bytes look like ${p.looksLike}`,
    (p) => p.advice,
  ),
  'inspect.truncated': row<{ size: number; rest: number }>(
    (p) =>
      `${hex(p.size)} bytes are not a whole number of pages of 4096: the last ${p.rest} bytes were ignored`,
    () => 'was the file cut off? Read or generate it again: a partition is a multiple of 4096 bytes',
  ),
  'inspect.too-large': row<{ used: number; limit: number }>(
    (p) => `the NVS has ${p.used} pages in use; at most ${p.limit} are read`,
    () => 'is it really a partition? Cut out the partition, or decode it with nvs-core',
  ),
  'inspect.encrypted': row(
    () => 'the image looks encrypted: its pages are intact, but no entry is readable',
    () =>
      'give its keys with --key FILE: the nvs_keys partition (nvs_keys.bin), or the 32-byte HMAC key of the eFuse',
  ),
  'inspect.keys-in-dump': row<{ label: string }>(
    (p) => `the keys of the encrypted NVS are readable in partition ${p.label} of this dump, and were used`,
    () => 'anyone who reads the flash can read the secrets: turn on flash encryption, or use the HMAC scheme',
  ),
  'inspect.partition-choose': row<{ choices: readonly { label: string; contents: string }[] }>(
    (p) =>
      `the dump has ${p.choices.length} NVS partitions: ${p.choices.map(({ label, contents }) => `${label} (${contents})`).join(', ')}`,
    (p) => `choose one with --partition ${oneOf(p.choices.map(({ label }) => label))}`,
  ),
  'inspect.partition-unknown': row<{ label: string; known: readonly string[] }>(
    (p) => `the partition table has no partition "${p.label}"`,
    (p) => (p.known.length === 0 ? 'the table is empty' : `it has ${p.known.join(', ')}`),
  ),
  'inspect.partition-unsupported': row<{ label: string; type: string; known: readonly string[] }>(
    (p) => `partition "${p.label}" is ${p.type}, which is not supported`,
    (p) =>
      p.known.length === 0
        ? 'this dump has no NVS, nvs_keys or esp_secure_cert partition'
        : `choose ${oneOf(p.known)}`,
  ),
  'inspect.partition-not-dump': row<{ label: string }>(
    (p) => `there is no partition "${p.label}": the file is not a flash dump with a partition table`,
    () => 'leave --partition out: the whole file is then read as the partition',
  ),
  'inspect.partition-outside': row<{
    label: string;
    offset: number;
    end: number;
    start: number;
    size: number;
  }>(
    (p) =>
      `partition "${p.label}" spans ${hex(p.offset)} to ${hex(p.end)}, but the dump ${p.offset < p.start ? `begins at ${hex(p.start)}` : `ends at ${hex(p.size)}`}`,
    () => 'was the dump cut off? Read the whole flash: esptool read-flash 0 ALL dump.bin',
  ),
  'inspect.partition-missing': row<{ found: readonly string[] }>(
    (p) => `the dump has no NVS and no esp_secure_cert partition, only ${p.found.join(', ')}`,
    () => 'is this the dump of the right device?',
  ),
  'inspect.attestation-not-checked': row<{ missing: readonly string[] }>(
    (p) =>
      `the image has no readable ${p.missing.join(' and no ')}, so the attestation was not checked completely`,
    () =>
      'the declaration of a device is in its NVS partition, also if DAC and PAI are in esp_secure_cert: inspect a dump of the whole flash, or verify the folder of the image',
  ),
  'inspect.secure-cert-in-nvs': row<{ namespace: string; keys: readonly string[] }>(
    (p) =>
      `${p.keys.join(', ')} of namespace "${p.namespace}" are the legacy NVS format of esp_secure_cert_mgr 1; they were not checked`,
    () => 'a Matter device reads no credentials from there: write an esp_secure_cert partition',
  ),
  'inspect.not-comparable': row<{ kind: string }>(
    (p) => `there are no keys and values to compare: the file is a ${p.kind}`,
    () =>
      'give NVS, nvs_keys or esp_secure_cert images or flash dumps; for partition tables: esp32-factory partitions FILE',
  ),
  'inspect.csv-not-identical': row<{ reason: string }>(
    (p) =>
      `the CSV has the same keys and values, but "nvs generate" makes a different image from it: ${p.reason}`,
    () => 'this is normal for an image that a device wrote: keys move when they are rewritten',
  ),
  'inspect.csv-without-nvs': row<{ kind: string }>(
    (p) => `there is no readable NVS to write as CSV: the file is ${p.kind}`,
    () => 'give an NVS image (with --key FILE if it is encrypted)',
  ),
  'inspect.codes-of-another': row<{ what: string; image: string; codes: string }>(
    (p) =>
      `the codes do not belong to the image: their ${p.what} is ${p.codes}, that of the image ${p.image}`,
    () => 'give the onboarding.json that was made with this image',
  ),
  'inspect.key-reference': row<{ reference: string }>(
    (p) => `the environment variable ${p.reference} is not set, or is not the key as hexadecimal or base64`,
    () => 'set it to the key (32 bytes for HMAC, or the keys partition), or name a file',
  ),
});
