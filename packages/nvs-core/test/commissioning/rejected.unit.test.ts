import {
  assertPasscode,
  assertVerifierMatches,
  computeVerifier,
  decodeManualCode,
  decodeQrCode,
  decodeVerifier,
  encodeManualCode,
  encodeQrCode,
  generateSalt,
} from '../../src/commissioning';
import { decodeBase38, encodeBase38 } from '../../src/commissioning/base38';
import { assertDiscriminator, FORBIDDEN_PASSCODES } from '../../src/commissioning/passcode';
import { assertSetupPayload } from '../../src/commissioning/setup-payload';
import { verhoeffDigit } from '../../src/commissioning/verhoeff';
import { assertIterations, assertSalt, assertVerifier } from '../../src/commissioning/verifier';
import { P256_ORDER } from '../../src/crypto/p256';
import { FactoryError } from '../../src/errors';
import { commissioningErrors } from '../../src/errors/commissioning';

const payload = {
  vendorId: 0xfff1,
  productId: 0x8000,
  flow: 0,
  discovery: 2,
  discriminator: 0,
  passcode: 34567890,
};
const input = { passcode: 34567890, salt: new Uint8Array(16), iterations: 1000 };
const verifier = computeVerifier(input).bytes;

const replaced = (bytes: Uint8Array, at: number, value: readonly number[]) => {
  const changed = Uint8Array.from(bytes);
  changed.set(value, at);
  return changed;
};
const order = Buffer.from(P256_ORDER.toString(16), 'hex');
/** A QR code with its bytes changed. */
const qr = (change: (bytes: Uint8Array) => Uint8Array) =>
  `MT:${encodeBase38(change(decodeBase38(encodeQrCode(payload), 3)))}`;
const withLastByte = (mask: number) => (bytes: Uint8Array) => replaced(bytes, 10, [(bytes[10] ?? 0) | mask]);
const checked = (digits: string) => digits + verhoeffDigit(digits);

