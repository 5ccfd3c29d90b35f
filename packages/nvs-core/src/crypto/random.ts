import { randomFillSync } from 'node:crypto';

/** A source of random bytes; every nvs-core function that generates a value takes one as an argument. */
export type RandomBytes = (length: number) => Uint8Array;

/** Node's cryptographic generator, the default everywhere. */
export const randomBytes: RandomBytes = (length) => randomFillSync(new Uint8Array(length));

/** A random whole number from 0 to limit - 1 (limit at most 2^32), uniform by rejection sampling. */
export function randomBelow(limit: number, random: RandomBytes = randomBytes): number {
  const largest = Math.floor(2 ** 32 / limit) * limit;
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = random(4);
    const value = a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
    if (value < largest) return value % limit;
  }
}
