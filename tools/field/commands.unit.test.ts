/** Command lines and messages of the field that were wrong or unhelpful: a row a case, with what is right. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCertificationDeclaration } from 'nvs-core';
import { run } from '../../packages/nx-esp32-factory/src/cli/main';
import { FakeTerminal } from '../../packages/nx-esp32-factory/test/light-app';

const CASES = join(__dirname, 'cases');
const CREDENTIALS = join(__dirname, '../../examples/light-app/credentials');

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'field-commands-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(argv, terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

const codesOf = (text: string) => [...text.matchAll(/^[✖⚠ℹ] ([a-z.-]+):/gm)].map(([, code]) => code);

/** Makes the image of a case, with the credentials of the example. */
function image(name: string) {
  cpSync(join(CASES, name), folder, { recursive: true });
  const config = readFileSync('factory.config.json', 'utf8');
  writeFileSync('factory.config.json', config.replaceAll('CREDENTIALS', CREDENTIALS.replaceAll('\\', '/')));
  return command('image', 'factory.config.json');
}

test('issue-cd-format-version', async () => {
  const words =
    'attestation issue-cd --test-key -O cd.der --format-version 1 -V FFF1 -p 0x8001 -p 0x8002 -d 0x0101 -c ZIG20142ZB330001-24 -l 0 -i 0 -n 0001 -t 0';
  expect(await command(...words.split(' '))).toMatchObject({ status: 0, err: '' });
  expect(parseCertificationDeclaration(readFileSync('cd.der')).fields).toMatchObject({
    formatVersion: 1,
    vendorId: 0xfff1,
    productIds: [0x8001, 0x8002],
    deviceTypeId: 0x0101,
    versionNumber: 1,
  });
});

test('mfg-tool-flags', async () => {
  const { status, err } = await command('image', '-v', '0xFFF1', '-p', '0x8000', '-cd', 'cd.der');
  expect([status, codesOf(err)]).toEqual([2, ['cli.option-differs', 'cli.required', 'cli.required']]);
  expect(err).toContain('write --product-id, and the passcode as --passcode');
  const words = 'image -v 0xFFF1 --product-id 0x8000 --discriminator 3840 --passcode 20202021 --outdir out';
  expect(await command(...words.split(' '))).toMatchObject({ status: 0, err: '' });
});

test('plain-only-called-production', async () => {
  const words = 'image -d 3001 -p 20202021 --vendor-id 0xFFF1 --product-id 0x8000';
  const { status, out } = await command(...words.split(' '));
  expect(status).toBe(0);
  expect(out).toContain('factory data without credentials');
  expect(out).not.toMatch(/production/i);
  expect(out).toContain('MT:');
});

test('sdkconfig-line-ignored', async () => {
  const { status, err } = await image('sdkconfig-line-ignored');
  expect([status, codesOf(err)]).toEqual([1, ['firmware.factory-provider-off', 'firmware.line-ignored']]);
  expect(err).toContain('sdkconfig.defaults:12');
});

test('sec-cert-provider-help', async () => {
  const { status, err } = await image('sec-cert-provider-help');
  expect([status, codesOf(err)]).toEqual([1, ['firmware.provider-elsewhere']]);
  expect(err).toMatch(
    /= help: write "storage": \{"attestation": "secure-cert"\} into the config, .*; or .* CONFIG_SEC_CERT_DAC_PROVIDER=n /,
  );
});
