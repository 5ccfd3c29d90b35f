import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import {
  createPrivateKey,
  encodePem,
  encodePrivateKeyPem,
  issueCdSignerCertificate,
  issueDac,
  issuePaa,
  issuePai,
  keySigner,
  parseCertificate,
  sha256,
} from 'nvs-core';
import { run } from '../../src/cli/main';
import { FOLDER_LIMIT } from '../../src/files';
import { FakeTerminal, LightApp } from '../light-app';

const VECTORS = resolve(__dirname, '../../../../vectors');
const KNOWN_SIGNER = join(VECTORS, 'chip-test/Chip-Test-CD-Signing-Cert.der');
const PAAS = [
  join(VECTORS, 'chip-test/Chip-Test-PAA-NoVID-Cert'),
  join(VECTORS, 'commissioner-dut/PAA-FFF1-Cert'),
] as const;

let app: LightApp;
const home = process.cwd();
beforeEach(() => {
  app = new LightApp();
  process.chdir(app.folder);
  mkdirSync('mirror');
});
afterEach(() => {
  process.chdir(home);
  app.remove();
});

async function command(...argv: readonly string[]) {
  const terminal = new FakeTerminal();
  return { status: await run(argv, terminal), ...terminal };
}
const trust = (...more: readonly string[]) =>
  command('attestation', 'trust', '--from', 'mirror', '--to', 'trust', ...more);

const keyOf = (name: string) => createPrivateKey(sha256(Buffer.from(name)));
const issued = (name: string, key = name) => ({
  random: (length: number) => sha256(Buffer.from(`${name} ${key}`)).slice(0, length),
  notBefore: new Date('2024-01-01T00:00:00Z'),
  commonName: name,
  publicKey: keyOf(key),
  signer: keySigner(keyOf(key)),
});
const pem = async (path: string, der: Uint8Array) => writeFileSync(path, await encodePem('CERTIFICATE', der));

/** The mirror's layout: each certificate twice. */
async function mirror(): Promise<void> {
  for (const [index, path] of PAAS.entries()) {
    const { der } = parseCertificate(readFileSync(index === 0 ? `${path}.der` : `${path}.pem`));
    writeFileSync(`mirror/dcld_mirror_${index}.der`, der);
    await pem(`mirror/dcld_mirror_${index}.pem`, der);
  }
}

