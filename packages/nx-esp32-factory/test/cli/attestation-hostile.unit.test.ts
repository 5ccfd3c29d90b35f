import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePem } from 'nvs-core';
import { run } from '../../src/cli/main';
import { FakeTerminal, LightApp } from '../light-app';

let app: LightApp;
const home = process.cwd();
beforeAll(() => {
  app = new LightApp();
  process.chdir(join(app.folder, 'credentials'));
});
afterAll(() => {
  process.chdir(home);
  app.remove();
});

async function command(...argv: string[]) {
  const terminal = new FakeTerminal();
  const start = Date.now();
  const status = await run(['attestation', ...argv], terminal);
  expect(Date.now() - start).toBeLessThan(5000);
  return { status, text: terminal.stdout + terminal.stderr };
}

const TEN_MEGABYTES = 10_000_000;
const read = (name: string) => readFileSync(name);
const write = (data: Uint8Array | string) => {
  writeFileSync('hostile', data);
  return 'hostile';
};
const keyOf = (type: 'rsa' | 'P-384') =>
  (type === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: type })
  ).privateKey.export({ type: 'pkcs8', format: 'pem' });

/** Sequences in one another. */
function nested(depth: number): Uint8Array {
  let der: Buffer = Buffer.from([5, 0]);
  for (let level = 0; level < depth; level++) der = wrap(0x30, der);
  return der;
}

/** A TLV whose structure is closed before its last field, so that bytes follow after its end. */
function trailingTlv(der: Uint8Array): Uint8Array {
  const changed = Buffer.from(der);
  const certificationType = changed.indexOf(Buffer.from([0x24, 0x08, 0x00, 0x18]));
  changed.set([0x18], certificationType);
  return changed;
}

/** A DER value. */
function wrap(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** Where the content of the DER value at an offset begins. */
function contentAt(der: Buffer, at: number): number {
  const length = der[at + 1] ?? 0;
  return at + (length < 128 ? 2 : 2 + (length & 0x7f));
}

/** The same signer twice in the SET of signers, which ends a declaration. */
function twoSigners(data: Uint8Array): Uint8Array {
  const der = Buffer.from(data);
  const setAt = der.findLastIndex((tag, at) => tag === 0x31 && at + 2 + (der[at + 1] ?? 0) === der.length);
  const signer = der.subarray(setAt + 2);
  const oidAt = contentAt(der, 0);
  const oid = der.subarray(oidAt, oidAt + 2 + (der[oidAt + 1] ?? 0));
  const signedAt = contentAt(der, contentAt(der, oidAt + oid.length));
  const set = wrap(0x31, Buffer.concat([signer, signer]));
  const signed = wrap(0x30, Buffer.concat([der.subarray(signedAt, setAt), set]));
  return wrap(0x30, Buffer.concat([oid, wrap(0xa0, signed)]));
}

type Row = readonly [string, () => string, string];

const CERTIFICATES: readonly Row[] = [
  ['an empty file', () => write(''), 'attestation.file-empty'],
  ['two certificates', () => write(Buffer.concat([read('dac.pem'), read('pai.pem')])), 'attestation.several'],
  ['a private key', () => 'dac-key.pem', 'attestation.wrong-kind'],
  ['a declaration', () => 'cd.der', 'attestation.wrong-kind'],
  ['10 MB', () => write(Buffer.alloc(TEN_MEGABYTES, 0x30)), 'files.too-large'],
  [
    '10 MB of PEM',
    () => write(`-----BEGIN CERTIFICATE-----\n${'A'.repeat(TEN_MEGABYTES)}`),
    'files.too-large',
  ],
  [
    'a huge length',
    () => write(Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0])),
    'attestation.der-malformed',
  ],
  ['nesting 5000 deep', () => write(nested(5000)), 'attestation.der-malformed'],
  ['PEM without an end', () => write('-----BEGIN CERTIFICATE-----\nAAAA\n'), 'attestation.pem-malformed'],
  ['words', () => write('what is this\n'), 'attestation.der-malformed'],
];

describe('as a certificate', () => {
  it.each(CERTIFICATES)('%s', async (_name, arrange, code) => {
    const file = arrange();
    const issue = [
      'issue-dac',
      '--ca-key',
      'pai-key.pem',
      '--product-id',
      '1',
      '--out',
      'no.pem',
      '--ca-cert',
      file,
    ];
    const check = ['check', '--pai', 'pai.pem', '--cd', 'cd.der', '--dac', file];
    for (const argv of [issue, check])
      expect(await command(...argv)).toEqual({ status: 1, text: expect.stringContaining(code) });
    if (code !== 'attestation.several' && !file.endsWith('cd.der'))
      expect((await command('show', file)).text).toContain(code);
  });
});

