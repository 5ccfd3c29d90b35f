/** The way of a new user, on each major version of Nx: install, init, image, hit, change, miss, flash. */
import { cpSync, rmSync } from 'node:fs';
import { decodeFactoryData, decodeNvs } from 'nvs-core';
import { whyMissing } from './template';
import { NX_VERSIONS } from './versions';
import { EXAMPLE, modeOf, Workspace } from './workspace';

const OUTPUTS = 'factory-output/apps/lamp/default';
const CONFIG = 'apps/lamp/factory.config.json';
const IMAGE = ['run', 'lamp:factory-image'] as const;

const { E2E_NX } = process.env;
const versions = NX_VERSIONS.map(({ version }) => version).filter(
  (version) => E2E_NX === undefined || version === E2E_NX,
);
for (const version of versions) {
  const why = whyMissing(version);
  if (why === undefined) describe(`Nx ${version}`, () => tryOut(version));
  else console.warn(`Nx ${version} does not install here: ${why}`);
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

function tryOut(version: string): void {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = new Workspace(version);
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

  it('init sets the app up, and changes nothing the second time', async () => {
    const init = ['g', 'nx-esp32-factory:init', 'lamp', '--productName', 'Lamp', '--no-interactive'];
    const { output } = await workspace.nxOk(init);
    expect(output).toContain(`CREATE ${CONFIG}`);
    expect(output).toContain('npx nx run lamp:factory-image');
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

  it('makes the image', async () => {
    const { isHit, output } = await workspace.nxOk(IMAGE);
    expect(isHit).toBe(false);
    expect(output).toContain('MT:');
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
      'apps/lamp/factory.blue.config.json',
      JSON.stringify({
        extends: 'factory.config.json',
        deviceInstanceInfo: { productName: 'Blue lamp' },
      }),
    );
    const image = 'factory-output/apps/lamp/blue/partition.bin';
    const base = workspace.read(`${OUTPUTS}/partition.bin`);
    for (const isHit of [false, true]) {
      const run = await workspace.nxOk(['run', 'lamp:factory-image:blue']);
      expect(run.isHit).toBe(isHit);
      expect(
        decodeFactoryData(decodeNvs(workspace.read(image)).entries).data.deviceInstanceInfo?.productName,
      ).toBe('Blue lamp');
    }
    expect(workspace.read(`${OUTPUTS}/partition.bin`).equals(base)).toBe(true);
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

  it('has the command for those outside Nx', async () => {
    const args = ['image', CONFIG, '--output_dir', 'out'];
    const { status, output } = await workspace.bin('esp32-factory', args);
    expect([status, output]).toEqual([0, expect.stringContaining('factory_partition.bin')]);
    expect(modeOf(workspace.path('out/factory_partition.bin'))).toBe('600');
  });
}
