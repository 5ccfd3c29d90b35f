import { fromHex } from '../../src/bytes';
import {
  assertPasscode,
  assertVerifierMatches,
  computeVerifier,
  decodeManualCode,
  decodeNdefUri,
  decodeQrCode,
  decodeQrCodes,
  decodeVerifier,
  encodeManualCode,
  encodeNdefUri,
  encodeQrCode,
  encodeQrCodes,
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

/** A QR code with optional data of these bytes. */
const withTlv = (hex: string) =>
  qr((bytes) => Uint8Array.from([...bytes, ...fromHex(hex.replaceAll(' ', ''))]));
const uri = encodeNdefUri('MT:Y.K9042C00KA0648G00');
const longUri = encodeNdefUri(`MT:${'A'.repeat(300)}`);

const rows: [name: string, code: string, work: () => unknown][] = [
  ...tlvRows(),
  ...ndefRows(),
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
  ['a space', 'base38-character', () => decodeQrCode('MT:Y.K9042C00KA0648G00 ')],
  ['two devices', 'qr-code-count', () => decodeQrCode('MT:Y.K9042C00KA0648G00*Y.K9042C00KA0648G00')],
  ['no device', 'qr-code-count', () => encodeQrCodes([])],
  ...[
    'MT:Y.K9042C00KA0648G00*',
    'MT:*Y.K9042C00KA0648G00',
    'MT:Y.K9042C00KA0648G00**Y.K9042C00KA0648G00',
  ].map((code): (typeof rows)[number] => [code, 'qr-code-length', () => decodeQrCodes(code)]),
  [
    'the prefix twice',
    'base38-character',
    () => decodeQrCodes('MT:Y.K9042C00KA0648G00*MT:Y.K9042C00KA0648G00'),
  ],
  [
    'a payload of 256 characters',
    'qr-code-too-long',
    () => encodeQrCode({ ...payload, vendorData: { 128: 'x'.repeat(142) } }),
  ],
  ['215 devices', 'qr-code-too-long', () => encodeQrCodes(Array(215).fill(payload))],
  ['one character', 'base38-length', () => decodeBase38('0')],
  ['eight characters', 'base38-length', () => decodeBase38('00000000')],
  ['one byte overflowing', 'base38-overflow', () => decodeBase38('S6')],
  ['two bytes overflowing', 'base38-overflow', () => decodeBase38('OE71')],
  ['three bytes overflowing', 'base38-overflow', () => decodeBase38('.....')],
  ['vendor id 65536', 'vendor-id-out-of-range', () => encodeQrCode({ ...payload, vendorId: 65536 })],
  ['vendor id 0xFFF5', 'vendor-id-out-of-range', () => encodeQrCode({ ...payload, vendorId: 0xfff5 })],
  [
    'vendor id 0xFFFF in a code without it',
    'vendor-id-out-of-range',
    () => encodeManualCode({ ...payload, vendorId: 0xffff }),
  ],
  [
    'vendor id 0xFFF5 of a long code',
    'vendor-id-out-of-range',
    () => decodeManualCode(checked('74970112336552500001')),
  ],
  [
    'vendor id 0xFFF5 of a QR code',
    'vendor-id-out-of-range',
    () => decodeQrCode(qr((bytes) => replaced(bytes, 0, [0xa8, 0xff]))),
  ],
  ['product id 0', 'product-id-missing', () => encodeQrCode({ ...payload, productId: 0 })],
  [
    'product id 0 in a code without it',
    'product-id-missing',
    () => encodeManualCode({ ...payload, productId: 0 }),
  ],
  [
    'product id 0 of a long code',
    'product-id-missing',
    () => decodeManualCode(checked('74970112336552200000')),
  ],
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
  ['a space between digits', 'manual-code-character', () => decodeManualCode('3497 011 2332')],
  ['a line break', 'manual-code-character', () => decodeManualCode('34970112332\n')],
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

function tlvRows(): typeof rows {
  const invalid = {
    'an empty structure': '1518',
    'a zero byte': '00',
    'a number': '0405',
    'a list': '17 2c000161 18',
    'a structure with a tag': '3501 2c000161 18',
    'no end': '15 2c000161',
    'a byte after it': '15 2c000161 18 00',
    'another structure after it': '15 2c000161 18 1518',
    'an element without a tag': '15 0c0161 18',
    'a tag of a profile': '15 8c00000000 0161 18',
    'a reserved tag': '15 240501 18',
    'a reserved tag with text': '15 2c7f0161 18',
    'an element twice': '15 2c000161 2c000162 18',
    'text that is not UTF-8': '15 2c0002c328 18',
    'iterations without salt': '15 2501e803 18',
    'a salt without iterations': `15 300210${'00'.repeat(16)} 18`,
  };
  const values = {
    'an empty serial number': '15 2c0000 18',
    'a serial number of 33 bytes': `15 2c0021${'61'.repeat(33)} 18`,
    'a serial number with NUL': '15 2c0003610062 18',
    'a serial number with U+001F': '15 2c0003611f62 18',
    'a serial number of bytes': '15 30000161 18',
    'a signed serial number': '15 200005 18',
    'a serial number of 33 bits': '15 27000000000001000000 18',
    '999 iterations': `15 2501e703 300210${'00'.repeat(16)} 18`,
    'a salt of 15 bytes': `15 2501e803 30020f${'00'.repeat(15)} 18`,
    'no devices': '15 240300 18',
    'a timeout of 17 bits': '15 260400000100 18',
    'a timeout as text': '15 2c040161 18',
    'vendor data of 33 bits': '15 23800000000001000000 18',
    'vendor data without sign': '15 248005 18',
    'vendor data of bytes': '15 30800161 18',
    'a flag of the vendor': '15 2880 18',
    'a structure of the vendor': '15 358018 18',
  };
  return [
    ...Object.entries(invalid).map(([name, hex]): (typeof rows)[number] => [
      name,
      'qr-code-data-invalid',
      () => decodeQrCode(withTlv(hex)),
    ]),
    ...Object.entries(values).map(([name, hex]): (typeof rows)[number] => [
      name,
      'qr-code-data-value',
      () => decodeQrCode(withTlv(hex)),
    ]),
    ...[
      { serialNumber: '' },
      { serialNumber: 'x'.repeat(33) },
      { serialNumber: '\u00e4'.repeat(17) },
      { serialNumber: 'a\0b' },
      { serialNumber: '\ud800' },
      { serialNumber: -1 },
      { serialNumber: 2 ** 32 },
      { numberOfDevices: 0 },
      { numberOfDevices: 1.5 },
      { commissioningTimeout: 65536 },
      { commissioningTimeout: -1 },
      { vendorData: { 127: 1 } },
      { vendorData: { 256: 1 } },
      { vendorData: { 128: 2 ** 31 } },
      { vendorData: { 128: 'a\u001fb' } },
    ].map((data): (typeof rows)[number] => [
      JSON.stringify(data),
      'qr-code-data-value',
      () => encodeQrCode({ ...payload, ...data }),
    ]),
    [
      'iterations alone, to encode',
      'qr-code-data-invalid',
      () => encodeQrCode({ ...payload, pbkdfIterations: 1000 }),
    ],
  ];
}

function ndefRows(): typeof rows {
  const messages = {
    nothing: new Uint8Array(),
    'a header': uri.slice(0, 4),
    'the header of a long record': longUri.slice(0, 7),
    'a byte less': uri.slice(0, -1),
    'a byte more': Uint8Array.from([...uri, 0]),
    'a second record': Uint8Array.from([...uri, ...uri]),
    'the first of several records': replaced(uri, 0, [0x91]),
    'a record with an id': replaced(uri, 0, [0xd9]),
    'a chunk': replaced(uri, 0, [0xf1]),
    'a media type': replaced(uri, 0, [0xd2]),
    'a type of two letters': replaced(uri, 1, [2]),
    'a text record': replaced(uri, 3, [0x54]),
    'an abbreviated URI': replaced(uri, 4, [4]),
    'not UTF-8': replaced(uri, 5, [0xff]),
    'a long record that is cut': longUri.slice(0, -1),
  };
  return Object.entries(messages).map(([name, message]) => [
    `NDEF: ${name}`,
    'ndef-invalid',
    () => decodeNdefUri(message),
  ]);
}

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