const KEYS: readonly Row[] = [
  ['an empty file', () => write(''), 'attestation.file-empty'],
  ['a certificate', () => 'dac.pem', 'attestation.wrong-kind'],
  ['RSA', () => write(keyOf('rsa')), 'attestation.key-algorithm-unsupported'],
  ['P-384', () => write(keyOf('P-384')), 'attestation.key-algorithm-unsupported'],
  ['10 MB', () => write(Buffer.alloc(TEN_MEGABYTES)), 'files.too-large'],
  ['another key', () => 'paa-key.pem', 'attestation.key-mismatch'],
];

describe('as a private key', () => {
  it.each(KEYS)('%s', async (_name, arrange, code) => {
    const key = arrange();
    const argv = [
      'issue-dac',
      '--ca-cert',
      'pai.pem',
      '--product-id',
      '1',
      '--out',
      'no.pem',
      '--ca-key',
      key,
    ];
    expect(await command(...argv)).toEqual({ status: 1, text: expect.stringContaining(code) });
  });

  it.each([
    ['a wrong passphrase', 'wrong', 'crypto.passphrase-wrong'],
    ['no passphrase', undefined, 'crypto.passphrase-missing'],
  ])('%s', async (_name, passphrase, code) => {
    const encrypted = createPrivateKey(read('pai-key.pem')).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'correct',
    });
    const key = write(String(encrypted));
    writeFileSync('passphrase', `${passphrase}\n`);
    const argv = [
      'issue-dac',
      '--ca-cert',
      'pai.pem',
      '--product-id',
      '0x8001',
      '--out',
      'no.pem',
      '--ca-key',
      key,
    ];
    const given = passphrase === undefined ? [] : ['--ca-key-passphrase', 'file:passphrase'];
    expect(await command(...argv, ...given)).toEqual({ status: 1, text: expect.stringContaining(code) });
    writeFileSync('passphrase', 'correct\n');
    expect(
      (
        await command(
          ...argv.map((word) => word.replace('no.pem', 'yes.pem')),
          '--ca-key-passphrase',
          'file:passphrase',
          '--force',
        )
      ).status,
    ).toBe(0);
  });
});

const DECLARATIONS: readonly Row[] = [
  ['an empty file', () => write(''), 'attestation.file-empty'],
  ['a certificate', () => 'dac.pem', 'attestation.wrong-kind'],
  [
    'several signers',
    () => write(twoSigners(read('cd.der'))),
    'there are 2 signers, not one (refused by commissioners: 600 ',
  ],
  [
    'bytes after the TLV',
    () => write(trailingTlv(read('cd.der'))),
    '3 bytes follow after the end of its TLV (refused by commissioners: 603 ',
  ],
  ['10 MB', () => write(Buffer.alloc(TEN_MEGABYTES, 0x30)), 'files.too-large'],
  ['cut off', () => write(read('cd.der').subarray(0, -1)), 'attestation.der-malformed'],
];

describe('as a declaration', () => {
  it.each(DECLARATIONS)('%s', async (_name, arrange, words) => {
    const argv = ['check', '--dac', 'dac.pem', '--pai', 'pai.pem', '--cd', arrange()];
    expect(await command(...argv)).toEqual({ status: 1, text: expect.stringContaining(words) });
  });

  it('as PEM', async () => {
    const file = write(await encodePem('CMS', read('cd.der')));
    expect(await command('check', '--dac', 'dac.pem', '--pai', 'pai.pem', '--cd', file)).toMatchObject({
      status: 0,
    });
  });
});

it('a request of which a byte was changed', async () => {
  await command('create-csr', '--vendor-id', '0xFFF1', '--product-id', '0x8001', '--out', 'csr.der');
  const der = read('csr.der');
  const codes = new Set<string>();
  for (let at = 0; at < der.length; at += 7) {
    const broken = Uint8Array.from(der);
    broken[at] = (broken[at] ?? 0) ^ 0x40;
    const argv = [
      'issue-dac',
      '--ca-cert',
      'pai.pem',
      '--ca-key',
      'pai-key.pem',
      '--out',
      'no.pem',
      '--csr',
      write(broken),
    ];
    const { status, text } = await command(...argv);
    expect([at, status]).toEqual([at, 1]);
    codes.add(/✖ ([a-z.-]+)/.exec(text)?.[1] ?? text);
  }
  expect(codes).toContain('attestation.request-signature-invalid');
});
