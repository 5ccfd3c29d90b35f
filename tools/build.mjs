// Builds the plugin, a program, into its dist/: bundles, with the types of its entries. nvs-core, a library, is built module
// by module, by tsc alone.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { bundle, licencesOf } from './bundle.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const plugin = join(root, 'packages/nx-esp32-factory');
const [src, dist] = ['src', 'dist'].map((name) => join(plugin, name));
rmSync(dist, { recursive: true, force: true });

const packages = await bundle(dist);
writeFileSync(join(dist, 'third-party-licenses.txt'), licencesOf(packages));
copyTypes(['index', 'plugin/index']);
for (const file of globSync(['**/schema.json', 'generators/*/files/**'], { cwd: src, dot: true })) {
  cpSync(join(src, file), join(dist, file));
}

/** The type declarations of some modules and of those that they import. */
function copyTypes(entries) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '--build', join(plugin, 'tsconfig.src.json'), '--emitDeclarationOnly'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  const copied = new Set();
  const copy = (module) => {
    if (copied.has(module)) return;
    copied.add(module);
    const text = readFileSync(join(plugin, 'out-tsc/src/src', `${module}.d.ts`), 'utf8');
    writeFileSync(join(dist, `${module}.d.ts`), text);
    for (const [, request] of text.matchAll(/(?:from|import\() ?['"](\.[^'"]+)['"]/g))
      copy(join(dirname(module), request));
  };
  for (const entry of entries) copy(entry);
}