describe('esp32-factory attestation trust', () => {
  beforeEach(mirror);

  it('writes each certificate once, as DER, with a dated list', async () => {
    copyFileSync(KNOWN_SIGNER, 'mirror/signer.der');
    const { status, stdout, stderr } = await trust();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Wrote trust/paa: 2 PAAs\n');
    expect(stdout).toContain('Wrote trust/cd-signers: 1 CD signer\n');
    expect(stdout).toContain('2 were there twice or more, and are written once');
    const paas = readdirSync('trust/paa').sort();
    expect(paas).toEqual([
      expect.stringMatching(/^6afd22771f511fecbf1641976710dcdc31a1717e-[0-9a-f]{16}\.der$/),
      expect.stringMatching(/^785ce705b86b8f4e6fc793aa60cb43ea696882d5-[0-9a-f]{16}\.der$/),
    ]);
    for (const name of paas) expect(parseCertificate(app.read(`trust/paa/${name}`)).version).toBe(3);
    const list = JSON.parse(app.read('trust/trust.json').toString());
    expect(list).toMatchObject({
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      paa: {
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        certificates: [
          { file: paas[0], subject: 'CN=Matter Test PAA, VID=FFF1' },
          { file: paas[1], subject: 'CN=Matter Test PAA' },
        ],
      },
      cdSigners: { certificates: [{ subject: 'CN=Matter Test CD Signing Authority' }] },
    });
    expect(stdout).toContain(list.paa.digest);
    const json = JSON.parse((await trust('--json')).stdout);
    expect(json).toMatchObject({ folder: 'trust', paa: list.paa, findings: [] });
  });

  it('has a digest that a shell can compute, and that only certificates change', async () => {
    const digestOf = async () => JSON.parse((await trust('--json')).stdout).paa.digest as string;
    const digest = await digestOf();
    const lines = readdirSync('trust/paa').map((name) => sha256(app.read(`trust/paa/${name}`)));
    const text = lines.map((hash) => `${Buffer.from(hash).toString('hex')}\n`).sort();
    expect(digest).toBe(`sha256:${Buffer.from(sha256(Buffer.from(text.join('')))).toString('hex')}`);
    rmSync('mirror/dcld_mirror_0.pem');
    writeFileSync('mirror/README', 'junk');
    expect(await digestOf()).toBe(digest);
    rmSync('mirror/dcld_mirror_0.der');
    expect(await digestOf()).not.toBe(digest);
  });

  it('removes the files of an earlier snapshot', async () => {
    await trust();
    rmSync('mirror/dcld_mirror_0.der');
    rmSync('mirror/dcld_mirror_0.pem');
    expect((await trust()).status).toBe(0);
    expect(readdirSync('trust/paa')).toHaveLength(1);
  });

  it('copies no private key, and names the files that have one', async () => {
    const key = keyOf('PAA');
    const paa = await issuePaa(issued('PAA'));
    const text = encodePrivateKeyPem(key);
    writeFileSync('mirror/both.pem', `${text}${await encodePem('CERTIFICATE', paa.der)}`);
    writeFileSync('mirror/alone.pem', text);
    copyFileSync(join(VECTORS, 'chip-test/Chip-Test-PAA-NoVID-Key.der'), 'mirror/in-der.der');
    const { status, stdout, stderr } = await trust();
    expect(status).toBe(0);
    for (const name of ['both.pem', 'alone.pem', 'in-der.der'])
      expect(stderr).toContain(
        `trust.key-skipped: mirror/${name} has a private key: nothing in it was copied`,
      );
    expect(readdirSync('trust/paa')).toHaveLength(2);
    const all = readdirSync('trust', { recursive: true, encoding: 'utf8' }).filter((name) => /\./.test(name));
    const written = Buffer.concat(all.map((name) => app.read(join('trust', name))));
    expect(written.includes(Buffer.from(key.raw))).toBe(false);
    expect(written.includes('PRIVATE KEY')).toBe(false);
    expect(`${stdout}${stderr}`).not.toContain(text.split('\n')[1]);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'text',
      () => writeFileSync('mirror/x', 'hello'),
      /mirror\/x was not copied: the certificate is not valid/,
    ],
    ['an empty file', () => writeFileSync('mirror/x', ''), /mirror\/x was not copied: the file is empty/],
    [
      'a cut certificate',
      () => writeFileSync('mirror/x.der', app.read('credentials/paa-trust-store/paa.der').subarray(0, 200)),
      /mirror\/x\.der was not copied/,
    ],
    [
      'a large file',
      () => writeFileSync('mirror/x', new Uint8Array(70_000)),
      /mirror\/x was not copied: .* the limit is 65536/,
    ],
    ['a folder', () => mkdirSync('mirror/x'), /mirror\/x was not copied: .* is a directory/],
    [
      'a link to nothing',
      () => symlinkSync('gone', 'mirror/x'),
      /mirror\/x was not copied: there is no file/,
    ],
    [
      'a PAI',
      () => copyFileSync('credentials/pai.pem', 'mirror/x'),
      /mirror\/x was not copied: the basicConstraints of the PAA are/,
    ],
    [
      'a declaration',
      () => copyFileSync('credentials/cd.der', 'mirror/x'),
      /mirror\/x was not copied: the file contains a certification declaration/,
    ],
  ])('names and leaves out %s', async (_, write, message) => {
    write();
    const { status, stderr } = await trust();
    expect([status, stderr]).toEqual([0, expect.stringMatching(message)]);
    expect(readdirSync('trust/paa')).toHaveLength(2);
  });

  it('tells signers from PAAs, and leaves out what certified them', async () => {
    const root = await issuePaa(issued('Root of signers'));
    const signer = await issueDac({
      ...issued('Signer'),
      vendorId: 0xfff1,
      productId: 0x8000,
      pai: {
        certificate: await issuePai({
          ...issued('Between'),
          paa: { certificate: root, signer: keySigner(keyOf('Root of signers')) },
          vendorId: 0xfff1,
        }),
        signer: keySigner(keyOf('Between')),
      },
    });
    await pem('mirror/signer.pem', signer.der);
    const between = await issueCdSignerCertificate(issued('Looks like a PAA'));
    mkdirSync('signers');
    await pem('signers/own.pem', between.der);
    const { status, stdout } = await trust('--cd-signers', 'signers', '--json');
    expect(status).toBe(0);
    const { cdSigners, paa } = JSON.parse(stdout);
    const subjects = cdSigners.certificates.map(({ subject }: { subject: string }) => subject).sort();
    expect(subjects).toEqual(['CN=Looks like a PAA', 'CN=Signer, VID=FFF1, PID=8000']);
    expect(paa.certificates).toHaveLength(2);
  });

  it('leaves out the root that issued the signers', async () => {
    const root = await issuePaa(issued('Root'));
    const signer = await issuePai({
      ...issued('Signer'),
      paa: { certificate: root, signer: keySigner(keyOf('Root')) },
      vendorId: 0xfff1,
    });
    await pem('mirror/root.pem', root.der);
    mkdirSync('signers');
    await pem('signers/signer.pem', signer.der);
    const { status, stderr } = await trust('--cd-signers', 'signers');
    expect(status).toBe(0);
    expect(stderr).toContain('mirror/root.pem was not copied: it issued the signers of declarations');
  });

  it('warns of PAAs with one key id', async () => {
    await pem('mirror/a.pem', (await issuePaa(issued('A', 'one key'))).der);
    await pem('mirror/b.pem', (await issuePaa(issued('B', 'one key'))).der);
    const { status, stderr } = await trust();
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining('trust.same-key-id: 2 PAAs have the key id '),
    ]);
    expect(readdirSync('trust/paa')).toHaveLength(4);
  });

  it.each([
    ['trust/paa/other.der', ['trust/paa']],
    ['trust/cd-signers/x.pem', ['trust/cd-signers']],
  ])('does not write where %s would be trusted, too', async (path, folders) => {
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    writeFileSync(path, 'x');
    const { status, stderr } = await trust();
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining(`trust.foreign-file: ${path} is not a file`),
    ]);
    expect(readdirSync('trust')).not.toContain('trust.json');
  });

  it('needs a folder with certificates', async () => {
    mkdirSync('empty');
    writeFileSync('empty/junk', 'junk');
    const nothing = await command('attestation', 'trust', '--from', 'empty', '--to', 'trust');
    expect([nothing.status, nothing.stderr]).toEqual([
      1,
      expect.stringMatching(/trust\.nothing-found: .* in empty[\s\S]*empty\/junk was not copied/),
    ]);
    expect((await command('attestation', 'trust', '--from', 'gone', '--to', 'trust')).stderr).toContain(
      'files.missing',
    );
    for (let index = 0; index <= FOLDER_LIMIT; index++) writeFileSync(`empty/${index}`, '');
    const many = await command('attestation', 'trust', '--from', 'empty', '--to', 'trust');
    expect([many.status, many.stderr]).toEqual([1, expect.stringContaining('files.too-many')]);
    expect((await command('attestation', 'trust', '--from', 'mirror')).status).toBe(2);
    expect((await command('attestation', 'trust', '--to', 'trust')).status).toBe(2);
  });

  it('makes what "attestation check" and a second snapshot read', async () => {
    copyFileSync('credentials/paa-trust-store/paa.der', 'mirror/own.der');
    await trust();
    const set = [
      '--dac',
      'credentials/dac.pem',
      '--pai',
      'credentials/pai.pem',
      '--cd',
      'credentials/cd.der',
    ];
    const stores = ['--paa-dir', 'trust/paa'];
    expect((await command('attestation', 'check', ...set, ...stores)).status).toBe(0);
    const digest = JSON.parse(app.read('trust/trust.json').toString()).paa.digest;
    const again = await command('attestation', 'trust', '--from', 'trust/paa', '--to', 'again', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ paa: { digest }, findings: [] });
  });
});

