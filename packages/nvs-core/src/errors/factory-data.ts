import { errorTable, nearest, oneOf, row } from './error-table';

const span = (min: number, max: number) => (min === max ? `exactly ${max}` : `${min} to ${max}`);

export const factoryDataErrors = errorTable({
  'factory-data.number-out-of-range': row<{ what: string; value: number; min: number; max: number }>(
    (p) => `the ${p.what} is ${p.value}; it must be a whole number from ${p.min} to ${p.max}`,
    (p) => `choose a value from ${p.min} to ${p.max} (0x${p.max.toString(16).toUpperCase()})`,
  ),
  'factory-data.text-empty': row<{ what: string }>(
    (p) => `the ${p.what} is empty`,
    (p) => `give the ${p.what}, or leave it out`,
  ),
  'factory-data.text-too-long': row<{ what: string; length: number; limit: number }>(
    (p) => `the ${p.what} is ${p.length} bytes long; the firmware reads at most ${p.limit}`,
    () => 'shorten it; the length is in UTF-8 bytes, and letters outside ASCII take two to four',
  ),
  'factory-data.text-malformed': row<{ what: string; reason: string }>(
    (p) => `the ${p.what} has ${p.reason}`,
    () => 'remove that character: the device stores UTF-8 text that ends at the first NUL',
  ),
  'factory-data.length-wrong': row<{ what: string; length: number; min: number; max: number }>(
    (p) => `the ${p.what} is ${p.length} bytes long; it must be ${span(p.min, p.max)} bytes`,
    (p) => `give the ${p.what} as ${span(p.min, p.max)} raw bytes`,
  ),
  'factory-data.choice-unknown': row<{ what: string; written: string; allowed: readonly string[] }>(
    (p) => `the ${p.what} is "${p.written}", which Matter does not define`,
    (p) => {
      const near = nearest(p.written, p.allowed);
      return `${near === undefined ? '' : `did you mean ${near}? `}choose ${oneOf(p.allowed)}`;
    },
  ),
  'factory-data.choice-number-unknown': row<{ what: string; value: number; max: number }>(
    (p) => `the ${p.what} is number ${p.value}; Matter defines 0 to ${p.max}`,
    () => 'was the image made by another tool? generate it again with a defined value',
  ),
  'factory-data.choice-bits-unknown': row<{ what: string; value: number; max: number }>(
    (p) => `the mask of ${p.what} is ${p.value}, with bits above bit ${p.max}`,
    () => 'the firmware ignores those bits; generate the image again without them',
  ),
  'factory-data.date-malformed': row<{ written: string }>(
    (p) => `the manufacturing date "${p.written}" does not begin with a date`,
    () => 'write YYYY-MM-DD; SDK 1.6 and newer also read YYYYMMDD, and a suffix of at most 8 bytes',
  ),
  'factory-data.date-impossible': row<{ written: string }>(
    (p) => `the manufacturing date "${p.written}" names a day that does not exist`,
    () => 'years are 1000 to 9999, months 01 to 12, days within the month; the year comes first',
  ),
  'factory-data.date-form-new': row<{ written: string }>(
    (p) =>
      `the manufacturing date "${p.written}" is not YYYY-MM-DD alone; only SDK 1.6 and newer read other forms`,
    () =>
      'write YYYY-MM-DD without a suffix unless the firmware is that new: older ones report no date at all',
  ),
  'factory-data.private-key-invalid': row(
    () => 'the DAC key is not a private key of P-256: it is zero or not below the order of the curve',
    () => 'give the 32 bytes of the private scalar, big-endian, as in the SEC1 form',
  ),
  'factory-data.public-key-invalid': row(
    () => 'the DAC public key is not an uncompressed point of P-256',
    () => 'give 04, x and y: 65 bytes, as in the certificate',
  ),
  'factory-data.key-pair-mismatch': row(
    () => 'the DAC key and the DAC public key do not belong together',
    () => 'take both from one key pair: the one whose public key the DAC certifies',
  ),
  'factory-data.key-too-long': row<{ key: string; length: number }>(
    (p) => `the key "${p.key}" has ${p.length} characters; the firmware's buffer holds 14`,
    () => 'use a lower endpoint number, or fewer items on that endpoint',
  ),
  'factory-data.locale-unusual': row<{ written: string }>(
    (p) => `"${p.written}" does not look like a BCP 47 language tag`,
    () => 'write tags such as en-US or zh-Hans-CN, with hyphens; the device stores them as given',
  ),
  'factory-data.duplicate': row<{ what: string; first: string }>(
    (p) => `the ${p.what} is the same as that of ${p.first}`,
    () => 'remove one of the two, unless this is intended',
  ),
  'factory-data.incomplete': row<{ present: string; missing: string }>(
    (p) => `the ${p.present} is given without the ${p.missing}`,
    (p) => `give the ${p.missing} too, or leave out both: the firmware needs them together`,
  ),
  'factory-data.finish-missing': row(
    () =>
      'the product colour is given without the product finish; the firmware looks the finish up first, and then reads neither',
    () => 'give the product finish too, or leave out the colour',
  ),
  'factory-data.declaration-long': row<{ length: number; limit: number }>(
    (p) => `the Certification Declaration is ${p.length} bytes long; SDK 1.6 reads at most ${p.limit}`,
    () => 'use a declaration with fewer product ids or PAAs, or check the buffer of your SDK',
  ),
  'factory-data.namespace-missing': row(
    () => 'there is no chip-factory namespace, or it is empty',
    () => 'is this the factory partition, decrypted with the right keys?',
  ),
  'factory-data.wrong-type': row<{ key: string; type: string; expected: string }>(
    (p) => `${p.key} is stored as ${p.type}; the firmware reads ${p.expected} and will not find it`,
    (p) => `store ${p.key} as ${p.expected}`,
  ),
  'factory-data.key-duplicate': row<{ key: string }>(
    (p) => `${p.key} is in the namespace more than once`,
    () => 'which one the device keeps depends on the page layout: generate the image again with one of them',
  ),
  'factory-data.item-missing': row<{ key: string; size: string; count: number }>(
    (p) => `${p.key} is missing, though ${p.size} counts ${p.count}`,
    (p) => `the firmware stops reading here: add ${p.key}, or lower ${p.size}`,
  ),
  'factory-data.item-unreachable': row<{ key: string }>(
    (p) => `${p.key} belongs to a list, but no count covers it`,
    () =>
      'numbers in keys are lower-case hexadecimal without leading zeros, starting at 0; correct the count or the key',
  ),
  'factory-data.key-unknown': row<{ key: string }>(
    (p) => `${p.key} is not a key of the factory data provider`,
    () => 'the app itself may read it; if not, was it mistyped?',
  ),
  'factory-data.passcode-stored': row<{ key: string }>(
    (p) => `${p.key} contains the passcode in plain text`,
    () =>
      'remove it: the factory data provider needs only the verifier, and a passcode on the device can be read out',
  ),
});
