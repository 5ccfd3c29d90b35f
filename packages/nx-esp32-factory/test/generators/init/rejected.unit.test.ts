import { findApp } from '../../../src/generators/init/find-app';
import { Draft } from '../../../src/init/draft';
import type { InitOptions } from '../../../src/init/options';
import schema from '../../../src/init/schema.json';
import { APP, contents, DEFAULTS, type Files, init, LIGHT, TABLE, workspace } from './fixtures';

interface Rejected {
  readonly code: string;
  readonly what: string;
  readonly options?: InitOptions;
  readonly apps?: Readonly<Record<string, Files>>;
  /** A text that the message must contain. */
  readonly text?: string;
}

const light = (files: Files) => ({ 'apps/light': { ...LIGHT, ...files } });
const table = (rows: string) => light({ 'partitions.csv': `${TABLE}${rows}\n` });
const CONFIG = '{"deviceInstanceInfo": {"vendorId": "0xFFF1", "productId": "0x8000"}, "commissioning": {}}';

const REJECTED: readonly Rejected[] = [
  {
    code: 'init.project-unknown',
    what: 'an unknown name',
    options: { project: 'lihgt' },
    text: 'did you mean light?',
  },
  {
    code: 'init.project-unknown',
    what: 'a missing app',
    options: { project: 'xyzzy' },
    text: 'apps/light',
  },
  { code: 'init.project-unknown', what: 'an empty workspace', apps: {}, text: 'CMakeLists.txt' },
  {
    code: 'init.project-ambiguous',
    what: 'a folder name of two apps',
    apps: { 'a/light': APP, 'b/light': APP },
    text: 'a/light, b/light',
  },
  {
    code: 'init.project-name-taken',
    what: 'a folder with the name of another project',
    options: { project: 'apps/light' },
    apps: { 'apps/light': APP, 'libs/x': { 'project.json': '{"name": "light"}' } },
    text: 'libs/x',
  },
  {
    code: 'init.not-esp-idf',
    what: 'a project of another kind',
    options: { project: 'web' },
    apps: {
      'apps/web': { 'project.json': '{"name": "web"}', 'CMakeLists.txt': 'project(web)\n' },
      'apps/light': APP,
    },
    text: 'did you mean apps/light?',
  },
  {
    code: 'init.config-exists',
    what: '--fix with options for a new config',
    options: { project: 'light', fix: true, vendorId: '0xFFF2' },
    apps: light({ 'factory.config.json': CONFIG }),
    text: '--vendorId',
  },
  {
    code: 'config.syntax',
    what: '--fix of a broken config',
    options: { project: 'light', fix: true },
    apps: light({ 'factory.config.json': '{' }),
  },

  {
    code: 'init.chip-differs',
    what: 'another chip in sdkconfig.defaults',
    options: { project: 'light', chip: 'esp32h2' },
    text: 'sdkconfig.defaults:2',
  },
  {
    code: 'init.chip-differs',
    what: 'another chip in the sdkconfig of a build',
    options: { project: 'light', chip: 'esp32h2' },
    apps: { light: { ...APP, sdkconfig: 'CONFIG_IDF_TARGET="esp32c6"\n' } },
    text: 'sdkconfig:1',
  },
  {
    code: 'firmware.sdkconfig-other-chip',
    what: 'an sdkconfig of another chip than the config',
    options: { project: 'light', fix: true },
    apps: light({
      sdkconfig: 'CONFIG_IDF_TARGET="esp32c6"\n',
      'factory.config.json': CONFIG.replace('{', '{"chip": "esp32c3", '),
    }),
  },
  { code: 'chips.unknown', what: 'an unknown chip', options: { project: 'light', chip: 'esp32c33' } },
  {
    code: 'init.file-outside',
    what: 'a missing line outside the workspace',
    apps: {
      light: {
        ...LIGHT,
        'CMakeLists.txt': `set(SDKCONFIG_DEFAULTS "../../common/sdkconfig.defaults")\n${APP['CMakeLists.txt']}`,
      },
    },
  },

  {
    code: 'partition-table.overlap',
    what: 'overlapping partitions',
    apps: table('a, data, fat, 0x10000, 0x1000'),
    text: 'partitions.csv:5',
  },
  { code: 'partition-table.type-unknown', what: 'an unknown type', apps: table('a, dta, nvs, , 0x3000') },
  {
    code: 'partition-table.number-invalid',
    what: 'a malformed size',
    apps: table('a, data, nvs, , 24KB'),
  },
  {
    code: 'partition-table.past-flash',
    what: 'a partition past the end of the flash',
    apps: table('a, data, fat, , 4M'),
  },
  {
    code: 'partition-table.name-duplicate',
    what: 'a duplicate name',
    apps: table('nvs, data, fat, , 0x1000'),
  },
  { code: 'partition-table.text-invalid', what: 'a table that is not text', apps: table('\0') },
  {
    code: 'firmware.table-missing',
    what: 'a missing table',
    apps: { light: { ...APP, 'sdkconfig.defaults': DEFAULTS } },
  },
  {
    code: 'firmware.partition-type',
    what: 'a label of another partition type',
    apps: table('fctry, data, fat, , 0x6000'),
  },
  {
    code: 'partition-table.no-space',
    what: 'a full flash',
    apps: light({ 'partitions.csv': `${TABLE.replace('0x6000', '0x7000')}a, data, fat, , 0x210000\n` }),
  },
  {
    code: 'partition-table.no-space',
    what: 'a size that does not fit',
    options: { project: 'light', partitionSize: 0x400000 },
  },

  {
    code: 'partition-table.no-space',
    what: 'space for a read-only partition only, with a config for a writable one',
    options: { project: 'light', fix: true },
    apps: light({
      'partitions.csv': `${TABLE}a, data, fat, , 0x210000\n`,
      'factory.config.json': CONFIG.replace('{', '{"partition": {"label": "fctry"}, '),
    }),
  },

  {
    code: 'init.vendor-id-not-test',
    what: 'a real vendor id',
    options: { project: 'light', vendorId: '0x131B' },
    text: '0x131B',
  },
  {
    code: 'init.vendor-id-not-test',
    what: 'a real vendor id of the firmware',
    apps: light({ 'sdkconfig.defaults': `${DEFAULTS}CONFIG_DEVICE_VENDOR_ID=0x131B\n` }),
    text: 'CONFIG_DEVICE_VENDOR_ID',
  },
  {
    code: 'init.credentials-incomplete',
    what: 'a DAC alone',
    options: { project: 'light', dacCert: 'dac.pem' },
    text: '--dacKey and --paiCert and --certificationDeclaration are',
  },
  {
    code: 'init.credentials-incomplete',
    what: 'a trust store alone',
    options: { project: 'light', paaTrustStore: 'paa' },
  },
  {
    code: 'init.credentials-conflict',
    what: 'paths together with --credentials',
    options: { project: 'light', credentials: 'none', dacKey: 'k' },
    text: '--dacKey',
  },
  {
    code: 'init.credentials-partial',
    what: 'half a set in the folder',
    apps: light({ 'credentials/dac-key.pem': 'mine' }),
    text: 'pai.pem, cd.der',
  },

  {
    code: 'config.out-of-range',
    what: 'an invalid vendor id',
    options: { project: 'light', vendorId: '0xFFF9' },
    text: '--vendorId',
  },
  {
    code: 'config.not-an-integer',
    what: 'a product id that is not a number',
    options: { project: 'light', productId: 'x' },
    text: '--productId',
  },
  {
    code: 'config.text-too-long',
    what: 'a name that is too long',
    options: { project: 'light', productName: 'ü'.repeat(17) },
    text: '--productName',
  },
  {
    code: 'config.out-of-range',
    what: 'an invalid discriminator',
    options: { project: 'light', discriminator: 4096 },
    text: '--discriminator',
  },
  {
    code: 'config.text-too-long',
    what: 'a label that is too long',
    options: { project: 'light', partitionLabel: 'x'.repeat(17) },
    text: '--partitionLabel',
  },
  {
    code: 'config.out-of-range',
    what: 'a size that is not a multiple of sectors',
    options: { project: 'light', partitionSize: 1000 },
    text: '--partitionSize',
  },
];

