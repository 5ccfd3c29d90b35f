/** The fuzzer finds what is planted for it: an error behind branches, a slow case, an error without a text. */
import { FactoryError } from 'nvs-core';
import { fromHex } from 'nvs-core/bytes';
import { type CampaignResult, fuzz, type Target } from './campaign';
import { instrument } from './instrument';
import { randomOf } from './mutate';
import { TARGET_NAMES } from './names';
import { TARGETS } from './targets';

const counters = new Uint8Array(64);

function campaign(
  run: (input: Uint8Array) => void,
  { maxCases = 20_000, ...options }: Partial<Target> & { readonly maxCases?: number } = {},
): Promise<CampaignResult> {
  const target = { name: 'planted', seeds: () => [Buffer.from('seed')], run, ...options };
  return fuzz(target, { seconds: 30, maxCases, below: randomOf(1), counters, words: [] });
}
const kinds = ({ findings }: CampaignResult) => findings.map(({ kind }) => kind);

test('an error behind four bytes is found by the branches on the way, and not without them', async () => {
  const plant = (count: (branch: number) => void) => (input: Uint8Array) => {
    for (const [index, byte] of [...Buffer.from('NVS!')].entries()) {
      if (input[index] !== byte) return;
      count(index);
    }
    throw new TypeError('planted');
  };
  const guided = await campaign(plant((branch) => counters.fill(1, branch, branch + 1)));
  expect(guided.findings).toMatchObject([{ kind: 'error', message: expect.stringContaining('planted') }]);
  expect(Buffer.from(guided.findings[0]?.input ?? []).toString()).toMatch(/^NVS!/);
  expect(kinds(await campaign(plant(() => {})))).toEqual([]);
});

test('a FactoryError is an answer; one without a text is a finding', async () => {
  expect(kinds(await campaign(() => fromHex('x'), { maxCases: 50 }))).toEqual([]);
  const bad = await campaign(
    () => {
      throw new FactoryError([{ code: 'made.up', severity: 'error', params: {}, where: null } as never]);
    },
    { maxCases: 50 },
  );
  expect(kinds(bad)).toEqual(['error']);
});

test('a slow case is a finding', async () => {
  const slow = await campaign(
    (input) => {
      const end = performance.now() + (input.length > 4 ? 5 : 0);
      while (performance.now() < end);
    },
    { maxTime: 4, maxCases: 100 },
  );
  expect(new Set(kinds(slow))).toEqual(new Set(['slow']));
});

test('every branch of a source is counted', () => {
  const source = `export function f(a: number) {
    if (a > 1) return 1; else a++;
    for (const x of [1]) a += x;
    for (let i = 0; i < 2; i++) a += i;
    while (a < 0) a++;
    switch (a) { case 9: return a; }
    const g = () => a || 2;
    return a ? g() : 4;
  }`;
  const text = instrument(source, 'planted.ts');
  expect(text.match(/fuzzCounters\[\d+\]\+\+/g)).toHaveLength(10);
  const exported: { f?: (a: number) => number } = {};
  (globalThis as { fuzzCounters?: Uint8Array }).fuzzCounters = counters;
  new Function('exports', text)(exported);
  counters.fill(0);
  expect([5, -9].map((a) => exported.f?.(a))).toEqual([1, 4]);
  expect(counters.some((count) => count > 0)).toBe(true);
});

test('the names are those of the targets, and their samples are accepted', async () => {
  expect(TARGETS.map(({ name }) => name)).toEqual(TARGET_NAMES);
  for (const { name, seeds, run, repair } of TARGETS) {
    for (const seed of await seeds()) {
      try {
        run(seed);
      } catch (error) {
        // Readers of one kind of credential refuse the others.
        if (!(error instanceof FactoryError)) throw error;
      }
      // What is right stays as it is.
      if (repair !== undefined && seed.length > 4000)
        expect({ name, same: Buffer.compare(repair(seed), seed) }).toEqual({ name, same: 0 });
    }
  }
});
