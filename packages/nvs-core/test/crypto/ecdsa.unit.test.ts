import { createPublicKey, verify } from 'node:crypto';
import {
  createP256PrivateKey,
  fromHex,
  isP256PrivateKey,
  isP256PublicKey,
  p256PublicKey,
  p256SignatureToDer,
  sha1,
  sha256,
  signP256,
  toHex,
  verifyP256,
  verifyP256Data,
} from '../../src';

/** RFC 6979, A.2.5: P-256 with SHA-256. */
const KEY = fromHex('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721');
const POINT = `04${'60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6'}${'7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299'}`;
const SIGNATURES = [
  [
    'sample',
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
    'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  ],
  [
    'test',
    'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367',
    '019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
  ],
] as const;

test.each(SIGNATURES)('RFC 6979: %s', async (message, r, s) => {
  const digest = sha256(Buffer.from(message));
  const signature = await signP256(digest, KEY);
  const part = (hex: string) =>
    Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `022100${hex}` : `0220${hex}`;
  const parts = part(r) + part(s);
  expect(toHex(signature)).toBe(`30${(parts.length / 2).toString(16)}${parts}`);
  expect(await verifyP256(signature, digest, fromHex(POINT))).toBe(true);
  expect(await verifyP256(signature, sha256(Buffer.from('other')), fromHex(POINT))).toBe(false);
  expect(verifyP256Data(signature, Buffer.from(message), fromHex(POINT))).toBe(true);
  expect(verifyP256Data(signature, Buffer.from('other'), fromHex(POINT))).toBe(false);
});

test.each(SIGNATURES)('the raw form of the signature of %s', async (message, r, s) => {
  expect(await p256SignatureToDer(fromHex(r + s))).toEqual(await signP256(sha256(Buffer.from(message)), KEY));
});

test.each([
  ['63 bytes', '01'.repeat(63)],
  ['65 bytes', '01'.repeat(65)],
  ['r of zero', '00'.repeat(32) + '01'.repeat(32)],
  ['s over the order', '01'.repeat(32) + 'ff'.repeat(32)],
])('no raw signature: %s', async (_name, hex) => {
  expect(await p256SignatureToDer(fromHex(hex))).toBeUndefined();
});

test('public key of a private key', () => {
  expect(toHex(p256PublicKey(KEY))).toBe(POINT);
});

test('what node signs and verifies is the same', async () => {
  const spki = Buffer.concat([
    fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
    fromHex(POINT),
  ]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const message = Buffer.from('message');
  expect(verify('sha256', message, publicKey, await signP256(sha256(message), KEY))).toBe(true);
});

const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
test.each<[string, string, boolean]>([
  ['one', '01'.padStart(64, '0'), true],
  ['order - 1', `${ORDER.slice(0, -1)}0`, true],
  ['zero', '00'.repeat(32), false],
  ['order', ORDER, false],
  ['31 bytes', '01'.repeat(31), false],
])('private key %s', (_, hex, isKey) => {
  expect(isP256PrivateKey(fromHex(hex))).toBe(isKey);
});

test.each<[string, string, boolean]>([
  ['a point', POINT, true],
  ['off the curve', `${POINT.slice(0, -2)}00`, false],
  ['compressed', `03${POINT.slice(2, 66)}`, false],
  ['empty', '', false],
])('public key %s', async (_, hex, isKey) => {
  expect(isP256PublicKey(fromHex(hex))).toBe(isKey);
  const data = new Uint8Array(32);
  const signature = await signP256(sha256(data), KEY);
  expect(await verifyP256(signature, sha256(data), fromHex(hex))).toBe(isKey);
  expect(verifyP256Data(signature, data, fromHex(hex))).toBe(isKey);
});

test.each(['', '3000', '3006020100020100', '00'.repeat(64)])(
  'signature "%s" is false, not an error',
  async (hex) => {
    expect(await verifyP256(fromHex(hex), new Uint8Array(32), fromHex(POINT))).toBe(false);
    expect(verifyP256Data(fromHex(hex), new Uint8Array(32), fromHex(POINT))).toBe(false);
  },
);

test('a signature is DER to the byte, by both ways of verifying', async () => {
  const data = Buffer.from('sample');
  const parts = toHex(await signP256(sha256(data), KEY)).slice(4);
  const verified = async (hex: string) => [
    await verifyP256(fromHex(hex), sha256(data), fromHex(POINT)),
    verifyP256Data(fromHex(hex), data, fromHex(POINT)),
  ];
  const wrapped = (hex: string, head = '30') => head + (hex.length / 2).toString(16) + hex;
  expect(await verified(wrapped(parts))).toEqual([true, true]);
  const others = {
    'a byte behind it': `${wrapped(parts)}00`,
    'a length of two bytes': wrapped(parts, '3081'),
    'a padded r': wrapped(parts.replace(/^0221/, '022200')),
  };
  for (const hex of Object.values(others))
    expect([hex, ...(await verified(hex))]).toEqual([hex, false, false]);
});

test('keys are drawn by rejection', () => {
  const draws = [fromHex('00'.repeat(32)), fromHex(ORDER), KEY];
  expect(createP256PrivateKey(() => draws.shift() ?? new Uint8Array(32))).toEqual(KEY);
});

/** FIPS 180-4 examples. */
test('digests', () => {
  expect(toHex(sha256(Buffer.from('abc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(toHex(sha1(Buffer.from('abc')))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
});
