/** Targets with what a fuzzer must survive: run by name only, by the test of the runner. */
import type { Target } from './campaign';

const seeds = () => [Buffer.from('seed')];
const held: number[][] = [];

export const PLANTED: readonly Target[] = [
  {
    name: 'planted-hang',
    seeds,
    run: (input) => {
      while (input.length !== 4);
    },
  },
  {
    name: 'planted-memory',
    seeds,
    run: (input) => {
      while (input.length !== 4) held.push(new Array<number>(1_000_000).fill(held.length));
    },
  },
  {
    name: 'planted-error',
    seeds,
    run: (input) => {
      if (input.length !== 4) throw new RangeError('planted');
    },
  },
];
