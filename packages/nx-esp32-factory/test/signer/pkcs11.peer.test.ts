import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFactoryData, decodeNvs, isSignedBy, parseCertificate } from 'nvs-core';
import { run } from '../../src/cli/main';
import { codeBlock, commandsOf } from '../code-blocks';
import { FakeTerminal, LightApp } from '../light-app';

const PAGE = 'guide/signers.md';
const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'];

/** SoftHSM's library; SOFTHSM2_MODULE overrides the path. */
function findModule(): string {
  const found = [process.env.SOFTHSM2_MODULE ?? '', ...MODULES].find((path) => existsSync(path));
  const missing = ['softhsm2-util', 'pkcs11-tool'].filter((tool) => spawnSync(tool).error !== undefined);
  if (found === undefined || missing.length > 0)
    throw new Error(
      `${[...missing, ...(found === undefined ? ['libsofthsm2.so'] : [])].join(', ')} missing: apt-get install softhsm2 opensc`,
    );
  return found;
}

const PIN = '13572468';
const home = process.cwd();
let app: LightApp;
let store: string;

beforeAll(() => {
  const library = findModule();
  store = mkdtempSync(join(tmpdir(), 'softhsm-'));
  mkdirSync(join(store, 'tokens'));
  const conf = join(store, 'softhsm2.conf');
  writeFileSync(conf, `directories.tokendir = ${join(store, 'tokens')}\nobjectstore.backend = file\n`);
  process.env = { ...process.env, SOFTHSM2_CONF: conf, PKCS11_MODULE: library, TOKEN_PIN: PIN };
  app = new LightApp();
  process.chdir(app.folder);
  tool('softhsm2-util', '--init-token', '--free', '--label', 'factory', '--pin', PIN, '--so-pin', '86427531');
  writeFileSync('sign-with-token.sh', codeBlock(PAGE, 'sign-with-token.sh'), { mode: 0o755 });
  for (const [id, label] of [
    ['01', 'paa'],
    ['02', 'pai'],
  ] as const) {
    const script = codeBlock(PAGE, 'new-key').replaceAll('paa', label).replaceAll('--id 01', `--id ${id}`);
    tool('sh', '-ec', script);
  }
});
afterAll(() => {
  process.chdir(home);
  app.remove();
  rmSync(store, { recursive: true, force: true });
});

function tool(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    env: process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(argv, terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

describe('a PKCS#11 token', () => {
  it('signs a chain with the commands of the guide, which openssl verifies', async () => {
    for (const [program, ...argv] of commandsOf(codeBlock(PAGE, 'chain'))) {
      expect(program).toBe('esp32-factory');
      expect(await command(...argv)).toMatchObject({ status: 0, err: '' });
    }
    expect(tool('openssl', 'verify', '-CAfile', 'paa.pem', '-untrusted', 'pai.pem', 'dac.pem')).toBe(
      'dac.pem: OK\n',
    );
    const keys = readdirSync('.').filter((name) => name.endsWith('-key.pem'));
    expect(keys).toEqual(['dac-key.pem']);
  });

  it('signs with pkcs11-tool itself, which returns r and s', async () => {
    const { status } = await command(
      ...[
        'attestation',
        'issue-dac',
        '--ca-cert',
        'pai.pem',
        '--product-id',
        '0x8001',
        '--out',
        'raw.pem',
        '--signer',
      ],
      ...['pkcs11-tool', '--module', process.env.PKCS11_MODULE ?? '', '--token-label', 'factory', '--login'],
      ...['--pin', 'env:TOKEN_PIN', '--sign', '--mechanism', 'ECDSA', '--id', '02'],
    );
    expect(status).toBe(0);
    const [dac, pai] = ['raw.pem', 'pai.pem'].map((file) => parseCertificate(readFileSync(file)));
    expect(dac !== undefined && pai !== undefined && isSignedBy(dac, pai.publicKey)).toBe(true);
  });

  it('issues the DAC of an image with the config of the guide', async () => {
    const { attestation } = JSON.parse(codeBlock(PAGE, 'config')) as { attestation: Record<string, unknown> };
    app.set('attestation', attestation);
    const { status, err } = await command('image', 'factory.config.json');
    expect([status, err]).toEqual([0, expect.any(String)]);
    const data = decodeFactoryData(decodeNvs(readFileSync('bin/factory_partition.bin')).entries).data;
    const dac = parseCertificate(data.attestation?.dac ?? new Uint8Array());
    expect(isSignedBy(dac, parseCertificate(readFileSync('pai.pem')).publicKey)).toBe(true);
    expect(dac.subject.attributes[0]?.text).toBe('Light EXL-0000-0001');
  });

  it.each([
    ['another key', () => ['./sign-with-token.sh', '01'], 'attestation.signer-answer-invalid'],
    ['a missing key', () => ['./sign-with-token.sh', '77'], 'signer.failed'],
    [
      'a wrong PIN, which the error does not repeat',
      () => {
        process.env.TOKEN_PIN = '11112222';
        return ['./sign-with-token.sh', '02'];
      },
      'signer.failed',
    ],
  ])('rejects %s', async (_name, signer, code) => {
    const argv = ['attestation', 'issue-dac', '--ca-cert', 'pai.pem', '--product-id', '1', '--out', 'no.pem'];
    const { status, err } = await command(...argv, '--signer', ...signer());
    process.env.TOKEN_PIN = PIN;
    expect([status, err]).toEqual([1, expect.stringContaining(code)]);
    expect(err).not.toContain('11112222');
    expect([existsSync('no.pem'), existsSync('no-key.pem')]).toEqual([false, false]);
  });
});
