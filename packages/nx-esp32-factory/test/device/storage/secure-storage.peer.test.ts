/** Espressif's own tools read what we make from a config, and make the same from it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeKeysPartition, decryptNvs, deriveHmacKeys, formatNvsCsv, randomBytes } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { peerProgram } from '../../../../../tools/testing/peer-program';
import { EXECUTOR_NAMES, outputsOf } from '../../../src/artifacts';
import type { DeviceArtifacts } from '../../../src/device';
import { writeOutputs } from '../../../src/files';
import { readInputs } from '../../../src/inputs';
import { makeTestDevice } from '../../make-device';
import { SecureApp } from '../../secure-app';

jest.setTimeout(120_000);

let app: SecureApp;
beforeEach(() => {
  app = new SecureApp();
  mkdirSync(app.path('peer'));
});
afterEach(() => app.remove());

const make = () =>
  makeTestDevice(readInputs(app.config, { env: {} }), { random: randomBytes, now: new Date() });
const run = (venv: string, program: string, ...args: readonly string[]) => {
  execFileSync(peerProgram(venv, program), args, { cwd: app.path('peer'), stdio: 'pipe' });
};
const gen = (...args: readonly string[]) =>
  run('nvs-partition-gen', 'python', '-m', 'esp_idf_nvs_partition_gen', ...args);
const peer = (name: string) => toHex(readFileSync(app.path('peer', name)));

describe('nvs_partition_gen', () => {
  const csv = (made: DeviceArtifacts) => writeFileSync(app.path('peer/in.csv'), formatNvsCsv(made.items));

  it('decrypts an image of the scheme "flash", and makes the same one', async () => {
    app.encryptFlash();
    const made = await make();
    const keys = made.keysPartition ?? new Uint8Array();
    const plain = decryptNvs(made.image, decodeKeysPartition(keys));
    csv(made);
    writeFileSync(app.path('peer/keys.bin'), keys);
    writeFileSync(app.path('peer/ours.bin'), made.image);
    gen('decrypt', 'ours.bin', 'keys.bin', 'plain.bin');
    expect(peer('plain.bin')).toBe(toHex(plain));
    gen('encrypt', 'in.csv', 'theirs.bin', '0x6000', '--inputkey', 'keys.bin');
    expect(peer('theirs.bin')).toBe(toHex(made.image));
  });

  it('decrypts an image of the scheme "hmac", and makes the same one', async () => {
    app.deriveKeys(1);
    const made = await make();
    const hmacKey = made.efuseKeys[0]?.data ?? new Uint8Array();
    const plain = decryptNvs(made.image, deriveHmacKeys(hmacKey));
    csv(made);
    writeFileSync(app.path('peer/hmac.bin'), hmacKey);
    writeFileSync(app.path('peer/ours.bin'), made.image);
    const scheme = ['--key_protect_hmac', '--kp_hmac_inputkey', 'hmac.bin'];
    gen('generate-key', ...scheme, '--keyfile', 'derived.bin');
    gen('decrypt', 'ours.bin', 'keys/derived.bin', 'plain.bin');
    expect(peer('plain.bin')).toBe(toHex(plain));
    gen('encrypt', 'in.csv', 'theirs.bin', '0x6000', '--keygen', ...scheme);
    expect(peer('theirs.bin')).toBe(toHex(made.image));
  });
});

it('esp-secure-cert-tool parses the partition of a config', async () => {
  app.useSecureCert();
  app.set('storage', { secureCert: { extra: [{ type: 51, value: { hex: '0102' } }] } });
  const made = await make();
  writeFileSync(app.path('peer/ours.bin'), made.secureCert ?? new Uint8Array());
  run('secure-cert-tool', 'configure_esp_secure_cert.py', '--parse_bin', 'ours.bin');
  const folder = 'esp_secure_cert_parsed_data/contents';
  const parsed = (start: string) => {
    const name = readdirSync(app.path('peer', folder)).find((candidate) => candidate.startsWith(start));
    return peer(join(folder, name ?? start));
  };
  const { dac, pai, dacKey } = made.credentials;
  expect(parsed('devcert_1_0')).toBe(toHex(dac?.der ?? new Uint8Array()));
  expect(parsed('cacert_0_0')).toBe(toHex(pai?.der ?? new Uint8Array()));
  expect(parsed('privkey_2_0')).toContain(toHex(dacKey?.raw ?? new Uint8Array()));
});

describe('espsecure decrypts what this host encrypted', () => {
  it.each([
    ['esp32', 32, 4],
    ['esp32', 32, 5],
    ['esp32c2', 16, 5],
    ['esp32c3', 32, 4],
    ['esp32c6', 32, 5],
    ['esp32s3', 64, 4],
    ['esp32s3', 64, 5],
  ])('for an %s with a key of %i bytes, by esptool %i', async (chip, length, major) => {
    app.forChip(chip);
    app.encryptFlash();
    app.useSecureCert();
    app.table('0xd000,   0x2000,', '0xd000,   0x2000, encrypted');
    const key = Buffer.from(Array.from({ length }, (_, index) => index + 1));
    app.set('flashEncryption', { mode: 'host', key: { file: app.write('peer/key.bin', key) } });
    const made = await make();
    writeOutputs(outputsOf(made, app.path('out'), EXECUTOR_NAMES));
    const pairs = [
      ['nvs_keys.bin', made.keysPartition, made.firmware?.keysPartition?.offset],
      ['esp_secure_cert.bin', made.secureCert, 0xd000],
    ] as const;
    for (const [name, plain, address] of pairs) {
      const [program, command, xts] =
        major === 4
          ? ['espsecure.py', 'decrypt_flash_data', '--aes_xts']
          : ['espsecure', 'decrypt-flash-data', '--aes-xts'];
      run(
        `esptool-${major}`,
        program,
        command,
        ...(chip === 'esp32' ? [] : [xts]),
        ...['--keyfile', 'key.bin', '--output', 'plain.bin', '--address', String(address)],
        app.path('out', name),
      );
      expect(peer('plain.bin')).toBe(toHex(plain ?? new Uint8Array()));
    }
  });
});
