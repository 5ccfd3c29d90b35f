/** The start of an installed command, around a dist/ that does nothing. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let modules: string;
beforeAll(() => {
  modules = join(realpathSync(mkdtempSync(join(tmpdir(), 'bin-'))), 'node_modules');
  const folder = join(modules, 'nx-esp32-factory');
  mkdirSync(join(folder, 'dist/cli'), { recursive: true });
  cpSync(resolve(__dirname, '../../bin'), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'dist/cli/main.js'), 'exports.main = (argv) => console.log(...argv);\n');
});
afterAll(() => rmSync(join(modules, '..'), { recursive: true, force: true }));

/** Runs it with a fake enableCompileCache, as newer versions of Node have, or without one. */
function start(enableCompileCache: string): string {
  const preload = join(modules, 'preload.cjs');
  writeFileSync(preload, `require('node:module').enableCompileCache = ${enableCompileCache};\n`);
  const command = join(modules, 'nx-esp32-factory/bin/esp32-factory.js');
  return execFileSync(process.execPath, ['--require', preload, command, 'image', '--json'], {
    encoding: 'utf8',
  });
}

it('keeps what Node compiles beside the package', () => {
  const folder = join(modules, '.cache', 'nx-esp32-factory');
  expect(start('(folder) => console.log(folder)')).toBe(`${folder}\nimage --json\n`);
});

it('does without where Node cannot', () => {
  expect(start('undefined')).toBe('image --json\n');
});
