import { aesEcb } from '../../src/crypto/aes';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

// FIPS 197, appendix C
test.each([
  ['000102030405060708090a0b0c0d0e0f', '69c4e0d86a7b0430d8cdb78070b4c55a'],
  ['000102030405060708090a0b0c0d0e0f1011121314151617', 'dda97ca4864cdfe06eaf70a0ec0d7191'],
  ['000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', '8ea2b7ca516745bfeafc49904b496089'],
])('key %s', (key, block) => {
  const plain = '00112233445566778899aabbccddeeff';
  expect(hex(aesEcb(bytes(key), bytes(plain + plain), 'encrypt'))).toBe(block + block);
  expect(hex(aesEcb(bytes(key), bytes(block), 'decrypt'))).toBe(plain);
  expect(aesEcb(bytes(key), new Uint8Array(), 'encrypt')).toHaveLength(0);
});