describe('init rejects', () => {
  it.each(REJECTED)('$what ($code), and leaves the Tree unchanged', async (row) => {
    const { code, options = { project: 'light' }, apps = light({}), text } = row;
    const tree = workspace(apps);
    const before = contents(tree);
    const error = await init(tree, options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    const { message, stack } = error as Error;
    expect(message).toContain(`✖ ${code}: `);
    expect(message).toContain('= help: ');
    if (text !== undefined) expect(message).toContain(text);
    expect(stack).toBe('');
    expect(contents(tree)).toEqual(before);
  });

  it('credentials of another device in the folder', async () => {
    const tree = workspace(light({}));
    await init(tree, { project: 'light' });
    tree.delete('apps/light/factory.config.json');
    tree.write('apps/light/credentials/dac-key.pem', 'written after the Tree');
    const before = contents(tree);
    const again = init(tree, { project: 'light', productId: '0x8001' });
    await expect(again).rejects.toThrow(
      'init.credentials-other: the credentials in apps/light/credentials are for 0xFFF1/0x8000',
    );
    expect(contents(tree)).toEqual(before);
  });

  it('all errors of a table at once', async () => {
    const tree = workspace(table('a, dta, nvs, , 0x3000\nb, data, nvs, , x'));
    const error = await init(tree, { project: 'light' }).catch(String);
    expect(error).toContain('partition-table.type-unknown');
    expect(error).toContain('partition-table.number-invalid');
  });

  it('unexpected errors with their stack', async () => {
    const tree = workspace({});
    tree.write('package.json', '{');
    await expect(init(tree)).rejects.toMatchObject({ stack: expect.stringContaining(' at ') });
  });
});

describe('the schema of the options', () => {
  it('rejects unknown options, and has no option for a passcode or key', () => {
    expect(schema.additionalProperties).toBe(false);
    expect(
      Object.keys(schema.properties).filter((name) => /passcode|verifier|salt|password|secret/i.test(name)),
    ).toEqual([]);
    // Paths of keys are fine, keys are not.
    expect(schema.properties.dacKey.description).toContain('never the key itself');
  });

  it('has no prompts, which would appear without an app', () => {
    expect(JSON.stringify(schema)).not.toContain('x-prompt');
    expect(schema.properties.project.$default).toEqual({ $source: 'argv', index: 0 });
    expect(schema.properties.project['x-dropdown']).toBe('projects');
  });
});

it('findApp rejects a path outside the workspace', () => {
  const tree = workspace({ light: APP });
  expect(() => findApp(tree, new Draft(tree), '../elsewhere', tree.root)).toThrow('init.project-unknown');
});
