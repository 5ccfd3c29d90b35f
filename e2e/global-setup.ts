import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAndPack } from './packages';
import { installTemplate } from './template';
import { NX_VERSIONS } from './versions';

/**
 * Packs both packages once, and installs a workspace for each version of Nx. E2E_PACKAGES names a folder with packed
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
  const { E2E_NX } = process.env;
  const chosen = NX_VERSIONS.filter(({ version }) => E2E_NX === undefined || version === E2E_NX);
  await Promise.all(chosen.map(({ version, optional }) => installTemplate(version, { optional })));
}

module.exports = setUp;
