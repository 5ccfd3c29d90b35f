/** The way of a new user, on each installation: install, init, image, hit, change, miss, variant, flash. */
import { cpSync, rmSync } from 'node:fs';
import { decodeFactoryData, decodeNvs } from 'nvs-core';
import { chosenInstallations, INSTALLATIONS, type Installation, nameOf } from './installations';
import { whyMissing } from './template';
import { EXAMPLE, modeOf, Workspace } from './workspace';

const OUTPUTS = 'factory-output/apps/lamp/default';
const CONFIG = 'apps/lamp/factory.config.json';
const IMAGE = ['run', 'lamp:factory-image'] as const;

for (const installation of chosenInstallations()) {
  const why = whyMissing(installation);
  if (why === undefined) describe(nameOf(installation), () => tryOut(installation));
  else console.warn(`${nameOf(installation)} does not install here: ${why}`);
}

/** An app as ESP-Matter's examples are: its firmware knows nothing of factory data yet. */
function addBareApp(workspace: Workspace): void {
  for (const name of ['CMakeLists.txt', 'main'])
    cpSync(`${EXAMPLE}/${name}`, workspace.path('apps/lamp', name), { recursive: true });
  workspace.write(
    'apps/lamp/sdkconfig.defaults',
    'CONFIG_IDF_TARGET="esp32c3"\nCONFIG_ESPTOOLPY_FLASHSIZE_4MB=y\nCONFIG_PARTITION_TABLE_CUSTOM=y\n',
  );
  workspace.write(
    'apps/lamp/partitions.csv',
    '# Name, Type, SubType, Offset, Size\nnvs, data, nvs, , 0xC000\nota_0, app, ota_0, , 0x1E0000\n',
  );
}

