import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../../src/cli/main';
import { codeBlock, commandsOf } from '../code-blocks';
import { FakeTerminal, LightApp } from '../light-app';

const PEER = resolve(__dirname, '../../../../tools/peers/matter');

/** The parsers of matter.js, in a separate process: certificates and a declaration in, what they say out. */
const PARSE = `
const { CertificationDeclaration, Dac, Paa, Pai } = require('@matter/protocol');
const { readFileSync } = require('node:fs');
const read = (file) => Uint8Array.from(readFileSync(file));
const [paa, pai, dac, cd] = process.argv.slice(1).map(read);
const { content, signerSubjectKeyId } = CertificationDeclaration.parse(cd);
const certificates = [Paa.fromAsn1(paa), Pai.fromAsn1(pai), Dac.fromAsn1(dac)].map(({ cert }) => ({
  subject: cert.subject,
  issuer: cert.issuer,
  basicConstraints: cert.extensions.basicConstraints,
  keyUsage: cert.extensions.keyUsage,
}));
console.log(JSON.stringify({ certificates, content, keyId: Buffer.from(signerSubjectKeyId).toString('hex') }));
`;

const home = process.cwd();
let app: LightApp;
beforeAll(async () => {
  if (!existsSync(join(PEER, 'node_modules', '@matter', 'protocol')))
    throw new Error(`matter.js is missing: run "npm ci --prefix ${PEER}"`);
  app = new LightApp();
  process.chdir(app.folder);
});
afterAll(() => {
  process.chdir(home);
  app.remove();
});

/** The commands of the guide, with their certificates as DER and the given options added. */
async function issue(options: Readonly<Record<string, readonly string[]>>): Promise<void> {
  for (const [, ...argv] of commandsOf(codeBlock('guide/attestation.md', 'issue'))) {
    const added = options[argv[1] ?? ''] ?? [];
    const words = argv
      .map((word) => word.replace(/^(paa|pai|dac)\.pem$/, '$1.der'))
      // One signer signs.
      .filter((word) => word !== '--test-key' || !added.includes('--key'));
    const terminal = new FakeTerminal();
    const status = await run([...words, ...added, '--force'], terminal);
    expect([status, terminal.stderr]).toEqual([0, '']);
  }
}

function parse() {
  const files = ['paa.der', 'pai.der', 'dac.der', 'cd.der'].map((name) => join(app.folder, name));
  const out = execFileSync(process.execPath, ['-e', PARSE, ...files], { cwd: PEER, encoding: 'utf8' });
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as unknown;
}

const VENDOR = { vendorId: 0xfff1 };
const PRODUCT = { ...VENDOR, productId: 0x8001 };

it('reads what is issued as it was meant: ids as attributes', async () => {
  await issue({});
  expect(parse()).toMatchObject({
    certificates: [
      { subject: VENDOR, basicConstraints: { isCa: true, pathLen: 1 } },
      { subject: VENDOR, issuer: VENDOR, basicConstraints: { isCa: true, pathLen: 0 } },
      {
        subject: PRODUCT,
        issuer: VENDOR,
        basicConstraints: { isCa: false },
        keyUsage: { digitalSignature: true },
      },
    ],
    content: { formatVersion: 1, vendorId: 0xfff1, produceIdArray: [0x8001, 0x8002], deviceTypeId: 0x101 },
    keyId: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
});

it('reads what is issued as it was meant: ids in the common name, every field of the declaration', async () => {
  const ids = ['--subject-ids', 'common-name'];
  const signer = ['--out', 'signer.pem', '--out-key', 'signer-key.pem'];
  expect(await run(['attestation', 'issue-cd-signer', ...signer], new FakeTerminal())).toBe(0);
  await issue({
    'issue-paa': ids,
    'issue-pai': ids,
    'issue-dac': [...ids, '--valid-days', '100'],
    'issue-cd': [
      ...[
        '--dac-origin-vendor-id',
        '0xFFF2',
        '--dac-origin-product-id',
        '0x8003',
        '--certification-type',
        '1',
      ],
      ...['--version-number', '7', '--authorized-paa', 'paa.der'],
      // The public test key signs for type 0 only.
      ...['--key', 'signer-key.pem', '--cert', 'signer.pem'],
    ],
  });
  const text = (name: string, product = '') => ({ commonName: `${name} Mvid:FFF1${product}` });
  expect(parse()).toMatchObject({
    certificates: [
      { subject: text('Example PAA') },
      { subject: text('Example PAI'), issuer: text('Example PAA') },
      { subject: text('Light SN-0001', ' Mpid:8001') },
    ],
    content: {
      dacOriginVendorId: 0xfff2,
      dacOriginProductId: 0x8003,
      certificationType: 1,
      versionNumber: 7,
      authorizedPaaList: [expect.anything()],
    },
  });
});
