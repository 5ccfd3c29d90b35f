import { randomBytes } from '../../src/crypto';
import { randomBelow } from '../../src/crypto/random';

/** A generator that returns the given 32-bit numbers in turn. */
const fixed = (...values: number[]) => {
  let at = 0;
  return (length: number) => {
    expect(length).toBe(4);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, values[at++] ?? Number.NaN, true);
    return bytes;
  };
};

test.each([
  ['smallest', 10, [0], 0],
  ['largest that is accepted', 10, [4294967289], 9],
  ['first that would favour small results', 10, [4294967290, 13], 3],
  ['largest of all, twice', 10, [0xffffffff, 0xffffffff, 7], 7],
  ['power of two', 4096, [0xffffffff], 4095],
  ['whole range', 2 ** 32, [0xffffffff], 0xffffffff],
  ['one value', 1, [0xffffffff], 0],
])('%s', (_name, limit, values, expected) => {
  expect(randomBelow(limit, fixed(...values))).toBe(expected);
});

test('random bytes have their length and differ', () => {
  expect(randomBytes(0)).toEqual(new Uint8Array());
  expect(randomBytes(32)).toHaveLength(32);
  expect(randomBytes(32)).not.toEqual(randomBytes(32));
});
