import { createCipheriv } from 'node:crypto';
import { fromHex, toHex, utf8 } from '../../src/bytes';
import { createXts } from '../../src/crypto/aes-xts';
import { hmacSha256 } from '../../src/crypto/hash';

/** IEEE Std 1619, annex B, vectors 10 to 14: these keys, the data 00..ff twice, a unit of 512 bytes. */
const keys = {
  encryptionKey: fromHex('2718281828459045235360287471352662497757247093699959574966967627'),
  tweakKey: fromHex('3141592653589793238462643383279502884197169399375105820974944592'),
};
const data = Uint8Array.from({ length: 512 }, (_, index) => index & 0xff);
const vectors = [
  [0xff, '1c3b3a102f770386e4836c99e370cf9b'],
  [0xffff, '77a31251618a15e6b92d1d66dffe7b50'],
  [0xffffff, 'e387aaa58ba483afa7e8eb469778317e'],
  [0xffffffff, 'bf53d2dade78e822a4d949a9bc6766b0'],
] as const;

const nodeXts = (unit: Uint8Array, number: number) => {
  const tweak = Buffer.alloc(16);
  tweak.writeUInt32LE(number);
  return createCipheriv('aes-256-xts', Buffer.concat([keys.encryptionKey, keys.tweakKey]), tweak).update(
    unit,
  );
};

describe('AES-256-XTS', () => {
  test.each(vectors)('published vector, data unit %d', (number, start) => {
    const encrypted = Uint8Array.from(createXts('encrypt', keys, 512, 1)(data, number));
    expect(toHex(encrypted.subarray(0, 16))).toBe(start);
    expect(toHex(encrypted)).toBe(toHex(nodeXts(data, number)));
    expect(Uint8Array.from(createXts('decrypt', keys, 512, 1)(encrypted, number))).toEqual(data);
  });

  test.each([16, 32, 64])('units of %d bytes, each numbered by its offset', (unitLength) => {
    const xts = createXts('encrypt', keys, unitLength, 512 / unitLength);
    for (const length of [unitLength, 512 - unitLength, 512]) {
      const units = Array.from({ length: length / unitLength }, (_, unit) => {
        return nodeXts(data.subarray(unit * unitLength, (unit + 1) * unitLength), 0x7fc0 + unit * unitLength);
      });
      expect(toHex(xts(data.subarray(0, length), 0x7fc0))).toBe(toHex(Buffer.concat(units)));
    }
  });
});

test('HMAC-SHA256: RFC 4231, section 4.2', () => {
  expect(toHex(hmacSha256(new Uint8Array(20).fill(0x0b), utf8('Hi There')))).toBe(
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  );
});
