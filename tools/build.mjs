// Builds both packages into their dist/ folders: tsc, then the files that tsc does not copy.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { makeIndexLazy } from './lazy-index.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

for (const name of ['nvs-core', 'nx-esp32-factory']) {
  const folder = join(root, 'packages', name);
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  const tsc = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(folder, 'tsconfig.lib.json')],
    {
      stdio: 'inherit',
    },
  );
  if (tsc.status !== 0) process.exit(tsc.status ?? 1);
  if (name === 'nvs-core') makeIndexLazy(join(folder, 'dist'));
  for (const file of globSync(['**/schema.json', '**/schema.d.ts', 'generators/*/files/**'], {
    cwd: join(folder, 'src'),
    dot: true,
  })) {
    cpSync(join(folder, 'src', file), join(folder, 'dist', file));
  }
}
