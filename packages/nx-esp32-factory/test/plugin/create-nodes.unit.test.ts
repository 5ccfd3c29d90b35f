import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { AggregateCreateNodesError, ProjectConfiguration } from '@nx/devkit';
import { digestCommand } from '../../src/cache';
import { readPolicySource } from '../../src/cache/policy';
import { createNodes, createNodesV2, type FactoryPluginOptions } from '../../src/plugin';

jest.mock('../../src/cache/policy', () => {
  const policy = jest.requireActual<typeof import('../../src/cache/policy')>('../../src/cache/policy');
  return { ...policy, readPolicySource: jest.fn(policy.readPolicySource) };
});

const EXAMPLE = resolve(__dirname, '../../../../examples/light-app');

let root: string;
let warnings: string[];
beforeEach(() => {
  warnings = [];
  jest.spyOn(console, 'warn').mockImplementation((text: string) => {
    warnings.push(text);
  });
  root = mkdtempSync(join(tmpdir(), 'nodes-'));
});
afterEach(() => {
  jest.mocked(console.warn).mockRestore();
  rmSync(root, { recursive: true, force: true });
});

const app = (folder: string) => {
  cpSync(EXAMPLE, join(root, folder), { recursive: true });
  return folder;
};
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

async function projectsOf(
  folders: readonly string[],
  options?: FactoryPluginOptions,
): Promise<Record<string, Omit<ProjectConfiguration, 'root'>>> {
  return nodesOf(
    folders.map((folder) => join(folder, 'factory.config.json')),
    options,
  );
}

/** What Nx makes of the results: the targets of a project come together from all its files. */
async function nodesOf(
  files: readonly string[],
  options?: FactoryPluginOptions,
): Promise<Record<string, Omit<ProjectConfiguration, 'root'>>> {
  const context = { workspaceRoot: root, nxJsonConfiguration: {} };
  const results = await createNodesV2[1](files, options, context);
  const projects: Record<string, Omit<ProjectConfiguration, 'root'>> = {};
  for (const [, { projects: found = {} }] of results) {
    for (const [folder, project] of Object.entries(found)) {
      const { targets } = projects[folder] ?? {};
      projects[folder] = { ...project, targets: { ...targets, ...project.targets } };
    }
  }
  return projects;
}

const targetOf = (project: Omit<ProjectConfiguration, 'root'> | undefined, name = 'factory-image') =>
  project?.targets?.[name];

it('is what Nx 20 to 22 and what later versions look for', () => {
  expect(createNodes).toBe(createNodesV2);
  expect(createNodesV2[0]).toBe('**/factory*.config.json');
});

