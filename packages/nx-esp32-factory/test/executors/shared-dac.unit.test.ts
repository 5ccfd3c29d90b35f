/** factory-image warns where the image of another app has the same DAC. */
import { rmSync } from 'node:fs';
import type { ExecutorContext } from '@nx/devkit';
import factoryImage from '../../src/executors/factory-image/executor';
import { CurrentApp } from '../current-app';
import { LightApp } from '../light-app';

const current = new CurrentApp(() => new LightApp());
let app: LightApp;
beforeEach(() => {
  app = current.app;
});

const outputOf = (project: string) => `factory-output/${project}/default`;

/** Runs the target of one of three apps, which have the same config and the same outputs as they would in Nx. */
async function run(projectName: string): Promise<string> {
  current.printed = '';
  const targets = (name: string) => ({
    'factory-image': {
      executor: 'nx-esp32-factory:factory-image',
      options: { outputPath: outputOf(name) },
    },
    'factory-flash': {
      executor: 'nx-esp32-factory:factory-flash',
      options: { outputPath: outputOf(name) },
    },
  });
  const projects = Object.fromEntries(
    ['light', 'lamp', 'shade', 'web'].map((name) => [
      name,
      { root: '.', targets: name === 'web' ? { build: {} } : targets(name) },
    ]),
  );
  const context: ExecutorContext = {
    ...app.context(),
    projectName,
    projectsConfigurations: { version: 2, projects },
  };
  const { success } = await factoryImage({ outputPath: outputOf(projectName) }, context);
  expect([success, current.printed]).toEqual([true, expect.stringContaining('partition.bin')]);
  return current.printed;
}

it('warns of the apps whose last image has it, and of nothing else', async () => {
  expect(await run('light')).not.toContain('factory.dac-shared');
  expect(await run('light')).not.toContain('factory.dac-shared');
  const second = await run('lamp');
  expect(second).toContain('⚠ factory.dac-shared: the last image of light has the same DAC');
  expect(await run('shade')).toContain('the last image of light, lamp has the same DAC');
});

it('does not warn where the other has another DAC, no image, or a manifest that cannot be read', async () => {
  await run('light');
  const manifest = `${outputOf('light')}/manifest.json`;
  const text = app.read(manifest).toString();
  app.write(manifest, text.replace(/("dac": \{\s*"sha256": ")[0-9a-f]{8}/, '$100000000'));
  expect(await run('lamp')).not.toContain('factory.dac-shared');
  rmSync(app.path(outputOf('lamp')), { recursive: true });
  app.write(manifest, '{');
  expect(await run('shade')).not.toContain('factory.dac-shared');
});
