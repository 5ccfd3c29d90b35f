/** A configuration of Nx does not select a variant: it must not give the image of the base. */
import { readdirSync } from 'node:fs';
import type { ExecutorContext } from '@nx/devkit';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import factoryInspect from '../../src/executors/factory-inspect/executor';
import factoryVerify from '../../src/executors/factory-verify/executor';
import { CurrentApp } from '../current-app';
import { LightApp } from '../light-app';

const current = new CurrentApp(() => new LightApp());
let app: LightApp;
beforeEach(() => {
  app = current.app;
});

/** A run with `-c production`; `targets` are the names of the project's targets of this executor. */
function contextOf(targetName: string, targets: readonly string[]): ExecutorContext {
  const [name] = targetName.split(':');
  const target = { executor: `nx-esp32-factory:${name}`, cache: false };
  const all = {
    'other:production': { executor: 'other:other' },
    ...Object.fromEntries(targets.map((one) => [one, target])),
  };
  return {
    ...app.context(),
    targetName,
    configurationName: 'production',
    projectsConfigurations: { version: 2, projects: { 'light-app': { root: '.', targets: all } } },
  };
}

const EXECUTORS = {
  'factory-image': factoryImage,
  'factory-flash': factoryFlash,
  'factory-verify': factoryVerify,
  'factory-inspect': factoryInspect,
} as const;

describe.each(Object.entries(EXECUTORS))('%s', (name, run) => {
  it.each([
    [
      'names the target of the variant',
      name,
      [name, `${name}:production`],
      `run the target of the variant: nx ${name}:production light-app`,
    ],
    [
      'names it from another variant',
      `${name}:blue`,
      [name, `${name}:production`, `${name}:blue`],
      `run the target of the variant: nx ${name}:production light-app`,
    ],
    [
      'tells how to make the variant',
      name,
      [name],
      'there is no variant "production" yet: write factory.production.config.json with "extends": "factory.config.json" and what differs, and it gets its own targets',
    ],
  ])('%s, and writes nothing', async (_, targetName, targets, help) => {
    const before = readdirSync(app.folder, { recursive: true }).sort();
    const context = contextOf(targetName, targets);
    expect(await run({ port: '/dev/null' } as object, context)).toEqual({ success: false });
    expect(current.printed).toBe(
      [
        `✖ factory.configuration: light-app:${targetName} was run with the configuration "production", which does not change its config file: variants of a config are targets`,
        `  = help: ${help}`,
        '',
      ].join('\n'),
    );
    expect(readdirSync(app.folder, { recursive: true }).sort()).toEqual(before);
  });
});

it('lets the target of a variant run with the configuration of its name', async () => {
  const context = contextOf('factory-image:production', ['factory-image', 'factory-image:production']);
  expect(await factoryImage({}, context)).toEqual({ success: true });
});