describe('an app', () => {
  const config = 'apps/light/factory.config.json';
  const options = { config, outputPath: 'factory-output/apps/light/default' };

  it('has a cached target that makes the image', async () => {
    const { 'apps/light': light } = await projectsOf([app('apps/light')]);
    expect(light?.name).toBe('light');
    expect(targetOf(light)).toEqual({
      executor: 'nx-esp32-factory:factory-image',
      options,
      configurations: { production: {} },
      cache: true,
      inputs: [
        { runtime: digestCommand(config, options.outputPath, root) },
        { dependentTasksOutputFiles: '**/*', transitive: true },
      ],
      outputs: [
        'partition.bin',
        'esp_secure_cert.bin',
        'ecdsa_key.pem',
        'efuse-commands.txt',
        'onboarding.txt',
        'onboarding.json',
        'qr-code.svg',
        'qr-code.png',
        'onboarding.ndef',
        'manifest.json',
      ].map((name) => `{options.outputPath}/${name}`),
      metadata: {
        description: 'Makes the factory partition image, the onboarding codes and a manifest',
        technologies: ['esp32', 'matter'],
        help: {
          command: 'npx nx run light:factory-image --help',
          example: { options: { serialNumber: 'SN-0001' } },
        },
      },
    });
  });

  it('has a target that flashes it: never cached, never two at once', async () => {
    const { 'apps/light': light } = await projectsOf([app('apps/light')]);
    expect(targetOf(light, 'factory-flash')).toEqual({
      executor: 'nx-esp32-factory:factory-flash',
      options,
      configurations: { production: {} },
      cache: false,
      outputs: [],
      parallelism: false,
      dependsOn: [{ target: 'factory-image' }],
      metadata: {
        description:
          'Writes the factory image to a device with esptool, at the address of the partition table. Never cached',
        technologies: ['esp32', 'matter', 'esptool'],
        help: {
          command: 'npx nx run light:factory-flash --help',
          example: { options: { port: '/dev/ttyUSB0', verify: true } },
        },
      },
    });
  });

  it('has targets that verify it and show what is in it, after it was made', async () => {
    const { 'apps/light': light } = await projectsOf([app('apps/light')]);
    for (const name of ['factory-verify', 'factory-inspect']) {
      expect(targetOf(light, name)).toMatchObject({
        executor: `nx-esp32-factory:${name}`,
        options: { outputPath: options.outputPath },
        cache: false,
        outputs: [],
        dependsOn: [{ target: 'factory-image' }],
      });
    }
  });

  it('declares a configuration for each variant, and production, so that Nx does not drop it', async () => {
    app('apps/light');
    const variants = ['blue', 'ci'].map((variant) => `apps/light/factory.${variant}.config.json`);
    for (const file of variants) write(file, '{"extends": "factory.config.json"}');
    const { 'apps/light': light } = await nodesOf([config, ...variants]);
    for (const name of ['factory-image', 'factory-flash', 'factory-verify', 'factory-inspect']) {
      expect(targetOf(light, name)?.configurations).toEqual({ production: {}, blue: {}, ci: {} });
      expect(targetOf(light, `${name}:blue`)?.configurations).toEqual({ production: {}, ci: {} });
    }
  });

  it('has the targets of variants first, whatever the order of the files: Nx 21 takes the first that matches', async () => {
    app('apps/light');
    const variant = 'apps/light/factory.production.config.json';
    write(variant, '{"extends": "factory.config.json"}');
    for (const files of [
      [config, variant],
      [variant, config],
    ]) {
      const { 'apps/light': light } = await nodesOf(files);
      const names = Object.keys(light?.targets ?? {});
      expect(names.indexOf('factory-image:production')).toBeLessThan(names.indexOf('factory-image'));
    }
    const { 'apps/light': light } = await nodesOf([config, variant]);
    expect(targetOf(light, 'factory-image:production')?.configurations).toEqual({});
    expect(targetOf(light)?.configurations).toEqual({ production: {} });
  });

  it('has only the image cached', async () => {
    const { 'apps/light': light } = await projectsOf([app('apps/light')]);
    const cached = Object.entries(light?.targets ?? {}).filter(([, { cache }]) => cache !== false);
    expect(cached.map(([name]) => name)).toEqual(['factory-image']);
  });
});

it('gives them other names by option', async () => {
  const options = { imageTargetName: 'fctry', flashTargetName: 'burn' };
  const { 'apps/light': light } = await projectsOf([app('apps/light')], options);
  expect(Object.keys(light?.targets ?? {})).toEqual(expect.arrayContaining(['fctry', 'burn']));
  expect(light?.targets).not.toHaveProperty('factory-image');
  expect(targetOf(light, 'fctry')?.metadata?.help?.command).toBe('npx nx run light:fctry --help');
  expect(targetOf(light, 'burn')?.dependsOn).toEqual([{ target: 'fctry' }]);
});

describe('a variant', () => {
  it('has its own targets: inputs, outputs and cacheability come from its config', async () => {
    app('apps/light');
    const passcode = { random: true };
    write(
      'apps/light/factory.field.config.json',
      JSON.stringify({ extends: 'factory.config.json', commissioning: { passcode } }),
    );
    const files = ['factory.config.json', 'factory.field.config.json'];
    const { 'apps/light': light } = await nodesOf(files.map((name) => `apps/light/${name}`));
    const names = ['factory-image', 'factory-flash', 'factory-image:field', 'factory-flash:field'];
    expect(Object.keys(light?.targets ?? {})).toEqual(expect.arrayContaining(names));
    expect(targetOf(light)).toMatchObject({
      cache: true,
      options: { outputPath: 'factory-output/apps/light/default' },
    });
    expect(targetOf(light, 'factory-image:field')).toMatchObject({
      cache: false,
      inputs: [
        {
          runtime: digestCommand(
            'apps/light/factory.field.config.json',
            'factory-output/apps/light/field',
            root,
          ),
        },
        {},
      ],
      options: { outputPath: 'factory-output/apps/light/field' },
    });
    expect(targetOf(light, 'factory-flash:field')?.dependsOn).toEqual([{ target: 'factory-image:field' }]);
  });

  it('does not share its name with its base', async () => {
    app('apps/light');
    write('apps/light/factory.field.config.json', '{"extends": "factory.config.json"}');
    const names = ['factory.config.json', 'factory.field.config.json'];
    const { 'apps/light': light } = await nodesOf(names.map((name) => `apps/light/${name}`));
    expect(light?.name).toBe('light');
  });

  it('is none by another name', async () => {
    expect(await nodesOf(['apps/light/factory-old.config.json', 'apps/light/factoryx.config.json'])).toEqual(
      {},
    );
  });
});

