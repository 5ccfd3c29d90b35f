/** The whole way: config, image, table, the real esptool, an emulated chip. */
import { type ChipName, type Emulator, start } from '../../../../tools/esp-emulator';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { peerEsptool } from '../flash/peer-esptool';
import { LightApp } from '../light-app';

jest.setTimeout(120_000);

let app: LightApp;
let emulator: Emulator | undefined;
let printed: string;
const home = process.cwd();

beforeEach(() => {
  app = new LightApp();
  process.chdir(app.folder);
  printed = '';
  const print = (text: unknown) => {
    printed += `${text}
`;
  };
  jest.spyOn(console, 'log').mockImplementation(print);
  jest.spyOn(console, 'error').mockImplementation(print);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await emulator?.stop();
  process.chdir(home);
  app.remove();
});

const context = () => app.context();

function target(chip: ChipName): void {
  app.write('factory.config.json', app.read('factory.config.json').toString().replace('esp32c3', chip));
  app.write('sdkconfig.defaults', app.read('sdkconfig.defaults').toString().replace('esp32c3', chip));
}

describe.each([
  ['esp32', 4],
  ['esp32', 5],
  ['esp32c6', 4],
  ['esp32c6', 5],
] as const)('an %s with esptool %i', (chip, major) => {
  const esptool = () => peerEsptool(major).command[0];

  it('gets the image at the address of its table, read back and equal', async () => {
    target(chip);
    emulator = await start({ chip });
    expect(await factoryImage({}, context())).toEqual({ success: true });
    const options = { port: emulator.url, esptool: esptool(), verify: true };
    const result = await factoryFlash(options, context());
    expect([result, result.success ? '' : printed]).toEqual([{ success: true }, '']);
    const image = app.read('factory-output/root/default/partition.bin');
    expect(emulator.flash.subarray(0x3e0000, 0x3e6000).equals(image)).toBe(true);
    expect(emulator.flash.subarray(0, 0x3e0000).every((byte) => byte === 0xff)).toBe(true);
    expect(printed).toContain('read back and equal: fctry');
  });
});

it('refuses a chip that is not the one of the app, before anything is written', async () => {
  target('esp32c6');
  emulator = await start({ chip: 'esp32' });
  await factoryImage({}, context());
  expect(await factoryFlash({ port: emulator.url, esptool: peerEsptool(5).command[0] }, context())).toEqual({
    success: false,
  });
  expect(printed).toContain('flash.chip-mismatch');
  expect(emulator.writes).toEqual([]);
});

it('reports that the link was lost, and succeeds the next time', async () => {
  target('esp32');
  emulator = await start({ chip: 'esp32', faults: { cutAfterWritten: 4096 } });
  await factoryImage({}, context());
  const esptool = peerEsptool(5).command[0];
  const cut = await factoryFlash({ port: emulator.url, esptool }, context());
  await emulator.stop();
  emulator = await start({ chip: 'esp32' });
  expect(await factoryFlash({ port: emulator.url, esptool }, context())).toEqual({ success: true });
  expect(cut).toEqual({ success: false });
  expect(printed).toContain('flash.');
});
