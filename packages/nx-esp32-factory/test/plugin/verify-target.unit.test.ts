import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createNodesV2, type FactoryPluginOptions } from '../../src/plugin';

const EXAMPLE = resolve(__dirname, '../../../../examples/light-app');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nodes-'));
  cpSync(EXAMPLE, join(root, 'light'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function targetsOf(files: readonly string[], options?: FactoryPluginOptions) {
  const context = { workspaceRoot: root, nxJsonConfiguration: {} };
  const results = await createNodesV2[1](
    files.map((file) => `light/${file}`),
    options,
    context,
  );
  return Object.assign({}, ...results.map(([, { projects }]) => projects?.light?.targets));
}

it('gives an app a target that reads back what the image target wrote, and is never cached', async () => {
  expect((await targetsOf(['factory.config.json']))['factory-verify']).toEqual({
    executor: 'nx-esp32-factory:factory-verify',
    options: { config: 'light/factory.config.json', outputPath: 'factory-output/light/default' },
    configurations: { production: {} },
    cache: false,
    outputs: [],
    dependsOn: [{ target: 'factory-image' }],
    metadata: expect.objectContaining({ technologies: ['esp32', 'matter', 'matter.js'] }),
  });
});

it('gives a variant its own', async () => {
  const config = join(root, 'light/factory.config.json');
  cpSync(config, join(root, 'light/factory.red.config.json'));
  const targets = await targetsOf(['factory.config.json', 'factory.red.config.json']);
  expect(targets['factory-verify:red']).toMatchObject({
    options: { config: 'light/factory.red.config.json', outputPath: 'factory-output/light/red' },
    dependsOn: [{ target: 'factory-image:red' }],
  });
});

it('is said with other names', async () => {
  const targets = await targetsOf(['factory.config.json'], {
    verifyTargetName: 'check-image',
    imageTargetName: 'image',
  });
  expect(targets['check-image']).toMatchObject({ dependsOn: [{ target: 'image' }] });
  expect(targets['factory-verify']).toBeUndefined();
});
