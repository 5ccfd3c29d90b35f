import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chosenInstallations } from './installations';
import { buildAndPack } from './packages';
import { installTemplate } from './template';

/**
 * Packs both packages once, and installs a workspace for each installation. E2E_PACKAGES names a folder with packed
 * packages to take instead; E2E_NX a version, to leave the others out.
 */
export async function setUp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nx-esp32-factory-e2e-'));
  process.env.E2E_FOLDER = folder;
  process.env.E2E_TEMPLATES = join(folder, 'templates');
  mkdirSync(process.env.E2E_TEMPLATES);
  if (process.env.E2E_PACKAGES === undefined) {
    process.env.E2E_PACKAGES = join(folder, 'packages');
    await buildAndPack(process.env.E2E_PACKAGES);
  }
  await Promise.all(chosenInstallations().map(installTemplate));
}

module.exports = setUp;
