import { errorTable, row } from './error-table';

/** Parameters contain lengths and positions, but never passcodes, salts or verifiers. */
export const commissioningErrors = errorTable({
  'commissioning.passcode-out-of-range': row(
    () => 'the passcode is outside 1 to 99999998',
    () =>
      'choose a whole number of at most eight digits from 1 to 99999998, or leave it out to have one generated',
  ),
  'commissioning.passcode-forbidden': row(
    () => 'the passcode is one that Matter forbids as too easy to guess',
    () => 'do not use one digit eight times, 12345678 or 87654321; leave it out to have one generated',
  ),
  'commissioning.discriminator-out-of-range': row<{ value: number }>(
    (p) => `the discriminator is ${p.value}, which is not a whole number from 0 to 4095`,
    () => 'choose a value of 12 bits, 0 to 4095 (0xFFF)',
  ),
  'commissioning.salt-length': row<{ length: number }>(
    (p) => `the salt is ${p.length} bytes long; it must be 16 to 32 bytes`,
    () =>
      'give 16 to 32 random bytes (base64 of 32 bytes has 44 characters), or leave the salt out to have one generated',
  ),
  'commissioning.iterations-out-of-range': row<{ value: number }>(
    (p) => `the iteration count is ${p.value}; it must be a whole number from 1000 to 100000`,
    () => 'choose 1000 to 100000 iterations of PBKDF2; 10000 is usual',
  ),
  'commissioning.verifier-length': row<{ length: number }>(
    (p) => `the verifier is ${p.length} bytes long; it must be 97 bytes, w0 (32) and L (65)`,
    () => 'give w0 followed by the uncompressed point L, in one value',
  ),
  'commissioning.verifier-w0-out-of-range': row(
    () => 'w0, the first 32 bytes of the verifier, is zero or not below the order of P-256',
    () => 'compute the verifier again: w0 is reduced modulo the order of P-256, big-endian',
  ),
  'commissioning.verifier-point-invalid': row<{ reason: string }>(
    (p) => `L, the last 65 bytes of the verifier, is not a point of P-256: ${p.reason}`,
    () => 'compute the verifier again: L is 04, x and y, in big-endian bytes',
  ),
  'commissioning.verifier-mismatch': row(
    () => 'the verifier does not belong to this passcode with this salt and iteration count',
    () =>
      'leave the verifier out to have it computed, or give the passcode, salt and iterations it was made from',
  ),
  'commissioning.base38-character': row<{ position: number }>(
    (p) => `character ${p.position + 1} is outside the Base38 alphabet`,
    () =>
      'Base38 has the digits 0-9, the capitals A-Z, "-" and "."; was the code lower-cased or split by spaces?',
  ),
  'commissioning.base38-length': row<{ length: number }>(
    (p) => `${p.length} characters of Base38 do not form whole bytes`,
    () => 'was a character lost? three bytes take five characters, two take four, one takes two',
  ),
  'commissioning.base38-overflow': row<{ position: number }>(
    (p) => `the Base38 group at character ${p.position + 1} is larger than its bytes can hold`,
    () => 'was a character misread? read or scan the code again',
  ),
  'commissioning.vendor-id-out-of-range': row<{ value: number }>(
    (p) => `the vendor id is ${p.value}, which is not a whole number from 0 to 65524 (0xFFF4)`,
    () =>
      'give the vendor id, 0x0001 to 0xFFF0 or a test id up to 0xFFF4, or 0 for none: commissioners refuse others; was a decimal number meant as hexadecimal?',
  ),
  'commissioning.product-id-out-of-range': row<{ value: number }>(
    (p) => `the product id is ${p.value}, which is not a whole number from 0 to 65535`,
    () => 'give the 16-bit product id, such as 0x8000; was a decimal number meant as hexadecimal?',
  ),
  'commissioning.product-id-missing': row<{ vendorId: number }>(
    (p) => `the product id is 0, but the vendor id is ${p.vendorId}`,
    () => 'give the product id, 1 to 65535: commissioners refuse product 0 of a vendor; or 0 for both ids',
  ),
  'commissioning.flow-unknown': row<{ value: number }>(
    (p) => `the commissioning flow is ${p.value}; it must be 0, 1 or 2`,
    () => 'choose 0 (standard), 1 (user intent) or 2 (custom)',
  ),
  'commissioning.discovery-unknown': row<{ value: number }>(
    (p) => `the discovery capabilities are ${p.value}; only the bits 0 to 5 are defined`,
    () => 'add up 1 SoftAP, 2 BLE, 4 on-network, 8 Wi-Fi PAF, 16 NFC, 32 Thread: 0 to 63',
  ),
  'commissioning.qr-code-prefix': row(
    () => 'a Matter QR code begins with "MT:"',
    () => 'give the whole text of the code, with its prefix; a code of another system is not a setup code',
  ),
  'commissioning.qr-code-length': row<{ length: number }>(
    (p) => `the QR code contains ${p.length} bytes; its fixed part alone is 11`,
    () => 'was the end of the code cut off? read or scan it again',
  ),
  'commissioning.qr-code-version': row<{ version: number }>(
    (p) => `the QR code has payload version ${p.version}; only version 0 is defined`,
    () => 'was the code misread? read or scan it again',
  ),
  'commissioning.qr-code-padding': row<{ padding: number }>(
    (p) => `the four padding bits of the QR code are ${p.padding}; they must be zero`,
    () => 'was the code misread, or made by a tool that let the passcode overflow? generate it again',
  ),
  'commissioning.qr-code-count': row<{ count: number; expected: string }>(
    (p) => `the QR code has the payloads of ${p.count} devices; expected ${p.expected}`,
    () =>
      'each payload ("*" is between them) is one device: use decodeQrCodes for all of them, or split the code',
  ),
  'commissioning.qr-code-too-long': row<{ length: number; limit: number }>(
    (p) => `the payload of the QR code is ${p.length} characters long; at most ${p.limit} are allowed`,
    () => 'leave out optional data, or devices of a code of several',
  ),
  'commissioning.qr-code-data-invalid': row<{ reason: string }>(
    (p) => `the optional data of the QR code is invalid: ${p.reason}`,
    () => 'was the code misread, or made by another tool? read it again, or generate it again',
  ),
  'commissioning.qr-code-data-value': row<{ field: string; must: string }>(
    (p) => `"${p.field}" of the optional data of the QR code must be ${p.must}`,
    () => 'give a value that every reader understands, or leave it out',
  ),
  'commissioning.ndef-invalid': row<{ reason: string }>(
    (p) => `this is not an NDEF message with one URI: ${p.reason}`,
    () => 'give the content of the tag without the header of its memory: one URI record, whole',
  ),
  'commissioning.manual-code-character': row<{ position: number }>(
    (p) => `character ${p.position + 1} of the manual code is not a digit`,
    () => 'write the 11 or 21 digits without spaces; dashes between them are fine',
  ),
  'commissioning.manual-code-length': row<{ digits: number }>(
    (p) => `the manual code has ${p.digits} digits; it must have 11 or 21`,
    () => 'count the digits again; leading zeros belong to the code',
  ),
  'commissioning.manual-code-check-digit': row(
    () => 'the last digit of the manual code is not the check digit of the others',
    () => 'was a digit mistyped, or were two swapped? read the code again',
  ),
  'commissioning.manual-code-version': row(
    () => 'the first digit of the manual code is 8 or 9, which no version of Matter defines',
    () => 'was the code misread? a code of version 0 begins with 0 to 7',
  ),
  'commissioning.manual-code-form': row<{ digits: number }>(
    (p) =>
      `the manual code has ${p.digits} digits, but by its first digit it ${p.digits === 11 ? 'has' : 'lacks'} vendor and product id`,
    () => 'codes of 11 digits begin with 0 to 3, codes of 21 with 4 to 7; is a part of the code missing?',
  ),
  'commissioning.manual-code-overflow': row<{ first: number; last: number; limit: number }>(
    (p) => `the digits ${p.first} to ${p.last} of the manual code are above ${p.limit}`,
    () =>
      'was the code misread, or made by another tool? generate it again from the passcode and discriminator',
  ),
});