describe('the name of a project', () => {
  const command = (project: Omit<ProjectConfiguration, 'root'> | undefined) =>
    targetOf(project)?.metadata?.help?.command;

  it.each([
    ['project.json', '{"name": "lamp"}', 'lamp'],
    ['package.json', '{"name": "@shop/lamp"}', '@shop/lamp'],
    ['package.json', '{"name": "@shop/lamp", "nx": {"name": "lamp"}}', 'lamp'],
    ['project.json', '{}', 'light'],
    ['project.json', '{', 'light'],
    ['project.json', '{"name": 1}', 'light'],
    ['project.json', 'null', 'light'],
  ])('is left to %s with %s', async (file, text, name) => {
    app('apps/light');
    write(`apps/light/${file}`, text);
    const { 'apps/light': light } = await projectsOf(['apps/light']);
    expect(light).not.toHaveProperty('name');
    expect(command(light)).toBe(`npx nx run ${name}:factory-image --help`);
  });

  it('is the folder of the workspace at its root', async () => {
    app('.');
    const { '.': light } = await projectsOf(['.']);
    expect(light?.name).toBe(basename(root));
    expect(targetOf(light)?.options).toEqual({
      config: 'factory.config.json',
      outputPath: 'factory-output/root/default',
    });
  });

  it('is the path where folders share a name: Nx refuses two projects of one name', async () => {
    const folders = ['a/light', 'b/light', 'b/lamp', 'c/shade'].map(app);
    write('c/shade/project.json', '{"name": "lamp"}');
    const projects = await projectsOf(folders);
    const names = folders.map((folder) => projects[folder]?.name);
    expect(names).toEqual(['a-light', 'b-light', 'b-lamp', undefined]);
  });
});

it('says why an image is not cached', async () => {
  const folder = app('apps/light');
  write(
    `${folder}/factory.config.json`,
    '{"deviceInstanceInfo": {"vendorId": 65521}, "commissioning": {"passcode": {"random": true}}}',
  );
  const { 'apps/light': light } = await projectsOf([folder]);
  expect(targetOf(light)?.cache).toBe(false);
  expect(targetOf(light)?.metadata?.description).toBe(
    'Makes the factory partition image, the onboarding codes and a manifest. Not cached: commissioning.passcode is generated in each run, and a replay would issue it twice',
  );
});

it.each(['li*', 'light[v2]', 'light(v2)', 'light{a,b}'])(
  'an app in %s is not cached, with the character that Nx takes for a pattern',
  async (name) => {
    const folder = app(`apps/${name}`);
    const { [folder]: light } = await projectsOf([folder]);
    expect(targetOf(light)).toMatchObject({
      cache: false,
      options: { outputPath: `factory-output/apps/${name}/default` },
    });
    expect(targetOf(light)?.metadata?.description).toMatch(
      /Not cached: its output folder .* has "[*[({]" in its name, which Nx takes for a pattern$/,
    );
  },
);

it('has the keys of NVS encryption among the outputs only where the config lets them into the cache', async () => {
  const folder = app('apps/light');
  const config = JSON.parse(readFileSync(join(root, folder, 'factory.config.json'), 'utf8')) as object;
  const outputs = async (more: object) => {
    write(`${folder}/factory.config.json`, JSON.stringify({ ...config, ...more }));
    const { [folder]: light } = await projectsOf([folder]);
    return targetOf(light)?.outputs;
  };
  const encryption = { scheme: 'flash', key: { file: 'keys.bin' } };
  const keys = '{options.outputPath}/nvs_keys.bin';
  expect(await outputs({ encryption })).not.toContain(keys);
  expect(await outputs({ output: { cache: true } })).not.toContain(keys);
  expect(await outputs({ encryption, output: { cache: true } })).toContain(keys);
});

it('reads no more than the JSON of the configs: credentials and firmware are left to the run', async () => {
  app('apps/light');
  for (const name of ['credentials', 'sdkconfig.defaults', 'CMakeLists.txt', 'partitions.csv'])
    rmSync(join(root, 'apps/light', name), { recursive: true });
  const { 'apps/light': light } = await projectsOf(['apps/light']);
  expect(targetOf(light)?.cache).toBe(true);
});

