import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findEsptool, parseVersion } from '../../src/flash/esptool';
import { codesOf } from './rejects';

test.each([
  ['esptool.py v4.8.1\n4.8.1\n', '4.8.1', 4],
  ['WARNING: DEPRECATED: use esptool\nesptool v5.6.0\r\n5.6.0\r\n', '5.6.0', 5],
  ['5.0.dev1\n', '5.0.dev1', 5],
  ['esptool v6.1\n', '6.1', 6],
  ['3.3.2\n', '3.3.2', 3],
])('version in %j', (output, version, major) => {
  expect(parseVersion(output)).toEqual({ version, major });
});

test.each(['', 'Python 3.11.7', 'v', 'usage: esptool'])('no version in %j', (output) => {
  expect(parseVersion(output)).toBeUndefined();
});

describe('esptool is found', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  // A program that supports `version` (or `-m esptool version`) and nothing else.
  const program = (path: string, body: string) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const tool = (version: string) => `[ "$1" = version ] && echo esptool v${version} && echo ${version}`;
  const python = (version: string) => `[ "$1 $2 $3" = "-m esptool version" ] && echo ${version}`;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'esptool-'));
    mkdirSync(join(folder, 'bin'));
    env = { PATH: [join(folder, 'bin'), '/bin', '/usr/bin'].join(delimiter) };
    // Hides any Python of the machine.
    program('bin/python3', 'exit 1');
    program('bin/python', 'exit 1');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('as esptool, before esptool.py', () => {
    program('bin/esptool', tool('5.6.0'));
    program('bin/esptool.py', tool('4.8.1'));
    expect(findEsptool({ env })).toEqual({ command: ['esptool'], version: '5.6.0', major: 5 });
  });

  test('as esptool.py', () => {
    program('bin/esptool.py', tool('4.8.1'));
    expect(findEsptool({ env })).toEqual({ command: ['esptool.py'], version: '4.8.1', major: 4 });
  });

  test('as a module of python3, or of python', () => {
    program('bin/python', python('5.0.2'));
    expect(findEsptool({ env }).command).toEqual(['python', '-m', 'esptool']);
    program('bin/python3', python('4.7.0'));
    expect(findEsptool({ env }).command).toEqual(['python3', '-m', 'esptool']);
  });

  test('in an active ESP-IDF before PATH', () => {
    program('bin/esptool', tool('5.6.0'));
    const idf = program('idf-env/bin/python', python('4.8.1'));
    expect(findEsptool({ env: { ...env, IDF_PYTHON_ENV_PATH: join(folder, 'idf-env') } })).toEqual({
      command: [idf, '-m', 'esptool'],
      version: '4.8.1',
      major: 4,
    });
  });

  test("as ESP-IDF's own copy", () => {
    program('bin/python3', 'case "$1" in *esptool.py) echo 4.5.1;; *) exit 1;; esac');
    const copy = program('idf/components/esptool_py/esptool/esptool.py', '');
    expect(findEsptool({ env: { ...env, IDF_PATH: join(folder, 'idf') } }).command).toEqual([
      'python3',
      copy,
    ]);
  });

  test('at a given path, and only there', () => {
    program('bin/esptool', tool('5.6.0'));
    const path = program('my tools/esptool4', tool('4.8.1'));
    expect(findEsptool({ path, env })).toEqual({ command: [path], version: '4.8.1', major: 4 });
    expect(codesOf(() => findEsptool({ path: join(folder, 'nowhere'), env }))).toEqual([
      'flash.esptool-unusable',
    ]);
  });

  test('at a given path of a script that must be run with Python', () => {
    program('bin/python3', 'case "$1" in *esptool.py) echo 4.5.1;; *) exit 1;; esac');
    const path = program('copy/esptool.py', '');
    chmodSync(path, 0o644);
    expect(findEsptool({ path, env }).command).toEqual(['python3', path]);
  });

  test.each([
    ['flash.esptool-unusable', 'exit 0'],
    ['flash.esptool-unusable', 'echo broken >&2; exit 3'],
    ['flash.esptool-too-old', tool('3.3.2')],
  ])('%s for a given program that does: %s', (code, body) => {
    const path = program('odd', body);
    expect(codesOf(() => findEsptool({ path, env }))).toEqual([code]);
  });

  test('or an error is thrown', () => {
    expect(codesOf(() => findEsptool({ env }))).toEqual(['flash.esptool-missing']);
    program('bin/esptool.py', tool('2.8'));
    expect(codesOf(() => findEsptool({ env }))).toEqual(['flash.esptool-too-old']);
  });

  test('a broken or old one on PATH does not hide a good one', () => {
    program('bin/esptool', 'echo ImportError >&2; exit 1');
    program('bin/esptool.py', tool('3.0'));
    program('bin/python3', python('5.6.0'));
    expect(findEsptool({ env }).command).toEqual(['python3', '-m', 'esptool']);
  });
});
