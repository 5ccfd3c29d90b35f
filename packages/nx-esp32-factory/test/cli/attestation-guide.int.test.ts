import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { decodeFactoryData, decodeNvs, parseCertificate } from 'nvs-core';
import { run } from '../../src/cli/main';
import { codeBlock, commandsOf } from '../code-blocks';
import { FakeTerminal, LightApp } from '../light-app';

const PAGE = 'guide/attestation.md';
const home = process.cwd();
let app: LightApp;
beforeAll(async () => {
  app = new LightApp();
  process.chdir(app.folder);
  await runBlock('issue');
});
afterAll(() => {
  process.chdir(home);
  app.remove();
});

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const status = await run(argv, terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

/** Runs the commands of a block of the guide; the answer is the output of the last one. */
async function runBlock(name: string): Promise<string> {
  let output = '';
  for (const [program, ...argv] of commandsOf(codeBlock(PAGE, name))) {
    expect(program).toBe('esp32-factory');
    const { status, out, err } = await command(...argv);
    expect([argv.slice(0, 2), status, err]).toEqual([argv.slice(0, 2), 0, '']);
    output = out;
  }
  return output;
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });

describe('the guide to attestation', () => {
  it('issues what its own check accepts', async () => {
    expect(await runBlock('check')).toMatch(/✔ a commissioner would accept this device\n$/);
  });

  it('issues what openssl verifies, each with its own key in a private file', () => {
    expect(openssl('verify', '-x509_strict', '-CAfile', 'paa.pem', '-untrusted', 'pai.pem', 'dac.pem')).toBe(
      'dac.pem: OK\n',
    );
    const keys = readdirSync('.')
      .filter((name) => name.endsWith('-key.pem'))
      .sort();
    expect(keys).toEqual(['dac-key.pem', 'paa-key.pem', 'pai-key.pem']);
    for (const key of keys) expect(statSync(key).mode & 0o777).toBe(0o600);
    for (const name of ['paa', 'pai', 'dac'])
      expect(openssl('pkey', '-in', `${name}-key.pem`, '-pubout')).toBe(
        openssl('x509', '-in', `${name}.pem`, '-pubkey', '-noout'),
      );
  });

  it('issues a declaration of a signer of its own, with the truth about it, whose CMS openssl verifies', async () => {
    expect(await runBlock('own-signer')).toContain('attestation.cd-signer-given');
    const content = openssl(
      ...['cms', '-verify', '-inform', 'DER', '-in', 'own-cd.der', '-certfile', 'cd-trust-store/signer.pem'],
      ...['-nointern', '-noverify', '-binary'],
    );
    expect(content).toContain('ZIG0000000000000000');
  });

  it('issues on a request', async () => {
    await runBlock('request');
    expect(openssl('verify', '-CAfile', 'paa.pem', '-untrusted', 'pai.pem', 'of-request.pem')).toContain(
      'OK',
    );
    openssl('req', '-in', 'csr.pem', '-verify', '-noout');
    expect(openssl('pkey', '-in', 'csr-key.pem', '-pubout')).toBe(
      openssl('x509', '-in', 'of-request.pem', '-pubkey', '-noout'),
    );
  });

  it('issues a DAC for each image by its config', async () => {
    const { attestation } = JSON.parse(codeBlock(PAGE, 'config')) as { attestation: Record<string, unknown> };
    app.set('attestation', null);
    app.set('attestation', attestation);
    expect((await command('image', 'factory.config.json')).status).toBe(0);
    const { data } = decodeFactoryData(decodeNvs(readFileSync('bin/factory_partition.bin')).entries);
    const dac = parseCertificate(data.attestation?.dac ?? new Uint8Array());
    expect(dac.subject.attributes[0]?.text).toBe('Light EXL-0000-0001');
  });
});