describe('a pinned folder', () => {
  const pin = (digest: string) => {
    const { trust } = JSON.parse(app.read('factory.config.json').toString()).attestation;
    app.set('attestation', { trust: { ...trust, paa: { folder: 'trust/paa', digest } } });
  };
  const image = () => command('image', 'factory.config.json');

  it('is accepted as it was, and is an error when it changed, in development too', async () => {
    copyFileSync('credentials/paa-trust-store/paa.der', 'mirror/own.der');
    const { digest } = JSON.parse((await trust('--json')).stdout).paa;
    pin(digest);
    expect((await image()).status).toBe(0);
    copyFileSync(`${PAAS[0]}.der`, 'trust/paa/one-more.der');
    const { status, stderr } = await image();
    expect(status).toBe(1);
    expect(stderr).toContain('trust.changed: the digest of the 2 certificates in trust/paa is sha256:');
    expect(stderr).toContain(`the config pins ${digest}`);
    expect(stderr).toMatch(/→ factory\.config\.json:\d+:\d+, attestation\.trust\.paa\.digest/);
    const [, actual = ''] = /write "digest": "(sha256:[0-9a-f]{64})"/.exec(stderr) ?? [];
    pin(actual);
    expect((await image()).status).toBe(0);
  });

  it.each(['', 'sha256:', 'ab'.repeat(32), `sha256:${'AB'.repeat(32)}`])(
    'is no digest: %j',
    async (digest) => {
      pin(digest);
      const { status, stderr } = await image();
      expect([status, stderr]).toEqual([1, expect.stringContaining('attestation.trust.paa.digest')]);
      expect(stderr).toMatch(/config\.text-(invalid|empty)/);
    },
  );
});
