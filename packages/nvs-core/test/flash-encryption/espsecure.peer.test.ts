import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerProgram } from '../../../../tools/testing/peer-program';
import { decryptFlash, encryptFlash } from '../../src/flash-encryption';

/** esptool 5 writes its commands and options with hyphens, esptool 4 with underscores. */
const PEERS = [
  { peer: 'esptool-4', program: 'espsecure.py', spell: (name: string) => name.replaceAll('-', '_') },
  { peer: 'esptool-5', program: 'espsecure', spell: (name: string) => name },
];
const counting = (length: number, step: number) =>
  Uint8Array.from({ length }, (_, index) => (index * step + (index >> 8)) & 0xff);

describe.each(PEERS)('espsecure of $peer', ({ peer, program, spell }) => {
  const espsecure = peerProgram(peer, program);

  test.each([
    ['esp32', 32, 0x11000, 0xf],
    ['esp32', 24, 0xff0000, 0x5],
    ['esp32s3', 64, 0xd000, undefined],
    ['esp32c6', 32, 0xd000, undefined],
    ['esp32c2', 16, 0x3ff010, undefined],
  ])(
    'reads what we encrypt for %s with a key of %i bytes at %i',
    (chip, keyLength, address, flashCryptConf) => {
      const directory = mkdtempSync(join(tmpdir(), 'flash-encryption-'));
      const path = (name: string) => join(directory, name);
      try {
        const image = {
          chip,
          key: counting(keyLength, 5),
          address,
          ...(flashCryptConf && { flashCryptConf }),
        };
        const data = counting(0x2000, 3);
        writeFileSync(path('key'), image.key);
        writeFileSync(path('ours'), encryptFlash({ ...image, data }));
        writeFileSync(path('plain'), data);
        const settings = flashCryptConf
          ? [`--${spell('flash-crypt-conf')}`, String(flashCryptConf)]
          : [`--${spell('aes-xts')}`];
        const run = (command: string, input: string, output: string) => {
          const files = ['-k', path('key'), '-a', String(address), '-o', path(output), path(input)];
          execFileSync(espsecure, [spell(command), ...settings, ...files], { stdio: 'pipe' });
          return Uint8Array.from(readFileSync(path(output)));
        };
        expect(run('decrypt-flash-data', 'ours', 'decrypted')).toEqual(data);
        expect(decryptFlash({ ...image, data: run('encrypt-flash-data', 'plain', 'encrypted') })).toEqual(
          data,
        );
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );
});
