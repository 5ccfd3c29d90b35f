/** Whether the digest of a config may hit, by what lies in its output folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXECUTOR_NAMES, outputsOf } from '../../src/artifacts';
import { digestForFolder } from '../../src/cache';
import { writeOutputs } from '../../src/files';
import { readInputs } from '../../src/inputs';
import { makeTestDevice } from '../make-device';
import { SecureApp } from '../secure-app';

const DIGEST = 'd'.repeat(64);
const OTHER = 'e'.repeat(64);

let app: SecureApp;
beforeEach(() => {
  app = new SecureApp();
});
afterEach(() => app.remove());

const folder = () => app.path('out');
const digest = () => digestForFolder(DIGEST, { config: app.config, folder: folder() });
/** What a run writes, cached with a digest or not. */
async function make(inputs?: string): Promise<void> {
  const made = await makeTestDevice(readInputs(app.config, { env: {} }));
  writeOutputs(outputsOf(made, folder(), EXECUTOR_NAMES, { inputs }));
}

function mayHit(): boolean {
  const [first, second] = [digest(), digest()];
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  if (first !== DIGEST) expect(first).not.toBe(second);
  return first === DIGEST;
}

it.each<[string, () => unknown, boolean]>([
  ['nothing', () => undefined, true],
  ['an empty folder', () => mkdirSync(folder()), true],
  ['files of others', () => write('notes.txt', 'x'), true],
  ['the files of this digest', () => make(DIGEST), true],
  ['the same files of another digest', () => make(OTHER), true],
  ['the files of a run that was not cached', () => make(), false],
  ['one of our files without a manifest', () => write('nvs_keys.bin', 'x'), false],
  ['a manifest that cannot be read', () => write('manifest.json', '{'), false],
  ['files of the Matter SDK script', () => write('keys/nvs_key_partition.bin', 'x'), false],
  ['a set of files that a killed run left', () => write('.esp32-factory-commit/x', 'x'), false],
  ['staged files of a killed run', () => write('.esp32-factory-staging-1-x/0', 'x'), false],
  [
    'a file of ours that another digest left',
    () => make(OTHER).then(() => write('hmac_key.bin', 'x')),
    false,
  ],
])('%s: %#', async (_, prepare, expected) => {
  await prepare();
  expect(mayHit()).toBe(expected);
});

it('misses where another digest has a file that the image of this one may not have', async () => {
  app.useSecureCert();
  await make(DIGEST);
  expect(mayHit()).toBe(true);
  await make(OTHER);
  expect(mayHit()).toBe(false);
});

it('misses where old codes would stay beside an image without codes', async () => {
  await make(OTHER);
  expect(mayHit()).toBe(true);
  app.set('commissioning', { passcode: { dynamic: true } });
  expect(mayHit()).toBe(false);
});

it('misses where the content of an old tag would stay beside an image without it', async () => {
  app.set('commissioning', { nfcTag: true });
  await make(OTHER);
  expect(mayHit()).toBe(true);
  app.set('commissioning', { nfcTag: false });
  expect(mayHit()).toBe(false);
});

it('misses for a config that cannot be read', async () => {
  await make(OTHER);
  app.write('factory.config.json', '{');
  expect(mayHit()).toBe(false);
});

function write(name: string, data: string): void {
  mkdirSync(dirname(join(folder(), name)), { recursive: true });
  writeFileSync(join(folder(), name), data);
}