function tryOut(installation: Installation): void {
  let workspace: Workspace;
  /** The command that init prints. */
  let next = '';
  beforeAll(async () => {
    workspace = new Workspace(installation);
    addBareApp(workspace);
    await workspace.commit();
  });
  afterAll(() => workspace.dispose());

  const decoded = () => {
    const { data } = decodeFactoryData(decodeNvs(workspace.read(`${OUTPUTS}/partition.bin`)).entries);
    return data;
  };
  const modes = () =>
    ['partition.bin', 'onboarding.json', 'onboarding.txt', 'qr-code.svg', 'qr-code.png', 'manifest.json'].map(
      (name) => modeOf(workspace.path(OUTPUTS, name)),
    );
  const MODES = ['600', '600', '600', '600', '600', '644'];

  const init = ['g', 'nx-esp32-factory:init', 'lamp', '--productName', 'Lamp', '--no-interactive'];

  it('has graph and targets without @nx/devkit, and is told how to install it for init', async () => {
    workspace.addExample('apps/light-app');
    const { output } = await workspace.nxOk(['run', 'light-app:factory-image']);
    expect(output).toContain('MT:');
    // npm and Yarn 1 put what @nx/js depends on where the plugin finds it.
    if (installation.js === true) return;
    const refused = await workspace.nx(init);
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain('init.devkit-missing');
    const [command = '', ...args] = /help: run "([^"]+)"/.exec(refused.output)?.[1]?.split(' ') ?? [];
    expect([command, args.at(-1)]).toEqual([installation.manager, `@nx/devkit@${installation.nx}`]);
    const added = await workspace.program(command, args);
    expect([added.status, added.output]).toEqual([0, expect.anything()]);
  });

  it('init sets the app up, and changes nothing the second time', async () => {
    const { output } = await workspace.nxOk(init);
    expect(output).toContain(`CREATE ${CONFIG}`);
    next = /^ +(.* nx run lamp:factory-image)$/m.exec(output)?.[1] ?? '';
    const again = await workspace.nxOk(init);
    expect(again.output).not.toMatch(/^(CREATE|UPDATE|DELETE) /m);
  });

  it('knows the target', async () => {
    const { stdout } = await workspace.nxOk(['show', 'project', 'lamp', '--json']);
    const project = JSON.parse(stdout);
    expect(project.name).toBe('lamp');
    expect(project.targets['factory-image']).toMatchObject({
      executor: 'nx-esp32-factory:factory-image',
      cache: true,
      outputs: expect.arrayContaining(['{options.outputPath}/partition.bin']),
      metadata: { technologies: ['esp32', 'matter'] },
    });
  });

  it('makes the image with the command that init printed', async () => {
    const [program = '', ...args] = next.split(' ');
    const { status, output } = await workspace.program(program, args);
    expect([status, output]).toEqual([0, expect.stringContaining('MT:')]);
    expect(modes()).toEqual(MODES);
    expect(decoded().deviceInstanceInfo?.productName).toBe('Lamp');
  });

  it('restores it from the cache with its modes', async () => {
    const before = workspace.read(`${OUTPUTS}/partition.bin`);
    rmSync(workspace.path('factory-output'), { recursive: true });
    const { isHit } = await workspace.nxOk(IMAGE);
    expect(isHit).toBe(true);
    expect(workspace.read(`${OUTPUTS}/partition.bin`).equals(before)).toBe(true);
    expect(modes()).toEqual(MODES);
  });

  it('has the command for those outside Nx', async () => {
    const args = ['image', CONFIG, '--output_dir', 'out'];
    const { status, output } = await workspace.bin('esp32-factory', args);
    expect([status, output]).toEqual([0, expect.stringContaining('factory_partition.bin')]);
    expect(modeOf(workspace.path('out/factory_partition.bin'))).toBe('600');
  });

  // The rest depends on the version of Nx alone.
  if (INSTALLATIONS.find(({ nx }) => nx === installation.nx) !== installation) return;

  it('makes it again after a change', async () => {
    workspace.edit<{ deviceInstanceInfo: { productName: string } }>(CONFIG, (config) => {
      config.deviceInstanceInfo.productName = 'Other lamp';
    });
    const { isHit } = await workspace.nxOk(IMAGE);
    expect(isHit).toBe(false);
    expect(decoded().deviceInstanceInfo?.productName).toBe('Other lamp');
  });

  it('takes options of the command line', async () => {
    const { isHit } = await workspace.nxOk([...IMAGE, '--discriminator', '5']);
    expect(isHit).toBe(false);
    expect(decoded().commissioning?.discriminator).toBe(5);
  });

  it('knows a variant by its own target', async () => {
    workspace.write(
      'apps/lamp/factory.red.config.json',
      JSON.stringify({
        extends: 'factory.config.json',
        deviceInstanceInfo: { productName: 'Red lamp' },
      }),
    );
    const image = 'factory-output/apps/lamp/red/partition.bin';
    const base = workspace.read(`${OUTPUTS}/partition.bin`);
    for (const isHit of [false, true]) {
      const run = await workspace.nxOk(
        isHit ? ['factory-image:red', 'lamp'] : ['run', 'lamp:factory-image:red'],
      );
      expect(run.isHit).toBe(isHit);
      // Nx 22 and newer warn of the first, which is why nothing of ours says it.
      if (isHit) expect(run.output).not.toContain('Ambiguous');
      expect(
        decodeFactoryData(decodeNvs(workspace.read(image)).entries).data.deviceInstanceInfo?.productName,
      ).toBe('Red lamp');
    }
    expect(workspace.read(`${OUTPUTS}/partition.bin`).equals(base)).toBe(true);
  });

  it('rejects the name of a variant, and production, as a configuration, although the image of the base is cached', async () => {
    const production = 'write apps/lamp/factory.production.config.json';
    for (const [help, ...args] of [
      [production, ...IMAGE, '-c', 'production'],
      [production, 'run', 'lamp:factory-flash', '--prod'],
      ['nx factory-image:red lamp', 'run-many', '-t', 'factory-image', '-p', 'lamp', '-c', 'red'],
    ]) {
      const { status, isHit, output } = await workspace.nx(args);
      expect([status === 0, isHit, output]).toEqual([false, false, expect.stringContaining(help ?? '')]);
      expect(output).toContain('factory.configuration');
    }
  });

  it('draws the graph', async () => {
    await workspace.nxOk(['graph', '--file=graph.json']);
    const { graph } = workspace.json<{ graph: { nodes: Record<string, { data: { root: string } }> } }>(
      'graph.json',
    );
    expect(graph.nodes.lamp?.data.root).toBe('apps/lamp');
  });

  it('says how it would be flashed', async () => {
    const { output } = await workspace.nxOk([
      'run',
      'lamp:factory-flash',
      '--dryRun',
      '--port',
      '/dev/ttyUSB0',
    ]);
    expect(output).toMatch(/write[_-]flash .*0x[0-9a-fA-F]+ .*partition\.bin/);
  });
}
