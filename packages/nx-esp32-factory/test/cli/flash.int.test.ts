/** "esp32-factory flash": what it prints, and its exit status, with a simulated board. */
import { run } from '../../src/cli/main';
import { FakeBoard, MAC } from '../board/fake-board';
import { writeBuild } from '../board/fake-build';
import { FakeTerminal } from '../light-app';
import { SecureApp } from '../secure-app';

// Each test starts some programs.
jest.setTimeout(30_000);

const CONFIG = 'factory.config.json';
const PORT = '/dev/ttyFAKE-cli-flash';
let app: SecureApp;
let board: FakeBoard;
const home = process.cwd();
const { ESPPORT } = process.env;

beforeEach(async () => {
  delete process.env.ESPPORT;
  app = new SecureApp();
  process.chdir(app.folder);
  board = new FakeBoard(app.folder);
});
afterEach(() => {
  if (ESPPORT !== undefined) process.env.ESPPORT = ESPPORT;
  process.chdir(home);
  app.remove();
});

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(argv, terminal);
  const codes = [...terminal.stderr.matchAll(/^✖ ([a-z.-]+):/gm)].map(([, code]) => code);
  return { status, codes, out: terminal.stdout, err: terminal.stderr };
}

const image = async () => expect((await command('image', CONFIG, '--output_dir', 'out')).status).toBe(0);
const flash = (...argv: string[]) =>
  command('flash', CONFIG, '--output_dir', 'out', '--port', PORT, '--esptool', board.esptool, ...argv);

it('writes the image of "image" to its address, and says to which device', async () => {
  await image();
  const { status, out, err } = await flash('--verify', '--baud', '460800');
  expect([status, err.includes('✖')]).toEqual([0, false]);
  expect(out).toContain('0x3E0000  fctry  out/factory_partition.bin (0x6000 bytes, plain)');
  expect(out).toContain(`✔ Written to esp32c3 ${MAC}\n  read back and equal: fctry\n`);
  // The output of esptool, line by line.
  expect(err).toContain('Detecting chip type... ESP32-C3\n');
  expect(out).not.toContain('Detecting');
  expect(board.calls.find((args) => args.includes('write-flash'))).toEqual(
    expect.arrayContaining(['--baud', '460800', '0x3e0000', app.path('out/factory_partition.bin')]),
  );
});

it('takes the folder of an app, and the port of the environment', async () => {
  await image();
  process.env.ESPPORT = PORT;
  const { status } = await command('flash', '.', '--output-dir', 'out', '--esptool', board.esptool);
  expect(status).toBe(0);
  expect(board.calls.every((args) => args[args.indexOf('--port') + 1] === PORT)).toBe(true);
});

it('writes the firmware, too, in one call', async () => {
  writeBuild(app, { folder: 'made/here' });
  await image();
  expect((await flash('--with-firmware', '--build-folder', 'made/here')).status).toBe(0);
  const writes = board.calls.filter((args) => args.includes('write-flash'));
  expect(writes).toHaveLength(1);
  expect(writes[0]).toContain(app.path('made/here/light.bin'));
});

it('burns the key, only into the confirmed device', async () => {
  app.deriveKeys(4);
  await image();
  expect(await flash('--burn-efuse', '--confirm', '60:55:f9:f7:2c:a3')).toMatchObject({
    status: 1,
    codes: ['flash.mac-mismatch'],
  });
  expect(board.burned).toEqual({});
  const { status, out } = await flash('--burnEfuse', '--confirm', MAC, '--after', 'no_reset');
  expect(status).toBe(0);
  expect(out).toContain(`✔ Burned HMAC_UP to BLOCK_KEY4 of ${MAC}`);
  expect(board.burned).toEqual({ BLOCK_KEY4: 'HMAC_UP' });
});

it('prints a report as JSON, and nothing else to standard output', async () => {
  app.deriveKeys(4);
  await image();
  const { status, out } = await flash('--burn-efuse', '--confirm', MAC, '--verify', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    dryRun: false,
    parts: [{ label: 'fctry', address: 0x3e0000, length: 0x6000, encryption: 'none' }],
    burned: [{ block: 4, purpose: 'HMAC_UP' }],
    device: { chip: 'esp32c3', mac: MAC },
    verified: ['fctry'],
    notComparable: [],
  });
  board.set({ chip: 'ESP32-H2' });
  const failed = await flash('--json');
  expect([failed.status, failed.out]).toEqual([1, '']);
  expect(failed.err).toContain('"code": "flash.chip-mismatch"');
});

it('prints the commands on a dry run, and starts no program', async () => {
  app.deriveKeys(4);
  await image();
  const { status, out } = await flash('--burn-efuse', '--dry-run');
  expect(status).toBe(0);
  expect(out).toMatch(/espefuse .*burn-key BLOCK_KEY4 hmac_key\.bin HMAC_UP\n .*esptool .*write-flash/);
  expect(JSON.parse((await flash('--dry-run', '--json')).out)).toMatchObject({ dryRun: true, burned: [] });
  expect(board.calls).toEqual([]);
});

it.each<[string, number, string, string[]]>([
  ['no config', 2, 'cli.positional-missing', ['flash']],
  ['an output folder in place of a config', 2, 'cli.required', ['flash', 'out']],
  ['a folder without a config', 1, 'files.missing', ['flash', 'credentials', '--output_dir', 'out']],
  ['a config that is gone', 1, 'files.missing', ['flash', 'gone.json', '--output_dir', 'out']],
  ['an output folder without an image', 1, 'factory.manifest-missing', ['flash', CONFIG]],
  ['burning without a device', 2, 'cli.required', ['flash', CONFIG, '--output_dir', 'out', '--burn-efuse']],
  ['a device without burning', 2, 'cli.required', ['flash', CONFIG, '--confirm', MAC]],
  ['a build without the firmware', 2, 'cli.required', ['flash', CONFIG, '--build-folder', 'build']],
  ['a reset that is none', 2, 'cli.value-not-allowed', ['flash', CONFIG, '--after', 'hard']],
  ['a baud rate that is none', 2, 'cli.number-invalid', ['flash', CONFIG, '--baud', 'fast']],
  [
    'firmware without a build',
    1,
    'board.build-missing',
    ['flash', CONFIG, '--output_dir', 'out', '--with-firmware'],
  ],
])('rejects %s with status %i: %s', async (_, status, code, argv) => {
  await image();
  const found = await command(...argv);
  expect(found).toMatchObject({ status, codes: [code] });
  expect(board.calls).toEqual([]);
});