it.each([
  ['not JSON', '{'],
  ['empty', ''],
  ['a list', '[]'],
  ['null', 'null'],
  ['an extends cycle', '{"extends": "factory.config.json"}'],
  ['a base that is missing', '{"extends": "gone.json"}'],
  ['nothing that a config has', '{"commissioning": 1, "attestation": [], "output": "x", "encryption": null}'],
  [
    'odd objects',
    '{"deviceInstanceInfo": {"vendorId": {"toString": 1}}, "encryption": {"scheme": {"toString": 1}}}',
  ],
])('a broken config has its target, not cached, and leaves the others alone: %s', async (_, text) => {
  const folders = [app('apps/one'), app('apps/two'), app('apps/three')];
  write('apps/two/factory.config.json', text);
  const projects = await projectsOf(folders);
  expect(folders.map((folder) => targetOf(projects[folder])?.cache)).toEqual([true, false, true]);
});

it('an error that none of these is fails its own project, and gives Nx the others', async () => {
  const folders = [app('apps/one'), app('apps/two'), app('apps/three')];
  const { readPolicySource: read } =
    jest.requireActual<typeof import('../../src/cache/policy')>('../../src/cache/policy');
  jest.mocked(readPolicySource).mockImplementation((path) => {
    if (path.includes('two')) throw new RangeError('out of something');
    return read(path);
  });
  try {
    const error: unknown = await projectsOf(folders).catch((thrown: unknown) => thrown);
    // What Nx recognises it by.
    expect(error).toMatchObject({ name: 'AggregateCreateNodesError', message: 'Failed to create nodes' });
    const { errors, partialResults } = error as AggregateCreateNodesError;
    expect(errors).toEqual([['apps/two/factory.config.json', new RangeError('out of something')]]);
    expect(partialResults.map(([file]) => dirname(file ?? ''))).toEqual(['apps/one', 'apps/three']);
  } finally {
    jest.mocked(readPolicySource).mockImplementation(read);
  }
});

describe('two apps', () => {
  const dacKey = (file: string) => {
    const certificate = { file: 'dac.pem' };
    return { attestation: { dac: { certificate, key: { file } } } };
  };
  const config = (folder: string, value: object, name = 'factory.config.json') => {
    const deviceInstanceInfo = { vendorId: '0xFFF1', productId: '0x8000' };
    write(`${folder}/${name}`, JSON.stringify({ deviceInstanceInfo, ...value }));
    return `${folder}/${name}`;
  };
  const passcode = (value: unknown) => ({ commissioning: { passcode: value } });
  const description = (projects: Awaited<ReturnType<typeof nodesOf>>, root: string, name?: string) =>
    targetOf(projects[root], name)?.metadata?.description;

  it('with the same inline passcode are warned of, without the value', async () => {
    const files = [
      config('apps/a', passcode(34567890)),
      config('apps/b', passcode('34567890')),
      config('apps/c', passcode(34567891)),
    ];
    const projects = await nodesOf(files);
    expect(warnings).toEqual([
      'nx-esp32-factory: apps/a and apps/b have the same inline passcode (commissioning.passcode): give each app its own, or nobody can tell their devices apart',
    ]);
    expect(description(projects, 'apps/a')).toMatch(/\. Warning: same inline passcode as apps\/b$/);
    expect(description(projects, 'apps/c')).not.toContain('Warning');
    expect(JSON.stringify(projects)).not.toContain('34567890');
    expect(warnings.join()).not.toContain('34567890');
  });

  it('with the same DAC key file are warned of, however it is written, and in what they extend', async () => {
    config('shared', dacKey('keys/dac-key.pem'), 'base.json');
    const files = [
      config('apps/a', dacKey('../../shared/keys/dac-key.pem')),
      config('apps/b', { extends: '../../shared/base.json' }),
      config('apps/c', dacKey('keys/dac-key.pem')),
    ];
    const projects = await nodesOf(files);
    expect(warnings).toEqual([expect.stringContaining('apps/a and apps/b have the same DAC key file')]);
    expect(description(projects, 'apps/b')).toMatch(/same DAC key file as apps\/a$/);
  });

  it('are as many as there are', async () => {
    await nodesOf(['a', 'b', 'c', 'd', 'e'].map((name) => config(`apps/${name}`, passcode(1))));
    expect(warnings).toEqual([expect.stringContaining('apps/a, apps/b, apps/c and 2 more have')]);
  });

  it('are not the variants of one', async () => {
    const files = [
      config('apps/a', { ...passcode(34567890), ...dacKey('key.pem') }),
      config('apps/a', { extends: 'factory.config.json' }, 'factory.blue.config.json'),
      config('apps/b', passcode({ env: 'PASSCODE' })),
      config('apps/c', passcode({ env: 'PASSCODE' })),
    ];
    const projects = await nodesOf(files);
    expect(warnings).toEqual([]);
    expect(description(projects, 'apps/a', 'factory-image:blue')).not.toContain('Warning');
  });
});
