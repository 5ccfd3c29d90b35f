import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as nvsCore from 'nvs-core';

interface Reporter {
  onRunComplete(contexts: readonly unknown[], results: unknown): void;
  getLastError(): Error | undefined;
}
const CodesReporter: new (globalConfig: unknown) => Reporter = require('./codes-reporter.cjs');

const original = process.env.ERROR_CODES_FOLDER;
afterEach(() => {
  jest.restoreAllMocks();
  if (original === undefined) delete process.env.ERROR_CODES_FOLDER;
  else process.env.ERROR_CODES_FOLDER = original;
});

test('codes of findings that src makes are recorded, those of tests are not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'codes-'));
  process.env.ERROR_CODES_FOLDER = folder;
  jest.isolateModules(() => {
    require('./record-codes');
    const { chipErrors, errorTable, findChip, row }: typeof nvsCore = require('nvs-core');
    const made = errorTable({
      'made.by-test': row(
        () => 'message',
        () => 'help',
      ),
    });
    expect(made.error('made.by-test', {}).code).toBe('made.by-test');
    chipErrors.finding('chips.unknown', { chip: 'x', nearest: undefined, known: [] });
    expect(existsSync(join(folder, 'produced'))).toBe(false);
    expect(() => findChip('esp32c7')).toThrow(/chips.unknown/);
    expect(() => findChip('esp32c7')).toThrow(/chips.unknown/);
  });
  expect(readFileSync(join(folder, 'produced'), 'utf8')).toBe('chips.unknown\n');
  const declared = readFileSync(join(folder, 'declared'), 'utf8').split('\n');
  expect(declared).toContain('chips.unknown');
  expect(declared).not.toContain('made.by-test');
  rmSync(folder, { recursive: true });
});

describe('the reporter', () => {
  const FILES = ['/a.unit.test.ts', '/b.unit.test.ts', '/c.ts'];
  const whole = { testResults: FILES.slice(0, 2), failed: 0, skipped: 0, pattern: undefined };

  /** What the reporter says after a run. */
  function run(changes: Partial<Record<keyof typeof whole, unknown>>, produced: string): string | undefined {
    const { testResults, failed, skipped, pattern } = { ...whole, ...changes };
    const reporter = new CodesReporter({ testNamePattern: pattern });
    const folder = process.env.ERROR_CODES_FOLDER ?? '';
    appendFileSync(join(folder, 'declared'), 'x.one\nx.two\nx.one\n');
    appendFileSync(join(folder, 'produced'), produced);
    jest.spyOn(console, 'error').mockImplementation();
    jest.spyOn(console, 'log').mockImplementation();
    const hasteFS = { matchFiles: (regex: RegExp) => FILES.filter((file) => regex.test(file)) };
    const context = { config: { testRegex: ['\\.(unit|int)\\.test\\.ts$'] }, hasteFS };
    reporter.onRunComplete([context], {
      testResults: (testResults as string[]).map((testFilePath) => ({ testFilePath })),
      numFailedTestSuites: failed,
      numPendingTests: skipped,
    });
    expect(existsSync(folder)).toBe(false);
    const said = jest.mocked(console.error).mock.calls.flat().join();
    const error = reporter.getLastError();
    expect(said).toBe(error === undefined ? '' : `\n✖ ${error.message}`);
    return error?.message;
  }

  test('fails a whole run that lacks a code', () => {
    expect(run({}, 'x.two\n')).toMatch(/no test produces these error codes.*\n {2}x\.one$/);
  });

  test('says so where a whole run lacks none', () => {
    expect(run({}, 'x.two\nx.one\n')).toBeUndefined();
    expect(console.log).toHaveBeenCalledWith('\n✔ tests produce all 2 error codes');
  });

  test.each<[string, Parameters<typeof run>]>([
    ['a part of the files', [{ testResults: FILES.slice(1) }, 'x.two\n']],
    ['tests by name', [{ pattern: 'name' }, 'x.two\n']],
    ['failed tests, which say enough', [{ failed: 1 }, 'x.two\n']],
    ['skipped tests', [{ skipped: 1 }, 'x.two\n']],
  ])('passes %s', (_, args) => {
    expect(run(...args)).toBeUndefined();
    expect(console.log).not.toHaveBeenCalled();
  });
});
