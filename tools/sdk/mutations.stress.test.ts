/** The numbers that the SDK gave for every mutation are recorded: whether they still are its is another test's matter. */
import { KNOWN_DIFFERENCES } from './known-differences';
import { type Mutation, mutations } from './mutations';
import numbers from './numbers.json';
import { explain, ourVerdict } from './our-verdict';

const recorded: Readonly<Record<string, number>> = numbers;
const rows: readonly Mutation[] = mutations();
const at = new Date();
const verdicts = rows.map(({ name, set }) => ({
  name,
  sdk: recorded[name] ?? Number.NaN,
  ours: ourVerdict(set, at),
}));
const explained = verdicts.map(({ name, sdk, ours }) => explain(name, sdk, ours));

test('every mutation has a name of its own, and a recorded number', () => {
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(recorded).sort());
  expect(rows.length).toBeGreaterThan(2000);
  expect(verdicts[0]).toMatchObject({ name: 'set: good', sdk: 0, ours: { number: 0, errors: [] } });
});

test('our number is the SDK’s, but for known differences', () => {
  expect(explained.filter((reason) => typeof reason === 'string')).toEqual([]);
});

test('every known difference is still one', () => {
  const found = new Set(explained.flatMap((reason) => (Array.isArray(reason) ? reason : [])));
  expect(KNOWN_DIFFERENCES.filter((row) => !found.has(row))).toEqual([]);
});

test('what the SDK refuses, we refuse', () => {
  const isOrder = (name: string) =>
    KNOWN_DIFFERENCES.some(({ kind, names }) => kind === 'trust store' && names?.test(name) === true);
  const lenient = verdicts.filter(({ sdk, ours }) => sdk !== 0 && ours.errors.length === 0);
  expect(lenient.map(({ name }) => name).filter((name) => !isOrder(name))).toEqual([]);
});
