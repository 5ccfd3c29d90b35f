/** node-forge is loaded when something is issued or PEM is written, and no more of it than that. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { encodePrivateKeyPem } from '../../src';
import { pemText } from './asn1';
import { goodInput, KEYS } from './forgery';

jest.setTimeout(60_000);

/** Runs in a separate process, and prints the files of node-forge that are loaded after each step. */
async function steps(core: typeof import('../../src'), texts: Record<'dac' | 'pai' | 'cd' | 'key', string>) {
  const loaded = () => {
    const files = Object.keys(require.cache).filter((path) => path.includes('node-forge'));
    return files.map((path) => path.replace(/.*node-forge./, '').replaceAll('\\', '/')).sort();
  };
  const after: Record<string, string[]> = { loading: loaded() };
  const [dac, pai, cd, key] = [texts.dac, texts.pai, texts.cd, texts.key].map((text) => Buffer.from(text));
  const dacKey = core.parsePrivateKey(key as Buffer);
  const { findings } = core.checkAttestation({
    dac: core.parseCredential('dac', dac as Buffer),
    pai: core.parseCredential('pai', pai as Buffer),
    cd: core.parseCredential('cd', cd as Buffer),
    dacKey,
    paaTrustStore: [],
    cdSigners: [],
    vendorId: 0xfff1,
    productId: 0x8000,
    at: new Date(),
  });
  if (findings.length === 0) throw new Error('nothing was checked');
  core.encodePrivateKey(dacKey, 'sec1');
  core.encodePrivateKeyPem(dacKey);
  after.checking = loaded();
  const notBefore = new Date('2024-01-01T00:00:00Z');
  const signer = core.keySigner(dacKey);
  const { der } = await core.issuePaa({ commonName: 'x', random: core.randomBytes, notBefore, signer });
  after.issuing = loaded();
  await core.encodePem('CERTIFICATE', der);
  after.writingPem = loaded();
  process.stdout.write(JSON.stringify(after));
}

test('node-forge is loaded when it is used', () => {
  const { dac, pai, cd } = goodInput();
  const texts = {
    dac: pemText('CERTIFICATE', dac),
    pai: pemText('CERTIFICATE', pai),
    cd: pemText('CMS', cd ?? new Uint8Array(0)),
    key: encodePrivateKeyPem(KEYS.dac),
  };
  const script = `(${steps})(require('nvs-core'), ${JSON.stringify(texts)})`;
  const args = ['-C', '@nx-esp32-factory/source', '-r', '@swc-node/register', '-e', script];
  const cwd = resolve(__dirname, '../../../..');
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 50_000 });
  expect(stderr).toBe('');
  const writer = ['lib/asn1.js', 'lib/baseN.js', 'lib/forge.js', 'lib/oids.js', 'lib/util.js'];
  expect(JSON.parse(stdout)).toEqual({
    loading: [],
    checking: [],
    issuing: writer,
    writingPem: [...writer, 'lib/pem.js'].sort(),
  });
});
