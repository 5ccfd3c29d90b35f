import { digestCommand } from '../../src/cache/digest-command';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { LightApp } from '../light-app';

let app: LightApp;
let printed: { out: string; err: string };
const home = process.cwd();

beforeEach(() => {
  app = new LightApp();
  process.chdir(app.folder);
  printed = { out: '', err: '' };
  jest.spyOn(console, 'log').mockImplementation((text) => {
    printed.out += `${text}\n`;
  });
  jest.spyOn(console, 'error').mockImplementation((text) => {
    printed.err += `${text}\n`;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(home);
  app.remove();
});

const context = (target: object = {}) => app.context(target);

describe('factory-flash', () => {
  it('prints the exact command on a dry run, at the address of the table, without board or esptool', async () => {
    await factoryImage({}, context());
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      expect(await factoryFlash({ dryRun: true, port: '/dev/ttyUSB7' }, context())).toEqual({
        success: true,
      });
    } finally {
      process.env.PATH = path;
    }
    expect(printed.out).toMatch(
      /--port \/dev\/ttyUSB7 .*write-flash .*0x3E0000 .*factory-output\/root\/default\/partition\.bin/i,
    );
    expect(printed.out).toContain('Dry run: nothing is written');
  });

  const refuse = async (code: string) => {
    expect(await factoryFlash({ dryRun: true }, context())).toEqual({ success: false });
    expect(printed.err).toContain(code);
    expect(printed.out).not.toContain('write');
  };

  it('refuses where nothing was made', () => refuse('factory.manifest-missing'));

  it('refuses an image that is not the one of the manifest', async () => {
    await factoryImage({}, context());
    app.write('factory-output/root/default/partition.bin', 'x');
    await refuse('factory.image-changed');
  });

  it('refuses a manifest of something else', async () => {
    await factoryImage({}, context());
    app.write('factory-output/root/default/manifest.json', '{"images": [{"file": "../../etc/passwd"}]}');
    await refuse('factory.manifest-invalid');
  });

  it('refuses an image smaller than its partition, whose rest would keep old pages', async () => {
    await factoryImage({}, context());
    app.write(
      'partitions.csv',
      app.read('partitions.csv').toString().replace('0x3E0000, 0x6000', '0x3E0000, 0x8000'),
    );
    await refuse('factory.image-not-of-table');
  });

  it('refuses a table that has lost the partition', async () => {
    await factoryImage({}, context());
    app.write('partitions.csv', app.read('partitions.csv').toString().replace('fctry, ', 'other, '));
    await refuse('flash.partition-missing');
  });

  it('refuses a config beside no app', async () => {
    await factoryImage({}, context());
    app.write('CMakeLists.txt', '');
    app.write('sdkconfig.defaults', '');
    await refuse('factory.no-partition-table');
  });

  it('refuses an image that was made where no partition table was, although now there is one', async () => {
    const files = ['CMakeLists.txt', 'sdkconfig.defaults'].map((name) => [name, app.read(name)] as const);
    for (const [name] of files) app.write(name, '');
    app.set('partition', { size: 0x6000, label: null });
    expect(await factoryImage({}, context())).toEqual({ success: true });
    for (const [name, text] of files) app.write(name, text);
    await refuse('factory.label-unknown');
  });
});

describe('factory-image', () => {
  it('fails with the findings of a bad config, and writes nothing', async () => {
    app.set('commissioning', { discriminator: 4096 });
    expect(await factoryImage({}, context())).toEqual({ success: false });
    expect(printed.err).toContain('config.out-of-range');
    expect(() => app.read('factory-output/root/default/partition.bin')).toThrow('ENOENT');
  });

  it('takes options in place of the config, and names them in errors', async () => {
    expect(await factoryImage({ discriminator: 5, serialNumber: 'SN' }, context())).toEqual({
      success: true,
    });
    expect(app.read('factory-output/root/default/manifest.json').toString()).toContain('"value": "SN"');
    expect(await factoryImage({ discriminator: 5000 }, context())).toEqual({ success: false });
    expect(printed.err).toContain('--discriminator');
  });

  it('refuses secrets as options', async () => {
    expect(await factoryImage({ passcode: 34567890 } as object, context())).toEqual({ success: false });
    expect(printed.err).toContain('config.secret-override');
    expect(printed.err).not.toContain('34567890');
  });

  it('refuses to be cached with what must not be', async () => {
    app.set('deviceInstanceInfo', { serialNumber: { random: true } });
    const inputs = [
      { runtime: digestCommand('factory.config.json', 'factory-output/root/default', app.folder) },
    ];
    expect(await factoryImage({}, context({ cache: true, inputs }))).toEqual({ success: false });
    expect(printed.err).toContain('factory.cached-generated');
    expect(() => app.read('factory-output/root/default/partition.bin')).toThrow('ENOENT');
    expect(await factoryImage({}, context({ cache: false }))).toEqual({ success: true });
    expect(printed.out).toContain('Not cached');
  });
});
