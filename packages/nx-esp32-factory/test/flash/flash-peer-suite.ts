import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ChipName, type Emulator, type EmulatorOptions, start } from '../../../../tools/esp-emulator';
import { probeDevice, readFlashEncryption } from '../../src/flash/device';
import type { Esptool } from '../../src/flash/esptool';
import { dryRunFlash, type FlashOptions, type FlashReport, flashDevice } from '../../src/flash/flash-device';
import type { FlashPart, PartEncryption } from '../../src/flash/part';
import { readPartition, verifyParts } from '../../src/flash/read-back';
import { peerEsptool } from './peer-esptool';
import { rejection } from './rejects';

const MIB = 1024 * 1024;
const CHIPS: readonly ChipName[] = ['esp32', 'esp32c6'];
let folder: string;
let emulator: Emulator | undefined;

/** Bytes that compress poorly, the same in every run. */
function contents(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

function part(label: string, address: number, bytes: Buffer, encryption: PartEncryption = 'none'): FlashPart {
  const file = join(folder, `${label} image.bin`);
  writeFileSync(file, bytes, { mode: 0o600 });
  return { label, address, file, length: bytes.length, encryption };
}

const nvs = () => part('fctry', 0x10000, contents(0x6000, 1));
const cert = (encryption: PartEncryption = 'none') =>
  part('esp_secure_cert', 0xd000, contents(0x2000, 2), encryption);
const keys = (encryption: PartEncryption) => part('nvs_keys', 0x9000, contents(0x1000, 3), encryption);

async function emulate(options: EmulatorOptions): Promise<Emulator> {
  emulator = await start(options);
  return emulator;
}

/** Flashes the emulated chips with the real esptool of a major version: every outcome that a user can see. */
export function describeFlashing(major: 4 | 5): void {
  jest.setTimeout(60_000);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'flash-peer-'));
  });
  afterEach(async () => {
    await emulator?.stop();
    emulator = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  let esptool: Esptool;
  beforeAll(() => {
    esptool = peerEsptool(major);
  });

  const flash = (
    device: Emulator,
    chip: ChipName,
    options: Partial<FlashOptions> = {},
  ): Promise<FlashReport> =>
    flashDevice({
      esptool,
      port: device.url,
      parts: [nvs(), cert()],
      expected: { chip, flashSize: 4 * MIB },
      lock: { directory: folder },
      ...options,
    });

  describe.each(CHIPS)('%s', (chip) => {
    test('the bytes are written to the right addresses, and nothing else changes', async () => {
      const device = await emulate({ chip });
      const expected = Buffer.alloc(4 * MIB, 0xff);
      contents(0x6000, 1).copy(expected, 0x10000);
      contents(0x2000, 2).copy(expected, 0xd000);
      const output: string[] = [];
      const notices: string[] = [];
      const report = await flash(device, chip, {
        verify: true,
        onOutput: (text) => output.push(text),
        onNotice: (line) => notices.push(line),
      });
      expect(device.flash.equals(expected)).toBe(true);
      expect(device.writes).toEqual([
        { offset: 0xd000, length: 0x2000, encrypted: false },
        { offset: 0x10000, length: 0x6000, encrypted: false },
      ]);
      expect(report).toMatchObject({
        device: { chip, mac: '60:55:f9:f7:2c:a2', flashSize: 4 * MIB, secureDownload: false },
        forced: false,
        verified: ['fctry', 'esp_secure_cert'],
        notComparable: [],
        findings: [],
      });
      expect(output.join('')).toMatch(/Writing at 0x0001/);
      expect(notices).toEqual([expect.stringContaining(`--chip ${chip} --port ${device.url}`)]);
      expect(notices[0]).toContain(`'${join(folder, 'fctry image.bin')}'`);
    });

    test('keys are written with --encrypt-files, and the NVS image plain, in one call', async () => {
      const device = await emulate({ chip, security: { flashEncryption: 'development' } });
      const report = await flash(device, chip, {
        parts: [nvs(), keys('device'), cert('device')],
        verify: true,
      });
      expect(device.writes).toEqual([
        { offset: 0x9000, length: expect.any(Number), encrypted: true },
        { offset: 0xd000, length: 0x2000, encrypted: true },
        { offset: 0x10000, length: 0x6000, encrypted: false },
      ]);
      expect(device.flash.subarray(0x9000, 0xa000).equals(contents(0x1000, 3))).toBe(true);
      expect(report.command).not.toContain('--encrypt');
      expect(report).toMatchObject({ verified: ['fctry'], notComparable: ['nvs_keys', 'esp_secure_cert'] });
    });

    test('encrypted images are rejected for a device without flash encryption', async () => {
      const device = await emulate({ chip });
      const error = await rejection(flash(device, chip, { parts: [nvs(), keys('device')] }));
      expect(error.code).toBe('flash.device-not-encrypting');
      expect(error.params).toEqual({ labels: ['nvs_keys'] });
      const host = await rejection(flash(device, chip, { parts: [nvs(), keys('host')] }));
      expect(host.code).toBe('flash.device-not-encrypting');
      expect(device.writes).toEqual([]);
    });

    test('images for firmware without flash encryption are rejected for a device with it', async () => {
      const device = await emulate({ chip, security: { flashEncryption: 'development' } });
      const plain = { ...keys('none'), needsEncryptionOff: true } as const;
      const error = await rejection(flash(device, chip, { parts: [nvs(), plain] }));
      expect(error.code).toBe('flash.device-encrypting');
      expect(error.params).toEqual({ labels: ['nvs_keys'] });
      expect(device.writes).toEqual([]);
    });

    test('release mode: host-encrypted images are forced after our checks, with a notice', async () => {
      const device = await emulate({ chip, security: { flashEncryption: 'release' } });
      const notices: string[] = [];
      const report = await flash(device, chip, {
        parts: [nvs(), keys('host')],
        verify: true,
        onNotice: (line) => notices.push(line),
      });
      expect(report.forced).toBe(true);
      expect(report.verified).toEqual(['fctry', 'nvs_keys']);
      expect(notices.join('\n')).toMatch(/release mode: --force is passed, because/);
      expect(notices.filter((line) => line.includes('--force '))).toHaveLength(2);
      expect(device.flash.subarray(0x9000, 0xa000).equals(contents(0x1000, 3))).toBe(true);
      expect(device.writes.every((write) => !write.encrypted)).toBe(true);
    });

    test('release mode: images that the device would have to encrypt are rejected', async () => {
      const device = await emulate({ chip, security: { flashEncryption: 'release' } });
      const error = await rejection(flash(device, chip, { parts: [nvs(), keys('device')] }));
      expect(error.code).toBe('flash.device-release-mode');
      expect(device.writes).toEqual([]);
    });

    test('release mode: nothing is forced into the bootloader', async () => {
      const device = await emulate({ chip, security: { flashEncryption: 'release' } });
      const low = part('low', 0x1000, contents(0x1000, 4));
      expect((await rejection(flash(device, chip, { parts: [nvs(), low] }))).code).toBe(
        'flash.device-protected',
      );
      expect(device.writes).toEqual([]);
    });

    test('a chip other than that of the configuration is rejected before writing', async () => {
      const device = await emulate({ chip });
      const wrong = CHIPS.find((name) => name !== chip) ?? 'esp32';
      const error = await rejection(flash(device, wrong));
      expect(error.code).toBe('flash.chip-mismatch');
      expect(error.params).toMatchObject({ expected: wrong, found: chip });
      expect(device.writes).toEqual([]);
    });

    test.each([
      ['flash.size-mismatch', 2 * MIB, { flashSize: 4 * MIB }],
      ['flash.mac-mismatch', 4 * MIB, { mac: '60:55:f9:f7:2c:a3' }],
    ])('%s', async (code, flashSize, expected) => {
      const device = await emulate({ chip, flashSize });
      const error = await rejection(flash(device, chip, { expected: { chip, ...expected } }));
      expect(error.code).toBe(code);
      expect(device.writes).toEqual([]);
    });

    test('an encrypted image past the end of the flash is rejected, although esptool does not check', async () => {
      const device = await emulate({ chip, flashSize: MIB, security: { flashEncryption: 'development' } });
      const beyond = part('nvs_keys', MIB - 0x1000, contents(0x2000, 5), 'device');
      const error = await rejection(flash(device, chip, { parts: [nvs(), beyond], expected: { chip } }));
      expect(error.code).toBe('flash.beyond-flash');
      expect(device.writes).toEqual([]);
    });

    test('a larger flash than the firmware uses is only a warning', async () => {
      const device = await emulate({ chip, flashSize: 8 * MIB });
      const { findings } = await flash(device, chip, { parts: [nvs()] });
      expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
        ['flash.size-larger', 'warning'],
      ]);
    });

    test('a byte that flash does not retain is found', async () => {
      const device = await emulate({ chip, faults: { corruptAt: [0x10010] } });
      const error = await rejection(flash(device, chip));
      expect(error.code).toBe('flash.verify-failed');
      expect(error.params).toMatchObject({ written: ['esp_secure_cert'] });
    });

    // In the middle of the second image.
    const cutAfterWritten = 0x2000 + 0x3000;

    test('a connection lost while writing is reported, with the parts written before', async () => {
      const device = await emulate({ chip, faults: { cutAfterWritten } });
      const error = await rejection(flash(device, chip));
      expect(error.code).toBe('flash.connection-lost');
      expect(error.params).toMatchObject({ port: device.url, written: ['esp_secure_cert'] });
    });

    test('a connection lost before writing is reported', async () => {
      const device = await emulate({ chip, faults: { cutAfterBytes: 600 } });
      const error = await rejection(flash(device, chip));
      expect(error.code).toBe('flash.connection-lost');
      expect(error.params).toMatchObject({ written: [] });
    });

    test('a connection that comes back is not a failure: esptool writes again', async () => {
      const device = await emulate({ chip, faults: { cutAfterWritten, afterCut: 'back' } });
      await flash(device, chip, { verify: true });
      expect(device.flash.subarray(0x10000, 0x16000).equals(contents(0x6000, 1))).toBe(true);
    });

    test('a slow device is not a failure', async () => {
      const device = await emulate({ chip, faults: { replyDelay: 20 } });
      await flash(device, chip, { parts: [nvs()] });
      expect(device.flash.subarray(0x10000, 0x16000).equals(contents(0x6000, 1))).toBe(true);
    });

    test('a silent chip is not in download mode', async () => {
      const device = await emulate({ chip, faults: { silent: true } });
      const error = await rejection(flash(device, chip, { connectAttempts: 1 }));
      expect(error.code).toBe('flash.connect-failed');
      expect(error.params).toMatchObject({ reason: expect.stringContaining('No serial data received') });
    });

    test('a change after writing is found by reading back', async () => {
      const device = await emulate({ chip });
      await flash(device, chip);
      device.flash[0x10123] = 0;
      const error = await rejection(verifyParts({ esptool, port: device.url, parts: [nvs(), cert()] }));
      expect(error.findings.map(({ code, params }) => [code, params])).toEqual([
        ['flash.contents-differ', { label: 'fctry', address: 0x10123, bytes: 1 }],
      ]);
    });

    test('a partition is read back, with the given baud rate and modes', async () => {
      const device = await emulate({ chip });
      contents(0x3000, 9).copy(device.flash, 0x9000);
      const options = {
        esptool,
        port: device.url,
        baud: 921600,
        before: 'no-reset',
        after: 'no-reset',
        chip,
      };
      const bytes = await readPartition({ ...options, offset: 0x9000, length: 0x3000 });
      expect(bytes.equals(contents(0x3000, 9))).toBe(true);
      const slowly = await readPartition({ ...options, offset: 0x9000, length: 0x400, noStub: true });
      expect(slowly.equals(contents(0x3000, 9).subarray(0, 0x400))).toBe(true);
    });

    test.each(['off', 'development', 'release'] as const)(
      'flash encryption %s is read',
      async (flashEncryption) => {
        const device = await emulate({ chip, security: { flashEncryption } });
        const options = { esptool, port: device.url };
        const probed = await probeDevice(options);
        expect(await readFlashEncryption(options, probed)).toBe(flashEncryption !== 'off');
      },
    );
  });

  test('esp32c6 in secure download mode: what can be checked is checked, the rest is reported', async () => {
    const device = await emulate({
      chip: 'esp32c6',
      security: { flashEncryption: 'release', secureDownload: true },
    });
    const notices: string[] = [];
    const report = await flash(device, 'esp32c6', {
      parts: [nvs(), keys('host')],
      verify: true,
      onNotice: (line) => notices.push(line),
    });
    expect(report).toMatchObject({
      device: { chip: 'esp32c6', flashSize: undefined, secureDownload: true },
      forced: true,
      verified: [],
      notComparable: ['fctry', 'nvs_keys'],
    });
    expect(notices.join('\n')).toContain('secure download mode');
    expect(device.flash.subarray(0x9000, 0xa000).equals(contents(0x1000, 3))).toBe(true);
    expect((await rejection(flash(device, 'esp32'))).code).toBe('flash.chip-mismatch');
  });

  test('secure boot: nothing goes into the bootloader', async () => {
    const device = await emulate({ chip: 'esp32', security: { secureBoot: true } });
    const low = part('low', 0x1000, contents(0x1000, 4));
    expect((await rejection(flash(device, 'esp32', { parts: [low] }))).code).toBe('flash.device-protected');
    expect(device.writes).toEqual([]);
  });

  test('a port without a device', async () => {
    const device = await emulate({ chip: 'esp32c6' });
    await device.stop();
    expect((await rejection(flash(device, 'esp32c6'))).code).toBe('flash.port-not-found');
    const named = await rejection(flash(device, 'esp32c6', { port: '/dev/ttyNOT-THERE' }));
    expect(named.code).toBe('flash.port-not-found');
  });

  test('a port that is not a serial port', async () => {
    const device = await emulate({ chip: 'esp32c6' });
    const { file } = nvs();
    expect((await rejection(flash(device, 'esp32c6', { port: file }))).code).toBe('flash.port-unusable');
  });

  test('dryRunFlash returns the exact command and opens no port', async () => {
    const device = await emulate({ chip: 'esp32c6' });
    const options = {
      esptool,
      port: device.url,
      parts: [nvs()],
      expected: { chip: 'esp32c6' },
      lock: { directory: folder },
    };
    const { command, display } = dryRunFlash(options);
    expect(device.connections()).toBe(0);
    const notices: string[] = [];
    const report = await flashDevice({ ...options, onNotice: (line) => notices.push(line) });
    expect(report.command).toEqual(command);
    expect(notices).toEqual([display]);
  });

  test('the port is locked from the probe to the end, and free afterwards', async () => {
    const device = await emulate({ chip: 'esp32c6', faults: { replyDelay: 10 } });
    const first = flash(device, 'esp32c6', { parts: [nvs()] });
    const second = await rejection(flash(device, 'esp32c6', { parts: [nvs()] }));
    expect(second.code).toBe('flash.port-locked');
    await first;
    expect(readdirSync(folder).filter((name) => name.includes('port'))).toEqual([]);
    await flash(device, 'esp32c6', { parts: [nvs()] });
  });

  test('after kill -9 in the middle of a write the next run waits for esptool and succeeds', async () => {
    const device = await emulate({ chip: 'esp32c6', faults: { replyDelay: 30 } });
    const { file, length } = nvs();
    const script = join(__dirname, 'flash-holder.ts');
    const args = [
      '-r',
      '@swc-node/register',
      script,
      device.url,
      folder,
      file,
      String(length),
      JSON.stringify(esptool),
    ];
    const child = spawn(process.execPath, args, {
      cwd: resolve(__dirname, '../../../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text;
    });
    while (device.writes.length === 0) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(output).toContain('Stub');
    await flash(device, 'esp32c6', { parts: [nvs()], lock: { directory: folder, wait: 30_000 } });
    expect(device.flash.subarray(0x10000, 0x16000).equals(contents(0x6000, 1))).toBe(true);
  });
}
