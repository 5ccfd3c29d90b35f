import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { check } from './command';

export const REPOSITORY = resolve(__dirname, '..');
export const PACKAGES = ['nvs-core', 'nx-esp32-factory'] as const;
export type PackageName = (typeof PACKAGES)[number];

/** Builds both packages and packs them into a folder, as they would be published. */
export async function buildAndPack(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // Nothing from an earlier build is packed.
  for (const name of PACKAGES)
    rmSync(join(REPOSITORY, 'packages', name, 'dist'), { recursive: true, force: true });
  const workspaces = PACKAGES.map((name) => `--workspace=${name}`);
  await check('npm', ['pack', ...workspaces, '--pack-destination', folder], { cwd: REPOSITORY });
}

/** The tarball of a package in the folder of this run. */
export function tarballOf(name: PackageName): string {
  const folder = packagesFolder();
  const file = readdirSync(folder).find(
    (found) => found.startsWith(`${name}-`) && /-\d[^-]*\.tgz$/.test(found),
  );
  if (file === undefined) throw new Error(`${folder} has no tarball of ${name}`);
  return join(folder, file);
}

function packagesFolder(): string {
  const folder = process.env.E2E_PACKAGES;
  if (folder === undefined) throw new Error('E2E_PACKAGES is not set: global-setup.ts packs the packages');
  return folder;
}
