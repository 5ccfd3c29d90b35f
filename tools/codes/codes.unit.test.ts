import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as chips from 'nvs-core/chips';
import type * as errors from 'nvs-core/errors';
import type * as tables from '../../packages/nvs-core/src/errors/chips';

interface Reporter {
  onRunComplete(contexts: readonly unknown[], results: unknown): void;
}
const CodesReporter: new (globalConfig: unknown) => Reporter = require('./reporter.cjs');

const original = process.env.ERROR_CODES_FOLDER;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codes-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
  if (original === undefined) delete process.env.ERROR_CODES_FOLDER;
  else process.env.ERROR_CODES_FOLDER = original;
});

test('codes of findings that src makes are recorded, those of tests are not', () => {
  process.env.ERROR_CODES_FOLDER = root;
  jest.isolateModules(() => {
    require('./record');
    const { findChip }: typeof chips = require('nvs-core/chips');
    const { errorTable, row }: typeof errors = require('nvs-core/errors');
    const { chipErrors }: typeof tables = require('../../packages/nvs-core/src/errors/chips');
    const made = errorTable({
      'made.by-test': row(
        () => 'message',
        () => 'help',
      ),
    });
    expect(made.error('made.by-test', {}).code).toBe('made.by-test');
    chipErrors.finding('chips.unknown', { chip: 'x', nearest: undefined, known: [] });
    expect(existsSync(join(root, 'produced'))).toBe(false);
    expect(() => findChip('esp32c7')).toThrow(/chips.unknown/);
    expect(() => findChip('esp32c7')).toThrow(/chips.unknown/);
  });
  expect(readFileSync(join(root, 'produced'), 'utf8')).toBe('chips.unknown\n');
  const declared = readFileSync(join(root, 'declared'), 'utf8').split('\n');
  expect(declared).toContain('chips.unknown');
  expect(declared).not.toContain('made.by-test');
});

describe('the reporter', () => {
  const FILES = ['/a.unit.test.ts', '/b.unit.test.ts', '/c.ts', '/other/d.unit.test.ts'];
  const all = { testResults: FILES.slice(0, 2), failed: 0, skipped: 0, pattern: undefined };

  /** What the reporter writes after a run. */
  function run(changes: Partial<Record<keyof typeof all, unknown>>): unknown {
    const { testResults, failed, skipped, pattern } = { ...all, ...changes };
    const reporter = new CodesReporter({ testNamePattern: pattern, rootDir: root });
    const folder = process.env.ERROR_CODES_FOLDER ?? '';
    appendFileSync(join(folder, 'declared'), 'x.two\nx.one\nx.two\n');
    const hasteFS = { matchFiles: (regex: RegExp) => FILES.filter((file) => regex.test(file)) };
    const config = { testRegex: ['\\.(unit|int)\\.test\\.ts$'], testPathIgnorePatterns: ['/other/'] };
    reporter.onRunComplete([{ config, hasteFS }], {
      testResults: (testResults as string[]).map((testFilePath) => ({ testFilePath })),
      numFailedTestSuites: failed,
      numPendingTests: skipped,
    });
    expect(existsSync(folder)).toBe(false);
    return JSON.parse(readFileSync(join(root, 'test-output/codes.json'), 'utf8'));
  }

  test('writes each code once, in order', () => {
    expect(run({})).toEqual({ whole: true, declared: ['x.one', 'x.two'], produced: [] });
  });

  test.each<[string, Parameters<typeof run>[0]]>([
    ['a part of the files', { testResults: FILES.slice(1, 2) }],
    ['tests by name', { pattern: 'name' }],
    ['failed tests', { failed: 1 }],
    ['skipped tests', { skipped: 1 }],
  ])('tells %s from a whole run', (_, changes) => {
    expect(run(changes)).toMatchObject({ whole: false });
  });
});

describe('the check', () => {
  interface Run {
    readonly whole: boolean;
    readonly declared: readonly string[];
    readonly produced: readonly string[];
  }

  function check(runs: Readonly<Record<string, Run>>) {
    for (const [project, codes] of Object.entries(runs)) {
      const file = join(root, project, 'test-output/codes.json');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(codes));
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'check.mjs'), root], {
      encoding: 'utf8',
    });
    return [status, `${stdout}${stderr}`.trim()];
  }
  const inner = { whole: true, declared: ['x.one', 'x.two'], produced: ['x.one'] };

  test('passes what some project produces', () => {
    const outer = { whole: true, declared: ['x.one', 'y.one'], produced: ['y.one'] };
    const tools = { whole: true, declared: [], produced: ['x.two'] };
    expect(check({ 'packages/a': inner, 'packages/b': outer, tools })).toEqual([
      0,
      'error codes: tests produce all 3',
    ]);
  });

  test('fails where one is missing', () => {
    expect(check({ 'packages/a': inner })).toEqual([
      1,
      expect.stringMatching(/^no test produces these error codes.*\n {2}x\.two$/),
    ]);
  });

  test('reports that it checked nothing if tests were skipped', () => {
    expect(check({ 'packages/a': { ...inner, whole: false } })).toEqual([
      0,
      'error codes: not checked, some tests did not run: packages/a/test-output/codes.json',
    ]);
  });

  test('fails without any run', () => {
    expect(check({})).toEqual([1, expect.stringContaining('the tests have not run')]);
  });
});
