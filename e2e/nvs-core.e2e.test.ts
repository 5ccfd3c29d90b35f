/** nvs-core in an empty folder of its own: ES modules, CommonJS and TypeScript import its subpaths. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './command';
import { REPOSITORY, tarballOf } from './packages';

const { exports: wings } = JSON.parse(
  readFileSync(join(REPOSITORY, 'packages/nvs-core/package.json'), 'utf8'),
);
const subpaths = Object.keys(wings)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace('.', 'nvs-core'));

const ESM = `import { decodeManualCode, encodeManualCode } from 'nvs-core/commissioning';
import { FactoryError } from 'nvs-core/errors';
import { decodeNvs, encodeNvs, parseNvsCsv } from 'nvs-core/nvs';
import * as all from 'nvs-core';
const items = parseNvsCsv('key,type,encoding,value\\napp,namespace,,\\ncount,data,u8,7\\n');
const [entry] = decodeNvs(encodeNvs(items, { size: 0x3000 }).image).entries;
const code = encodeManualCode({ vendorId: 0xfff1, productId: 0x8001, flow: 0, discriminator: 3840, passcode: 20202021 });
const { passcode } = decodeManualCode(code);
const isOne = all.encodeNvs === encodeNvs && all.FactoryError === FactoryError;
console.log(JSON.stringify([entry.key, entry.value, code, passcode, isOne]));
`;
const CJS = ESM.replaceAll(
  /^import (?:\* as (\w+)|(\{.*\})) from ('.*');$/gm,
  (_, all, names, from) => `const ${all ?? names} = require(${from});`,
);

/** The programs of the README, and names of every subpath. */
const README = readFileSync(join(REPOSITORY, 'packages/nvs-core/README.md'), 'utf8');
const TS = [...README.matchAll(/```ts\n(.*?)```/gs)].map(([, text = '']) => text);

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nvs-core-'));
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts'];
  await check('npm', ['install', ...flags, tarballOf('nvs-core')], { cwd: folder });
  writeFileSync(
    join(folder, 'every.mts'),
    subpaths.map((name, i) => `export * as all${i} from '${name}';\n`).join(''),
  );
  writeFileSync(
    join(folder, 'wrong.mts'),
    "import { encodeNvs } from 'nvs-core/nvs';\nencodeNvs('', { size: 1 });\n",
  );
  for (const [index, text] of TS.entries()) writeFileSync(join(folder, `readme-${index}.mts`), text);
  writeFileSync(
    join(folder, 'old.ts'),
    "import { encodeNvs } from 'nvs-core/nvs';\nimport * as core from 'nvs-core';\nexport const same = core.encodeNvs === encodeNvs;\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['ES modules', 'program.mjs', ESM],
  ['CommonJS', 'program.cjs', CJS],
])('runs a program of %s', async (_, name, text) => {
  writeFileSync(join(folder, name), text);
  const { stdout } = await check(process.execPath, [name], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual(['count', 7, '34970112332', 20202021, true]);
});

it('does not let deeper files be imported', async () => {
  const program = "import('nvs-core/dist/nvs/page.js').catch(({ code }) => console.log(code))";
  const { stdout } = await check(process.execPath, ['-e', program], { cwd: folder });
  expect(stdout.trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

/** tsc of the repository on some files. */
function tsc(options: readonly string[], files: readonly string[]) {
  const types = ['--types', 'node', '--typeRoots', join(REPOSITORY, 'node_modules/@types')];
  const args = ['--noEmit', '--strict', '--target', 'es2022', ...types, ...options, ...files];
  return check(process.execPath, [join(REPOSITORY, 'node_modules/typescript/bin/tsc'), ...args], {
    cwd: folder,
  });
}

const PROGRAMS = ['every.mts', ...TS.map((_, index) => `readme-${index}.mts`)];

it.each([
  // Declarations are checked too, but only once: that takes longest.
  ['nodenext', ['--module', 'nodenext']],
  ['node16', ['--module', 'node16', '--skipLibCheck']],
  ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck']],
])('has types under %s', (_, options) => tsc(options, PROGRAMS));

it('has types under node, the old resolution', () => {
  const old = ['--module', 'commonjs', '--moduleResolution', 'node', '--ignoreDeprecations', '6.0'];
  return tsc([...old, '--skipLibCheck'], ['old.ts']);
});

it('has types that reject wrong arguments', async () => {
  const wrong = tsc(['--module', 'nodenext', '--skipLibCheck'], ['wrong.mts']);
  await expect(wrong).rejects.toThrow(/wrong\.mts.*TS2345/);
});
