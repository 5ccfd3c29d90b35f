/** How random runs are repeated: SEED and RUNS of the environment. */
import fc from 'fast-check';

/** Printed at the start of each run, which it repeats. */
export const SEED = Number(process.env.SEED ?? (Date.now() ^ (process.pid << 8)) & 0x7fffffff);

/** How many cases: `usual`, scaled by RUNS as a share of 500. */
export function runsOf(usual: number): number {
  const runs = process.env.RUNS;
  return runs === undefined ? usual : Math.max(1, Math.round((usual * Number(runs)) / 500));
}

export function parametersOf<T>(usual: number): fc.Parameters<T> {
  return { seed: SEED, numRuns: runsOf(usual), interruptAfterTimeLimit: 1_200_000 };
}

/** Bytes that look random and shrink well: a function of the seed and the length. */
export function bytesOf(seed: number, length: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

export const printSeed = (what: string, count: number) =>
  process.stderr.write(`${what}: SEED=${SEED}, ${count} cases\n`);

/** Bytes of `length` drawn by fast-check. */
export const bytesArbitrary = (length: fc.Arbitrary<number>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.integer({ min: 0, max: 0x7fffffff }), length).map(([seed, size]) => bytesOf(seed, size));
