import { fromHex, toHex } from '../../src/bytes';
import {
  isP256Point,
  isP256Scalar,
  P256_ORDER,
  p256MultiplyBase,
  p256ReduceScalar,
} from '../../src/crypto/p256';

const scalar = (value: bigint) => fromHex(value.toString(16).padStart(64, '0'));
const G = `046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296
  4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5`.replace(/\s/g, '');

/** G: SEC 2, section 2.4.2. RFC 5903, section 8.1. 2G and the third: computed with cryptography 50.0.2 (PyPI). */
test.each([
  [1n, G],
  [
    2n,
    '047cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc4766997807775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1',
  ],
  [
    112233445566778899n,
    '04339150844ec15234807fe862a86be77977dbfb3ae3d96f4c22795513aeaab82fb1c14ddfdc8ec1b2583f51e85a5eb3a155840f2034730e9b5ada38b674336a21',
  ],
  [
    0xc88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433n,
    '04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3',
  ],
])('%d * G', (value, point) => {
  expect(toHex(p256MultiplyBase(scalar(value)))).toBe(point);
  expect(isP256Point(fromHex(point))).toBe(true);
});

test('-G has the same x', () => {
  const minus = toHex(p256MultiplyBase(scalar(P256_ORDER - 1n)));
  expect(minus.slice(0, 66)).toBe(G.slice(0, 66));
  expect(minus).not.toBe(G);
});

test.each([
  ['zero', 0n, 0n],
  ['n - 1', P256_ORDER - 1n, P256_ORDER - 1n],
  ['n', P256_ORDER, 0n],
  ['n + 5', P256_ORDER + 5n, 5n],
  ['40 bytes', P256_ORDER * 0xffffffffffffn + 7n, 7n],
])('%s modulo n', (_name, value, reduced) => {
  expect(p256ReduceScalar(fromHex(value.toString(16).padStart(80, '0')))).toEqual(scalar(reduced));
});

test.each([
  ['zero', scalar(0n), false],
  ['one', scalar(1n), true],
  ['n - 1', scalar(P256_ORDER - 1n), true],
  ['n', scalar(P256_ORDER), false],
  ['31 bytes', scalar(1n).slice(1), false],
  ['33 bytes', Uint8Array.from([0, ...scalar(1n)]), false],
  ['nothing', new Uint8Array(), false],
])('scalar: %s', (_name, bytes, is) => {
  expect(isP256Scalar(bytes)).toBe(is);
});

test.each([
  ['compressed', `03${G.slice(2, 66)}`],
  ['wrong form', `06${G.slice(2)}`],
  ['off the curve', `${G.slice(0, -2)}f4`],
  ['x not below the prime', `04${'ff'.repeat(32)}${G.slice(66)}`],
  ['infinity', '00'],
  ['zeros', `04${'00'.repeat(64)}`],
])('not a point: %s', (_name, hex) => {
  expect(isP256Point(fromHex(hex))).toBe(false);
});
