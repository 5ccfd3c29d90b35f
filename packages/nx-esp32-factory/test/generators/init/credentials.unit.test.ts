import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodePem, randomBytes } from 'nvs-core';
import { developmentFiles } from '../../../src/init/development';
import { writeOwnCdSigner } from '../../own-cd-signer';
import { contents, init, LIGHT, readConfig, readText, workspace } from './fixtures';

const ROOT = 'apps/light';
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'init-credentials-'));
  const ids = { vendorId: 0xfff2, productId: 0x8003 };
  const files = await developmentFiles({ ...ids, random: randomBytes, now: new Date() });
  for (const { name, data } of files) {
    for (const path of [join(folder, 'secrets', name), join(folder, 'set', name)]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, data);
    }
  }
  for (const name of ['secrets', 'set']) await writeOwnCdSigner(join(folder, name), ids);
  writeFileSync(join(folder, 'secrets', 'garbage.pem'), await encodePem('CERTIFICATE', new Uint8Array(40)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const given = (prefix: string) => ({
  dacCert: `${prefix}/dac.pem`,
  dacKey: `${prefix}/dac-key.pem`,
  paiCert: `${prefix}/pai.pem`,
  certificationDeclaration: `${prefix}/cd.der`,
});
const trust = (prefix: string) => ({
  paaTrustStore: `${prefix}/paa-trust-store`,
  cdTrustStore: `${prefix}/cd-trust-store`,
});

describe('existing credentials', () => {
  it('are referred to by their paths, with their ids, and their key is ignored by git', async () => {
    const tree = workspace({ [ROOT]: LIGHT }, folder);
    await init(tree, { project: ROOT, ...given('secrets'), ...trust('secrets') });
    const config = readConfig(tree, ROOT);
    expect(config.deviceInstanceInfo).toMatchObject({ vendorId: '0xFFF2', productId: '0x8003' });
    expect(config.commissioning?.passcode).toEqual(expect.any(Number));
    expect(config.attestation).toEqual({
      dac: {
        certificate: { file: '../../secrets/dac.pem' },
        key: { file: '../../secrets/dac-key.pem' },
      },
      pai: { certificate: { file: '../../secrets/pai.pem' } },
      certificationDeclaration: { file: '../../secrets/cd.der' },
      trust: {
        paa: { folder: '../../secrets/paa-trust-store' },
        cdSigners: { folder: '../../secrets/cd-trust-store' },
      },
    });
    expect(readText(tree, '.gitignore')).toContain('\n/secrets/dac-key.pem\n');
    expect(tree.exists(`${ROOT}/credentials`)).toBe(false);
  });

  it('may be outside the workspace', async () => {
    const tree = workspace({ [ROOT]: LIGHT });
    const set = join(folder, 'secrets');
    await init(tree, { project: 'light', ...given(set), ...trust(set) });
    const { attestation } = readConfig(tree, ROOT);
    expect(attestation?.certificationDeclaration).toEqual({ file: `../../..${set}/cd.der` });
    expect(readText(tree, '.gitignore')).not.toContain('dac-key.pem');
  });

  it('are production without a trusted signer of the declaration', async () => {
    const tree = workspace({ [ROOT]: LIGHT }, folder);
    const error = await init(tree, { project: ROOT, ...given('secrets') }).catch(String);
    expect(error).toContain('attestation.');
    expect(tree.exists(`${ROOT}/factory.config.json`)).toBe(false);
  });

  it('in the folder of the app are used unchanged', async () => {
    const tree = workspace({ set: LIGHT }, folder);
    const names = { dac: 'dac.pem', key: 'dac-key.pem', pai: 'pai.pem', cd: 'cd.der' };
    const from = join(folder, 'set');
    const to = join(folder, 'set', 'credentials');
    mkdirSync(to, { recursive: true });
    for (const name of [
      ...Object.values(names),
      'paa-trust-store/paa.der',
      'cd-trust-store/cd-signing-cert.der',
    ]) {
      const { readFileSync } = jest.requireActual<typeof import('node:fs')>('node:fs');
      mkdirSync(dirname(join(to, name)), { recursive: true });
      writeFileSync(join(to, name), readFileSync(join(from, name)));
    }
    await init(tree, { project: 'set' });
    expect(readConfig(tree, 'set').deviceInstanceInfo).toMatchObject({
      vendorId: '0xFFF2',
      productId: '0x8003',
    });
    expect(Object.keys(contents(tree)).filter((path) => path.startsWith('set/credentials/'))).toEqual([]);
  });

  it.each([
    ['with another key', { dacKey: 'secrets/pai-key.pem' }, 'attestation.key-mismatch'],
    ['that are missing', { paiCert: 'secrets/none.pem' }, 'files.missing'],
    ['that are malformed', { dacCert: 'secrets/garbage.pem' }, 'attestation.'],
  ])('%s are rejected', async (_, wrong, code) => {
    const tree = workspace({ [ROOT]: LIGHT }, folder);
    const before = contents(tree);
    const options = { project: ROOT, ...given('secrets'), ...trust('secrets'), ...wrong };
    await expect(init(tree, options)).rejects.toThrow(code);
    expect(contents(tree)).toEqual(before);
  });
});
