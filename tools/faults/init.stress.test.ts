/**
 * The init generator writes through Nx's Tree, which flushes its changes one after another; the private keys follow as
 * one set. Here the flush ends after each number of changes, and the next run must complete the set of credentials, or
 * say what to remove.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { init, LIGHT, workspace } from '../../packages/nx-esp32-factory/test/generators/init/fixtures';

jest.setTimeout(120_000);

const ROOT = 'apps/light';
type Changes = ReturnType<Tree['listChanges']>;

/** A tree and its folder, in the state after a flush that wrote only the first changes. */
function interrupted(folder: string, changes: Changes, count: number): Tree {
  const tree = createTreeWithEmptyWorkspace({ formatter: 'none' } as never);
  tree.root = folder;
  const write = (path: string, data: Buffer | string) => {
    tree.write(path, data);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), data);
  };
  for (const [name, text] of Object.entries(LIGHT)) write(`${ROOT}/${name}`, text);
  for (const { path, content } of changes.slice(0, count)) if (content !== null) write(path, content);
  return tree;
}

/** What Nx does: flushes the Tree, then calls what the generator returned. A config of a killed run is removed first. */
async function complete(tree: Tree): Promise<void> {
  const config = `${ROOT}/factory.config.json`;
  if (tree.exists(config) && !existsSync(join(tree.root, ROOT, 'credentials/dac-key.pem')))
    tree.delete(config);
  const { finish } = await init(tree, { project: 'light', skipPackageJson: true });
  await finish();
}

function checkCredentials(tree: Tree): void {
  const text = (name: string) =>
    name.endsWith('-key.pem')
      ? readFileSync(join(tree.root, ROOT, 'credentials', name), 'utf8')
      : (tree.read(`${ROOT}/credentials/${name}`, 'utf-8') ?? '');
  const [dac, pai] = [new X509Certificate(text('dac.pem')), new X509Certificate(text('pai.pem'))];
  expect(dac.checkPrivateKey(createPrivateKey(text('dac-key.pem')))).toBe(true);
  expect(dac.verify(pai.publicKey)).toBe(true);
  expect(tree.exists(`${ROOT}/credentials/cd.der`)).toBe(true);
  expect(tree.exists(`${ROOT}/factory.config.json`)).toBe(true);
}

test('after a flush that ends anywhere, the next run completes it or lists the files to remove', async () => {
  const first = workspace({ [ROOT]: LIGHT });
  await init(first, { project: 'light' });
  const changes = first.listChanges();
  const outcomes = { completed: 0, rejected: 0 };
  for (let count = 0; count <= changes.length; count++) {
    const folder = mkdtempSync(join(tmpdir(), 'init-fault-'));
    const tree = interrupted(folder, changes, count);
    try {
      await complete(tree);
      outcomes.completed++;
    } catch (error) {
      expect(String(error)).toContain('init.credentials-partial');
      outcomes.rejected++;
      for (const path of tree.children(`${ROOT}/credentials`)) tree.delete(`${ROOT}/credentials/${path}`);
      await complete(tree);
    }
    checkCredentials(tree);
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(
    `  init: ${changes.length} changes, completed ${outcomes.completed} times, rejected ${outcomes.rejected}\n`,
  );
  expect(outcomes.completed).toBeGreaterThan(2);
});