const rows: [name: string, code: string, work: () => unknown][] = [
  ...[0, -1, 1.5, Number.NaN, 99999999, 100000000].map((passcode): (typeof rows)[number] => [
    `passcode ${passcode}`,
    'passcode-out-of-range',
    () => assertPasscode(passcode),
  ]),
  ...FORBIDDEN_PASSCODES.map((passcode): (typeof rows)[number] => [
    `passcode ${passcode}`,
    'passcode-forbidden',
    () => assertPasscode(passcode),
  ]),
  ...[-1, 4096, 0.5].map((discriminator): (typeof rows)[number] => [
    `discriminator ${discriminator}`,
    'discriminator-out-of-range',
    () => assertDiscriminator(discriminator),
  ]),
  ['salt of 15 bytes', 'salt-length', () => assertSalt(new Uint8Array(15))],
  ['salt of 33 bytes', 'salt-length', () => computeVerifier({ ...input, salt: new Uint8Array(33) })],
  ['generated salt of 8 bytes', 'salt-length', () => generateSalt(undefined, 8)],
  ['999 iterations', 'iterations-out-of-range', () => assertIterations(999)],
  ['100001 iterations', 'iterations-out-of-range', () => computeVerifier({ ...input, iterations: 100001 })],
  [
    'passcode 0 in computeVerifier',
    'passcode-out-of-range',
    () => computeVerifier({ ...input, passcode: 0 }),
  ],
  ['verifier of 96 bytes', 'verifier-length', () => assertVerifier(verifier.slice(0, 96))],
  ['verifier of 98 bytes', 'verifier-length', () => decodeVerifier(Uint8Array.from([...verifier, 0]))],
  ['w0 of zero', 'verifier-w0-out-of-range', () => decodeVerifier(replaced(verifier, 0, Array(32).fill(0)))],
  ['w0 of the order', 'verifier-w0-out-of-range', () => decodeVerifier(replaced(verifier, 0, [...order]))],
  ['a compressed point', 'verifier-point-invalid', () => decodeVerifier(replaced(verifier, 32, [2]))],
  ['a point off the curve', 'verifier-point-invalid', () => decodeVerifier(replaced(verifier, 96, [0]))],
  ['other passcode', 'verifier-mismatch', () => assertVerifierMatches(verifier, { ...input, passcode: 1 })],
  [
    'other iterations',
    'verifier-mismatch',
    () => assertVerifierMatches(verifier, { ...input, iterations: 1001 }),
  ],
  ['other salt', 'verifier-mismatch', () => assertVerifierMatches(verifier, { ...input, salt: order })],
  ['malformed verifier to match', 'verifier-length', () => assertVerifierMatches(new Uint8Array(1), input)],
  ['lower case', 'base38-character', () => decodeBase38('ne71')],
  ['a star', 'base38-character', () => decodeQrCode('MT:Y.K9042C00KA0648G00*Y.K9042C00KA0648G00')],
  ['one character', 'base38-length', () => decodeBase38('0')],
  ['eight characters', 'base38-length', () => decodeBase38('00000000')],
  ['one byte overflowing', 'base38-overflow', () => decodeBase38('S6')],
  ['two bytes overflowing', 'base38-overflow', () => decodeBase38('OE71')],
  ['three bytes overflowing', 'base38-overflow', () => decodeBase38('.....')],
  ['vendor id 65536', 'vendor-id-out-of-range', () => encodeQrCode({ ...payload, vendorId: 65536 })],
  ['vendor id -1', 'vendor-id-out-of-range', () => encodeManualCode({ ...payload, vendorId: -1 })],
  ['product id 65536', 'product-id-out-of-range', () => encodeQrCode({ ...payload, productId: 65536 })],
  ['flow 3', 'flow-unknown', () => encodeQrCode({ ...payload, flow: 3 })],
  [
    'flow 3 in a QR code',
    'flow-unknown',
    () => decodeQrCode(qr((bytes) => replaced(bytes, 4, [(bytes[4] ?? 0) | 0x18]))),
  ],
  ['discovery 64', 'discovery-unknown', () => encodeQrCode({ ...payload, discovery: 64 })],
  ['no prefix', 'qr-code-prefix', () => decodeQrCode('Y.K9042C00KA0648G00')],
  ['lower prefix', 'qr-code-prefix', () => decodeQrCode('mt:Y.K9042C00KA0648G00')],
  ['empty QR code', 'qr-code-length', () => decodeQrCode('MT:')],
  ['ten bytes', 'qr-code-length', () => decodeQrCode(qr((bytes) => bytes.slice(0, 10)))],
  [
    'version 1',
    'qr-code-version',
    () => decodeQrCode(qr((bytes) => replaced(bytes, 0, [(bytes[0] ?? 0) | 1]))),
  ],
  ['padding', 'qr-code-padding', () => decodeQrCode(qr(withLastByte(0x10)))],
  ['passcode of 27 bits', 'passcode-out-of-range', () => decodeQrCode(qr(withLastByte(0x0f)))],
  ['a letter', 'manual-code-character', () => decodeManualCode('3497011233A')],
  ['a digit of another script', 'manual-code-character', () => decodeManualCode('3497011233٢')],
  ['empty', 'manual-code-length', () => decodeManualCode('')],
  ['ten digits', 'manual-code-length', () => decodeManualCode('3497011233')],
  ['check digit', 'manual-code-check-digit', () => decodeManualCode('34970112333')],
  ['version 1', 'manual-code-version', () => decodeManualCode(checked('8497011233'))],
  ['flagged but short', 'manual-code-form', () => decodeManualCode(checked('7497011233'))],
  ['long but not flagged', 'manual-code-form', () => decodeManualCode(checked('34970112336552232769'))],
  ['digits 2 to 6', 'manual-code-overflow', () => decodeManualCode(checked('3655361233'))],
  ['digits 7 to 10', 'manual-code-overflow', () => decodeManualCode(checked('3497018192'))],
  ['vendor id', 'manual-code-overflow', () => decodeManualCode(checked('74970112336553632769'))],
  ['product id', 'manual-code-overflow', () => decodeManualCode(checked('74970112336552265536'))],
  ['passcode 0', 'passcode-out-of-range', () => decodeManualCode(checked('0000000000'))],
];

const thrown = (work: () => unknown): FactoryError => {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return error;
    throw error;
  }
  throw new Error('nothing was rejected');
};

test.each(rows)('%s: %s', (_name, code, work) => {
  const error = thrown(work);
  expect(error.findings.map((finding) => finding.code)).toEqual([`commissioning.${code}`]);
});

test('every code has a row', () => {
  const codes = new Set(rows.map(([, code]) => `commissioning.${code}`));
  expect([...codes].sort()).toEqual([...commissioningErrors.codes].sort());
});

test('all errors of a payload are reported, each with its field', () => {
  const wrong = {
    vendorId: -1,
    productId: 65536,
    flow: 3,
    discovery: 64,
    discriminator: 4096,
    passcode: 11111111,
  };
  const { findings } = thrown(() => assertSetupPayload(wrong));
  expect(findings.map(({ where }) => where.field)).toEqual(Object.keys(wrong));
});

test('errors never contain a passcode', () => {
  const { findings } = thrown(() => assertPasscode(123456789));
  expect(JSON.stringify(findings)).not.toContain('123456789');
});

test('positions count from the start of the whole code', () => {
  expect(thrown(() => decodeQrCode('MT:Y.K9042C0 KA0648G00')).params).toEqual({ position: 12 });
  expect(thrown(() => decodeManualCode('349-x')).params).toEqual({ position: 4 });
});
