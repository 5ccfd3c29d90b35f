/** The numbers of `attestation check` are those of the Matter SDK, except where known-differences.ts says why not. */
import fc from 'fast-check';
import { generateKey, randomBytes } from 'nvs-core';
import { parametersOf, printSeed, runsOf } from '../conformance/seed';
import { withSdk } from '../testing/needs-sdk';
import { sdkVerdicts } from './attestation';
import type { CredentialSet } from './credentials';
import { mutations } from './mutations';
import recorded from './numbers.json';
import { explain, ourVerdict } from './our-verdict';
import { issuePair, type Pair, pairArbitrary } from './random-pairs';

jest.setTimeout(1_200_000);

const PAIRS = 1000;
const at = new Date();

withSdk('single changes of credentials', () => {
  const rows = mutations();
  let verdicts: readonly number[];
  beforeAll(async () => {
    verdicts = await sdkVerdicts(rows.map(({ set }) => set));
  });
  const sdkOf = (index: number) => verdicts[index] ?? Number.NaN;

  test('get the same number from the SDK and from us, or are a known difference', () => {
    const reasons = rows.map(({ name, set }, index) => explain(name, sdkOf(index), ourVerdict(set, at)));
    expect(reasons.filter((reason) => typeof reason === 'string')).toEqual([]);
    const known = reasons.filter((reason) => reason !== undefined).length;
    process.stderr.write(`${rows.length} changes: ${rows.length - known} same numbers, ${known} known\n`);
  });

  test('get the numbers that are recorded for the tests without the SDK', () => {
    const numbers = Object.fromEntries(rows.map(({ name }, index) => [name, sdkOf(index)]));
    expect(numbers).toEqual(recorded);
  });
});

withSdk('random credentials that our issuer makes', () => {
  const count = runsOf(PAIRS);
  let pairs: readonly Pair[];
  let sets: readonly CredentialSet[];
  beforeAll(async () => {
    printSeed('random pairs', count);
    pairs = fc.sample(pairArbitrary, { ...parametersOf(PAIRS), numRuns: count });
    sets = await Promise.all(pairs.map(issuePair));
  });

  async function differences(
    change: (set: CredentialSet) => CredentialSet,
    expected: number,
    { of = count } = {},
  ): Promise<object[]> {
    const changed = sets.slice(0, of).map(change);
    const verdicts = await sdkVerdicts(changed);
    return changed.flatMap((set, index) => {
      const { number, errors } = ourVerdict(set, at);
      const isSame = verdicts[index] === expected && number === expected;
      if (isSame && errors.length > 0 === expected > 0) return [];
      return [
        { sdk: verdicts[index], ours: number, codes: errors.map(({ code }) => code), pair: pairs[index] },
      ];
    });
  }

  test('are accepted', async () => {
    expect(await differences((set) => set, 0)).toEqual([]);
  });

  const key = generateKey(randomBytes).raw;
  test.each<[string, number, (set: CredentialSet) => CredentialSet]>([
    ['the key of another', 500, (set) => ({ ...set, key })],
    ['an unknown PAA', 101, (set) => ({ ...set, paas: [] })],
    ['a vendor id that the declaration has not', 604, (set) => ({ ...set, vendorId: set.vendorId ^ 0x10 })],
  ])('are refused with %s, with the same number', async (_, number, change) => {
    expect(await differences(change, number, { of: 100 })).toEqual([]);
  });
});
