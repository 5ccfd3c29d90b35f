/** The whole way: config with the scheme "hmac", image, the real esptool with an emulated chip, imagined eFuses. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Emulator, start } from '../../../../tools/esp-emulator';
import { readSummary } from '../../src/efuse';
import factoryFlash from '../../src/executors/factory-flash/executor';
import factoryImage from '../../src/executors/factory-image/executor';
import { peerEsptool } from '../flash/peer-esptool';
import { SecureApp } from '../secure-app';

jest.setTimeout(120_000);

// The MAC address of imagined eFuses.
const MAC = '00:00:00:00:00:00';
let app: SecureApp;
let emulator: Emulator;
let printed: string;
const home = process.cwd();

beforeEach(async () => {
  app = new SecureApp();
  process.chdir(app.folder);
  printed = '';
  const print = (text?: unknown) => {
    printed += `${text}\n`;
  };
  jest.spyOn(console, 'log').mockImplementation(print);
  jest.spyOn(console, 'error').mockImplementation(print);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  emulator = await start({ chip: 'esp32c6', mac: MAC });
  app.forChip('esp32c6');
  app.deriveKeys(2);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await emulator.stop();
  process.chdir(home);
  app.remove();
});

const context = () => app.context();

/** Programs that note their arguments: esptool as it is, and its espefuse on imagined eFuses. */
function tools(major: 4 | 5): string {
  const esptool = peerEsptool(major).command[0];
  const folder = app.path('tools');
  mkdirSync(folder, { recursive: true });
  const suffix = major === 4 ? '.py' : '';
  const script = (name: string, arguments_: string) => {
    const path = join(folder, name + suffix);
    const note = `printf '%s\\n' "${name} $*" >> '${app.path('calls')}'`;
    writeFileSync(
      path,
      `#!/bin/bash\n${note}\nexec '${join(dirname(esptool), name + suffix)}' ${arguments_}\n`,
    );
    chmodSync(path, 0o755);
    return path;
  };
  const virtual = `--virt --path-efuse-file ${app.path('efuses.bin')}`;
  script('espefuse', `$(echo "$@" | sed -E "s#--port [^ ]+#${virtual}#")`);
  return script('esptool', '"$@"');
}

const summary = () =>
  readSummary({
    espefuse: { command: [join(dirname(peerEsptool(5).command[0]), 'espefuse')], major: 5 },
    chip: 'esp32c6',
    target: { virtual: app.path('efuses.bin') },
  });

describe.each([4, 5] as const)('with esptool %i', (major) => {
  it('burns the key first and only into the confirmed device, then writes the image', async () => {
    const esptool = tools(major);
    expect(await factoryImage({}, context())).toEqual({ success: true });
    const options = { port: emulator.url, esptool };

    expect(await factoryFlash({ ...options, burnEfuse: true }, context())).toEqual({ success: false });
    expect(printed).toContain('efuse.confirm-missing');
    const other = '60:55:f9:f7:2c:a2';
    expect(await factoryFlash({ ...options, burnEfuse: true, confirm: other }, context())).toEqual({
      success: false,
    });
    expect(printed).toContain('flash.mac-mismatch');
    expect(emulator.writes).toEqual([]);
    expect(readFileSync(app.path('calls'), 'utf8')).not.toContain('espefuse');

    printed = '';
    const done = await factoryFlash({ ...options, burnEfuse: true, confirm: MAC }, context());
    expect([done, done.success ? '' : printed]).toEqual([{ success: true }, '']);
    const image = app.read('factory-output/root/default/partition.bin');
    expect(emulator.flash.subarray(0x3e0000, 0x3e6000).equals(image)).toBe(true);
    const { blocks } = await summary();
    expect(blocks[2]).toMatchObject({ purpose: 'HMAC_UP', isReadable: false });
    const calls = readFileSync(app.path('calls'), 'utf8');
    expect(calls.indexOf('burn')).toBeLessThan(calls.search(/write.flash/));
    expect(calls).not.toContain(app.read('factory-output/root/default/hmac_key.bin').toString('hex'));

    expect(await factoryFlash({ ...options, burnEfuse: true, confirm: MAC }, context())).toEqual({
      success: false,
    });
    expect(printed).toContain('efuse.block-not-empty');
  });
});

it('burns nothing unless asked to, and reports what is missing', async () => {
  const options = { port: emulator.url, esptool: tools(5) };
  await factoryImage({}, context());
  expect(await factoryFlash(options, context())).toEqual({ success: true });
  expect(printed).toContain('needs keys in eFuses');
  expect(readFileSync(app.path('calls'), 'utf8')).not.toContain('espefuse');
});
