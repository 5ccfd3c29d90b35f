/** The table of promises in docs/security.md names tests that are there, and every attack. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { globSync } from 'tinyglobby';

const ROOT = resolve(__dirname, '../..');
const { promises } = require('../testing/promises.cjs') as {
  promises: () => { promise: string; tests: string[] }[];
};
const PROMISES = promises();

it('has promises', () => expect(PROMISES.length).toBeGreaterThan(20));

it.each(PROMISES)('names existing tests: $promise', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0);
  expect(tests.filter((path) => !/\.(unit|int|stress|peer|e2e)\.test\.ts$/.test(path))).toEqual([]);
  expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('names every attack', () => {
  const named = new Set(PROMISES.flatMap(({ tests }) => tests));
  const attacks = globSync(
    ['packages/*/test/**/*-attack.*.test.ts', 'tools/**/*-attack.*.test.ts', 'e2e/*-attack.*.test.ts'],
    {
      cwd: ROOT,
      ignore: ['**/node_modules/**'],
    },
  );
  expect(attacks.length).toBeGreaterThan(10);
  expect(attacks.filter((path) => !named.has(path))).toEqual([]);
});
