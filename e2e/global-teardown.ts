import { rmSync } from 'node:fs';

export async function tearDown(): Promise<void> {
  const { E2E_FOLDER } = process.env;
  if (E2E_FOLDER !== undefined) rmSync(E2E_FOLDER, { recursive: true, force: true });
}

module.exports = tearDown;
