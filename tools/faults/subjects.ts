/** The commands to inject faults into. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeKeysPartition, decryptNvs, encodeNvs, FactoryError, parseNvsCsv } from 'nvs-core';
import { run } from '../../packages/nx-esp32-factory/src/cli/main';
import { FakeTerminal, LightApp } from '../../packages/nx-esp32-factory/test/light-app';
import { modeOf, restore, type State, type Subject } from './sweep';

/** The config of a device, without an app around it. */
export function deviceConfig(passcode: number): LightApp {
  const app = new LightApp();
  for (const name of ['CMakeLists.txt', 'sdkconfig.defaults', 'partitions.csv', 'main']) {
    rmSync(app.path(name), { recursive: true });
  }
  app.write(
    'nvs-keys.bin',
    Uint8Array.from({ length: 64 }, (_, index) => index),
  );
  app.set('commissioning', { passcode, iterations: 1000 });
  app.set('encryption', { scheme: 'flash', key: { file: 'nvs-keys.bin' } });
  return app;
}

export const isSecret = (file: string) => file !== 'manifest.json';

/** Files below a folder, with their contents. */
export function readState(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name))]),
  );
}

/** The output of a config, generated in this process. */
export async function stateOfConfig(app: LightApp): Promise<Map<string, Buffer>> {
  const folder = app.path('made');
  await runHere(['image', app.config, '--output_dir', folder]);
  return readState(folder);
}

export async function runHere(args: readonly string[]): Promise<void> {
  const terminal = new FakeTerminal();
  const status = await run(args, terminal);
  if (status !== 0) throw new Error(terminal.stderr);
}

/** `image` over the output of another device: nine files in two folders, compared byte for byte. */
export async function imageSubject(older: LightApp, newer: LightApp): Promise<Subject> {
  const states = { old: await stateOfConfig(older), new: await stateOfConfig(newer) };
  return {
    name: 'image',
    prepare: (folder) => restore(folder, states.old, isSecret),
    args: (folder) => ['image', newer.config, '--output_dir', folder],
    files: [...states.new.keys()],
    checkWhole: (folder, file) => {
      whichState(states, folder, file);
      const mode = modeOf(join(folder, file));
      if (mode !== (isSecret(file) ? '600' : '644')) throw new Error(`${file} has mode ${mode}`);
    },
    stateOf: (folder) => stateOfSet(states, folder),
  };
}

/** `image` with generated keys: an output never exists whose key is not kept. */
export async function keptKeySubject(app: LightApp): Promise<Subject> {
  app.set('encryption', { scheme: 'flash', key: { generate: true } });
  const before = await stateOfConfig(app);
  const KEYS = 'keys/nvs_key_partition.bin';
  return {
    name: 'image with new keys',
    prepare: (folder) => restore(folder, before, isSecret),
    args: (folder) => ['image', app.config, '--output_dir', folder],
    files: [...before.keys()],
    checkWhole: (folder, file) => {
      const data = readFileSync(join(folder, file));
      if (file !== KEYS) return;
      const kept = readdirSync(app.path('factory-keys')).filter((name) => name.endsWith('.bin'));
      if (!kept.some((name) => readFileSync(app.path('factory-keys', name)).equals(data)))
        throw new Error('the key is in the output folder only');
      for (const name of kept) {
        const path = app.path('factory-keys', name);
        if (statSync(path).size !== data.length || modeOf(path) !== '600') throw new Error(`${name} is torn`);
      }
    },
    stateOf: (folder) => {
      const image = readFileSync(join(folder, 'factory_partition.bin'));
      decryptNvs(image, decodeKeysPartition(readFileSync(join(folder, KEYS))));
      return before.get('factory_partition.bin')?.equals(image) === true ? 'old' : 'new';
    },
  };
}

type States = Readonly<Record<State, ReadonlyMap<string, Buffer>>>;

/** The states that a file can belong to; all files of a set must share one. */
function whichState(states: States, folder: string, file: string): State[] {
  const data = readFileSync(join(folder, file));
  const found = (['old', 'new'] as const).filter((state) => states[state].get(file)?.equals(data) === true);
  if (found.length === 0) throw new Error(`${file} is neither the old nor the new one`);
  return found;
}

export function stateOfSet(states: States, folder: string): State {
  const files = [...states.new.keys()];
  const found = (['old', 'new'] as const).find((state) =>
    files.every((file) => whichState(states, folder, file).includes(state)),
  );
  if (found === undefined) {
    const parts = files.map((file) => `${file}: ${whichState(states, folder, file)}`);
    throw new Error(`a mixed set: ${parts.join(', ')}`);
  }
  return found;
}

const CSV = [
  'key,type,encoding,value',
  'app,namespace,,',
  'secret,data,hex2bin,00112233445566778899',
  '',
].join('\n');
const SIZE = 0x4000;
const KEYS_PARTITION_LENGTH = 0x1000;

