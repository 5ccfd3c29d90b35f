// Builds both packages into their dist/ folders: nvs-core, a library, module by module; the plugin, a program, as
// bundles with the types of its entries.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { bundle, licencesOf } from './bundle.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [library, plugin] = ['nvs-core', 'nx-esp32-factory'].map((name) => join(root, 'packages', name));
for (const folder of [library, plugin]) rmSync(join(folder, 'dist'), { recursive: true, force: true });

compile(library);

const packages = await bundle();
writeFileSync(join(plugin, 'dist/third-party-licenses.txt'), licencesOf(packages));
copyTypes(plugin, ['index', 'plugin/index']);
for (const file of globSync(['**/schema.json', 'generators/*/files/**'], {
  cwd: join(plugin, 'src'),
  dot: true,
})) {
  cpSync(join(plugin, 'src', file), join(plugin, 'dist', file));
}

function compile(folder, ...options) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', join(folder, 'tsconfig.lib.json'), ...options];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Emits the type declarations of some modules and of those that they import. */
function copyTypes(folder, entries) {
  const all = mkdtempSync(join(tmpdir(), 'types-'));
  try {
    compile(folder, '--emitDeclarationOnly', '--outDir', all);
    const copied = new Set();
    const copy = (module) => {
      if (copied.has(module)) return;
      copied.add(module);
      const text = readFileSync(join(all, 'src', `${module}.d.ts`), 'utf8');
      writeFileSync(join(folder, 'dist', `${module}.d.ts`), text);
      for (const [, request] of text.matchAll(/(?:from|import\() ?['"](\.[^'"]+)['"]/g))
        copy(join(dirname(module), request));
    };
    for (const entry of entries) copy(entry);
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}
