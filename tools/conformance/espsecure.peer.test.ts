/** Random flash images through espsecure and through nvs-core. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { decryptFlash, encryptFlash } from 'nvs-core';
import { Peer } from './peer';
import { bytesArbitrary, parametersOf, printSeed, runsOf } from './seed';

const COUNT = 100;
let peer: Peer;
let folder: string;
beforeAll(() => {
  printSeed('espsecure', runsOf(COUNT));
  folder = mkdtempSync(join(tmpdir(), 'conformance-espsecure-'));
  peer = new Peer('esptool-5');
});
afterAll(() => {
  peer?.close();
  rmSync(folder, { recursive: true, force: true });
});

const key = (length: number) => bytesArbitrary(fc.constant(length));
const chipArbitrary = fc.oneof(
  fc.record({
    chip: fc.constant('esp32'),
    key: fc.oneof(key(32), key(24)),
    flashCryptConf: fc.option(fc.nat(15), { nil: undefined }),
  }),
  fc.record({
    chip: fc.constantFrom('esp32c3', 'esp32c6', 'esp32h2'),
    key: key(32),
    flashCryptConf: fc.constant(undefined),
  }),
  fc.record({ chip: fc.constant('esp32s3'), key: key(64), flashCryptConf: fc.constant(undefined) }),
  fc.record({ chip: fc.constant('esp32c2'), key: key(16), flashCryptConf: fc.constant(undefined) }),
);
const imageArbitrary = fc.record({
  device: chipArbitrary,
  // The farthest image still ends before 16 MiB, where both refuse.
  address: fc.nat(0xffd).map((place) => place * 0x1000),
  unaligned: fc.nat(255).map((blocks) => blocks * 16),
  data: bytesArbitrary(fc.integer({ min: 1, max: 300 }).map((blocks) => blocks * 16)),
});

test('each reads what the other encrypts', async () => {
  await fc.assert(
    fc.asyncProperty(imageArbitrary, async ({ device, address: sector, unaligned, data }) => {
      const { flashCryptConf, ...chip } = device;
      // The ESP32 is addressed in blocks of 32 bytes by the tool.
      const esp32 = chip.chip === 'esp32';
      const address = sector + (esp32 ? unaligned & ~31 : unaligned);
      const image = { ...chip, address, ...(flashCryptConf === undefined ? {} : { flashCryptConf }) };
      const path = (name: string) => join(folder, name);
      const encrypted = encryptFlash({ ...image, data });
      writeFileSync(path('key.bin'), device.key);
      writeFileSync(path('plain.bin'), data);
      writeFileSync(path('ours.bin'), encrypted);
      const settings = esp32 ? ['--flash-crypt-conf', String(flashCryptConf ?? 0xf)] : ['--aes-xts'];
      const command = (name: string, input: string, output: string) => [
        name,
        ...settings,
        ...['-k', 'key.bin', '-a', String(address), '-o', output, input],
      ];
      const runs = await peer.run(
        folder,
        command('encrypt-flash-data', 'plain.bin', 'theirs.bin'),
        command('decrypt-flash-data', 'ours.bin', 'decrypted.bin'),
      );
      for (const { status, output } of runs) if (status !== 0) throw new Error(`espsecure failed: ${output}`);
      expect(Buffer.compare(readFileSync(path('theirs.bin')), encrypted)).toBe(0);
      expect(Buffer.compare(readFileSync(path('decrypted.bin')), data)).toBe(0);
      expect(Buffer.compare(decryptFlash({ ...image, data: encrypted }), data)).toBe(0);
    }),
    parametersOf(COUNT),
  );
}, 600_000);