/**
 * `nvs encrypt --keygen` over an earlier image: an image never exists without its keys. The keys of each run have a name of
 * their own, because no run replaces those of another.
 */
export function encryptSubject(app: LightApp): Subject {
  const csv = app.write('app.csv', CSV);
  const plain = encodeNvs(parseNvsCsv([{ file: csv, text: CSV }], { readFile: () => new Uint8Array() }), {
    size: SIZE,
  }).image;
  let before: Buffer | undefined;
  return {
    name: 'nvs encrypt',
    prepare: (folder) => {
      const state = readState(app.path('encrypted'));
      before = state.get('image.bin');
      restore(folder, state, () => true);
    },
    args: (folder) => encryptArgs(csv, folder, 'new.bin'),
    again: (folder) => encryptArgs(csv, folder, 'again.bin'),
    files: ['image.bin'],
    checkWhole: (folder, file) => checkSecret(join(folder, file), SIZE),
    stateOf: (folder) => {
      const image = readFileSync(join(folder, 'image.bin'));
      const keys = readdirSync(join(folder, 'keys')).map((name) => join(folder, 'keys', name));
      for (const path of keys) checkSecret(path, KEYS_PARTITION_LENGTH);
      if (!keys.some((path) => isKeyOf(image, path))) throw new Error('no keys match the image');
      return before?.equals(image) === true ? 'old' : 'new';
    },
  };

  function isKeyOf(image: Buffer, path: string): boolean {
    const keys = decodeKeysPartition(readFileSync(path));
    try {
      return Buffer.from(decryptNvs(image, keys)).equals(plain);
    } catch (error) {
      if (error instanceof FactoryError && error.code === 'nvs.keys-wrong') return false;
      throw error;
    }
  }
}

function checkSecret(path: string, length: number): void {
  if (statSync(path).size !== length) throw new Error(`${path} is torn`);
  if (modeOf(path) !== '600') throw new Error(`${path} has mode ${modeOf(path)}`);
}

export function encryptArgs(csv: string, folder: string, keyFile: string): string[] {
  return [
    'nvs',
    'encrypt',
    csv,
    'image.bin',
    String(SIZE),
    '--keygen',
    '--keyfile',
    keyFile,
    '--outdir',
    folder,
  ];
}

/** `attestation issue-*` with a new key, over an earlier certificate and key. */
export function issueSubject(app: LightApp, kind: 'paa' | 'pai' | 'dac'): Subject {
  const issuer = { paa: undefined, pai: 'paa', dac: 'pai' }[kind];
  const args = (folder: string) => [
    'attestation',
    `issue-${kind}`,
    '--out',
    join(folder, 'certificates', 'new.pem'),
    '--out-key',
    join(folder, 'keys', 'new-key.pem'),
    ...(issuer === undefined
      ? ['--vendor-id', '0xFFF1']
      : [
          '--ca-cert',
          app.path(`${issuer}.pem`),
          '--ca-key',
          app.path(`${issuer}-key.pem`),
          '--vendor-id',
          '0xFFF1',
        ]),
    ...(kind === 'dac' ? ['--product-id', '0x8001'] : []),
    '--force',
  ];
  let before = '';
  return {
    name: `attestation issue-${kind}`,
    prepare: (folder) => {
      const state = new Map([
        ['certificates/new.pem', readFileSync(app.path(`${kind}.pem`))],
        ['keys/new-key.pem', readFileSync(app.path(`${kind}-key.pem`))],
      ]);
      before = String(state.get('certificates/new.pem'));
      restore(folder, state, (file) => file.startsWith('keys/'));
    },
    args,
    files: ['keys/new-key.pem', 'certificates/new.pem'],
    checkWhole: (folder, file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!/^-----BEGIN [\s\S]+-----END [A-Z ]+-----\n$/.test(text)) throw new Error(`${file} is torn`);
      const mode = modeOf(join(folder, file));
      if (mode !== (file.startsWith('keys/') ? '600' : '644')) throw new Error(`${file} has mode ${mode}`);
    },
    stateOf: (folder) => {
      const text = readFileSync(join(folder, 'certificates/new.pem'), 'utf8');
      const key = createPrivateKey(readFileSync(join(folder, 'keys/new-key.pem')));
      if (!new X509Certificate(text).checkPrivateKey(key))
        throw new Error('the key does not match the certificate');
      return text === before ? 'old' : 'new';
    },
  };
}

/** Earlier credentials, from which the subjects above start. */
export async function issueBefore(app: LightApp): Promise<void> {
  for (const kind of ['paa', 'pai', 'dac'] as const) {
    const { args } = issueSubject(app, kind);
    await runHere(args(app.path('issued')));
    for (const [from, to] of [
      ['certificates/new.pem', `${kind}.pem`],
      ['keys/new-key.pem', `${kind}-key.pem`],
    ] as const) {
      app.write(to, readFileSync(app.path('issued', from)));
    }
  }
  if (!existsSync(app.path('dac.pem'))) throw new Error('nothing was issued');
}
