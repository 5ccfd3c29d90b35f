/** The numbers of `attestation check` are those of the Matter SDK, except where known-differences.ts says why not. */
import fc from 'fast-check';
import { generateKey, randomBytes } from 'nvs-core';
import { parametersOf, printSeed, runsOf } from '../conformance/seed';
import { withSdk } from '../testing/needs-sdk';
import { type CredentialSet, ourVerdict, sdkVerdicts } from './attestation';
import { KNOWN_DIFFERENCES, problemOf } from './known-differences';
import { mutations } from './mutations';
import { issuePair, type Pair, pairArbitrary } from './random-pairs';

jest.setTimeout(1_200_000);

const PAIRS = 1000;

withSdk('single changes of credentials', () => {
  const rows = mutations();
  let verdicts: readonly number[];
  beforeAll(async () => {
    verdicts = await sdkVerdicts(rows.map(({ set }) => set));
  });

  test('get the same number from us, or are a known difference', () => {
    const known = new Map(KNOWN_DIFFERENCES.map((row) => [row.name, row]));
    const differences = rows.flatMap(({ name, set }, index) => {
      const sdk = verdicts[index];
      const { number, codes } = ourVerdict(set);
      const row = known.get(name);
      if (row === undefined ? sdk === number : sdk === row.sdk && number === row.ours) return [];
      return [`${name}: SDK ${sdk}, ours ${number}: ${codes}`];
    });
    expect(differences).toEqual([]);
  });

  test('are never accepted by us where the SDK refuses', () => {
    const accepted = rows.filter(({ set }, index) => verdicts[index] !== 0 && ourVerdict(set).number === 0);
    expect(accepted.map(({ name }) => name)).toEqual([]);
  });

  test('that are known to differ are in the table of changes, with a kind that fits', () => {
    const names = new Set(rows.map(({ name }) => name));
    expect(KNOWN_DIFFERENCES.filter(({ name }) => !names.has(name))).toEqual([]);
    expect(KNOWN_DIFFERENCES.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
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
      const { number, codes } = ourVerdict(set);
      if (verdicts[index] === expected && number === expected) return [];
      return [{ sdk: verdicts[index], ours: number, codes, pair: pairs[index] }];
    });
  }

  test('are accepted', async () => {
    expect(await differences((set) => set, 0)).toEqual([]);
  });

  const other = generateKey(randomBytes);
  test.each<[string, number, (set: CredentialSet) => CredentialSet]>([
    ['the key of another', 500, (set) => ({ ...set, dacKey: other })],
    ['an unknown PAA', 101, (set) => ({ ...set, paas: [] })],
    ['a vendor id that the declaration has not', 604, (set) => ({ ...set, vendorId: set.vendorId ^ 0x10 })],
  ])('are refused with %s, with the same number', async (_, number, change) => {
    expect(await differences(change, number, { of: 100 })).toEqual([]);
  });
});
