import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { requires } from '../../../../tools/testing/requires';
import {
  createCertificateRequest,
  createDevelopmentCredentials,
  encodePem,
  encodePrivateKeyPem,
  type Issuer,
  issueDac,
  issuePaa,
  issuePai,
  keySigner,
  nameCredential,
  parseCertificateRequest,
  parsePrivateKey,
  publicKeyOfRequest,
  randomBytes,
} from '../../src';
import { KEYS } from './forgery';

jest.setTimeout(60_000);

const openssl = (...args: string[]) => spawnSync('openssl', args, { encoding: 'utf8', timeout: 30_000 });
const version = openssl('version');

requires(version.status === 0, 'the openssl command')('openssl', () => {
  let folder = '';
  const file = (name: string, data: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, data);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attestation-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('names the files that OpenSSL writes', () => {
    const path = (name: string) => join(folder, name);
    const key = path('named.key');
    const certificate = path('named.pem');
    file('index.txt', '');
    file('number', '01');
    const config = file(
      'ca.cnf',
      `[ca]\ndefault_ca=d\n[d]\ndatabase=${path('index.txt')}\ncrlnumber=${path('number')}\ndefault_md=sha256\ndefault_crl_days=9\n`,
    );
    const runs: readonly (readonly [name: string, output: string, ...args: string[]])[] = [
      ['elliptic curve parameters', 'parameters.pem', 'ecparam', '-name', 'prime256v1'],
      ['private key', 'named.key', 'ecparam', '-name', 'prime256v1', '-genkey'],
      ['certificate', 'named.pem', 'req', '-x509', '-new', '-key', key, '-subj', '/CN=x', '-days', '9'],
      ['certificate request', 'named.csr', 'req', '-new', '-key', key, '-subj', '/CN=x'],
      [
        'certificate revocation list (CRL)',
        'named.crl',
        'ca',
        '-gencrl',
        '-config',
        config,
        '-keyfile',
        key,
        '-cert',
        certificate,
      ],
      ['PKCS#7 file', 'named.p7b', 'crl2pkcs7', '-nocrl', '-certfile', certificate],
      ['PKCS#7 file', 'der.p7b', 'crl2pkcs7', '-nocrl', '-certfile', certificate, '-outform', 'DER'],
      [
        'PKCS#12 file',
        'named.p12',
        'pkcs12',
        '-export',
        '-inkey',
        key,
        '-in',
        certificate,
        '-passout',
        'pass:x',
      ],
      ['encrypted private key', 'encrypted.key', 'ec', '-in', key, '-aes256', '-passout', 'pass:x'],
      ['public key', 'public.pem', 'ec', '-in', key, '-pubout'],
    ];
    for (const [name, output, ...args] of runs) {
      const { status, stderr } = openssl(...args, '-out', path(output));
      expect([output, status, status === 0 ? '' : stderr]).toEqual([output, 0, '']);
      expect([output, nameCredential(readFileSync(path(output)))]).toEqual([output, name]);
    }
  });

  const base = { random: randomBytes, notBefore: new Date('2024-01-01T00:00:00Z') };
  const signer = keySigner(KEYS.paa);

  async function chain(idEncoding: 'attributes' | 'common name', notAfter?: Date) {
    const common = { ...base, idEncoding, ...(notAfter === undefined ? {} : { notAfter }) };
    const paa = await issuePaa({ ...common, commonName: 'PAA', vendorId: 0xfff1, signer });
    const paaIssuer: Issuer = { certificate: paa, signer };
    const pai = await issuePai({
      ...common,
      commonName: 'PAI',
      vendorId: 0xfff1,
      paa: paaIssuer,
      publicKey: KEYS.pai,
    });
    const paiIssuer: Issuer = { certificate: pai, signer: keySigner(KEYS.pai) };
    const dac = await issueDac({
      ...common,
      commonName: 'DAC',
      organization: 'ACME',
      crlUri: 'http://a.example/crl',
      vendorId: 0xfff1,
      productId: 0x8000,
      pai: paiIssuer,
      publicKey: KEYS.dac,
    });
    return Promise.all([paa, pai, dac].map(({ der }) => encodePem('CERTIFICATE', der)));
  }

  test.each<['attributes' | 'common name', Date | undefined]>([
    ['attributes', undefined],
    ['common name', new Date('2055-01-01T00:00:00Z')],
  ])('verifies a chain with ids as %s', async (encoding, notAfter) => {
    const [paa = '', pai = '', dac = ''] = await chain(encoding, notAfter);
    const result = openssl(
      ...['verify', '-x509_strict', '-check_ss_sig', '-attime', String(Date.UTC(2024, 5, 1) / 1000)],
      ...['-CAfile', file('paa.pem', paa), '-untrusted', file('pai.pem', pai), file('dac.pem', dac)],
    );
    expect([result.stdout, result.stderr]).toEqual([expect.stringContaining('dac.pem: OK'), '']);
  });

  test('reads the list of revoked and its issuer', async () => {
    const options = { ...base, commonName: 'PAA', signer };
    const paa = await issuePaa({
      ...options,
      crlUri: 'http://a.example/crl',
      crlIssuer: await issuePaa(options),
    });
    const shown = openssl(
      'x509',
      '-in',
      file('crl.pem', await encodePem('CERTIFICATE', paa.der)),
      '-noout',
      '-text',
    );
    expect(shown.stdout.replace(/\s+/g, ' ')).toMatch(
      /Full Name: URI:http:\/\/a.example\/crl CRL Issuer: DirName: ?CN ?= ?PAA/,
    );
  });

  test('verifies the signature of a declaration, and finds its certificate', async () => {
    const { cd } = await createDevelopmentCredentials({
      vendorId: 0xfff1,
      productId: 0x8000,
      random: randomBytes,
      now: new Date('2024-01-01'),
    });
    const certificate = resolve(__dirname, '../../../../vectors/chip-test/Chip-Test-CD-Signing-Cert.pem');
    const content = join(folder, 'content');
    const result = openssl(
      ...['cms', '-verify', '-inform', 'DER', '-in', file('cd.der', cd.der), '-certfile', certificate],
      ...['-CAfile', certificate, '-purpose', 'any', '-binary', '-out', content],
    );
    expect(result.stderr).toContain('Verification successful');
  });

  test('reads our keys and requests, and makes ones that we read', async () => {
    const key = file('key.pem', encodePrivateKeyPem(KEYS.dac));
    expect(openssl('pkey', '-in', key, '-check', '-noout').stdout).toContain('Key is valid');
    const request = await createCertificateRequest(
      { commonName: 'New', vendorId: 0xfff1 },
      keySigner(KEYS.dac),
    );
    const path = file('request.pem', await encodePem('CERTIFICATE REQUEST', request.der));
    expect(
      openssl('req', '-in', path, '-verify', '-noout').stderr +
        openssl('req', '-in', path, '-verify', '-noout').stdout,
    ).toMatch(/verify OK/i);
    const made = openssl('req', '-new', '-key', key, '-subj', '/CN=Theirs');
    expect(publicKeyOfRequest(parseCertificateRequest(Buffer.from(made.stdout))).publicKey).toEqual(
      KEYS.dac.publicKey,
    );
  });

  test.each([
    ['PKCS#8, scrypt', ['pkcs8', '-topk8', '-scrypt', '-passout', 'pass:secret']],
    ['PKCS#8, AES-128', ['pkcs8', '-topk8', '-v2', 'aes-128-cbc', '-passout', 'pass:secret']],
    ['SEC 1, the old way', ['ec', '-aes128', '-passout', 'pass:secret']],
    ['SEC 1 with compressed point', ['ec', '-conv_form', 'compressed']],
  ])('reads a key of it: %s', (_, args) => {
    const made = openssl(...args, '-in', file('key.pem', encodePrivateKeyPem(KEYS.dac)));
    expect(parsePrivateKey(Buffer.from(made.stdout), { passphrase: 'secret' })).toEqual(KEYS.dac);
  });
});
