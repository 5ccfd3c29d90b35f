/** Random certificates of ours, judged by openssl. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  type Certificate,
  encodePem,
  encodePrivateKeyPem,
  generateKey,
  issueDac,
  issuePaa,
  issuePai,
  keySigner,
  type PrivateKey,
  randomBytes,
} from 'nvs-core';
import { bytesArbitrary, parametersOf, printSeed, runsOf } from './seed';

const COUNT = 25;
let folder: string;
beforeAll(() => {
  printSeed('openssl', runsOf(COUNT));
  folder = mkdtempSync(join(tmpdir(), 'conformance-openssl-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openssl = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  return { status, text: stdout + stderr };
};
const write = async (name: string, certificate: Certificate) =>
  writeFileSync(join(folder, name), await encodePem('CERTIFICATE', certificate.der));
const publicKeyOf = (...args: string[]) => openssl(...args).text;

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((drawn) => {
  const bytes = Buffer.byteLength(drawn);
  return bytes <= 20 && drawn.trim() !== '' && !/\p{C}|[mM](vid|pid)/u.test(drawn);
});
const chainArbitrary = fc.record({
  names: fc.tuple(text, text, text),
  organization: fc.option(text, { nil: undefined }),
  vendorId: fc.integer({ min: 1, max: 0xfff4 }),
  productId: fc.integer({ min: 1, max: 0xffff }),
  idEncoding: fc.constantFrom('attributes' as const, 'common name' as const),
  paiProduct: fc.boolean(),
  serialNumber: bytesArbitrary(fc.integer({ min: 8, max: 20 })).map((serial) => {
    serial[0] = ((serial[0] ?? 0) & 0x7f) | 1;
    return serial;
  }),
  days: fc.option(fc.integer({ min: 1, max: 36_000 }), { nil: undefined }),
});

test('openssl verifies chains of ours, and sees the same key, names and serial number', async () => {
  await fc.assert(
    fc.asyncProperty(chainArbitrary, async (drawn) => {
      const { names, vendorId, productId, paiProduct, serialNumber, days, organization, idEncoding } = drawn;
      const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000);
      const keys = [0, 1, 2].map(() => generateKey(randomBytes)) as [PrivateKey, PrivateKey, PrivateKey];
      const common = {
        random: randomBytes,
        notBefore,
        vendorId,
        idEncoding,
        ...(organization && { organization }),
      };
      const paa = await issuePaa({ ...common, commonName: names[0], signer: keySigner(keys[0]) });
      const pai = await issuePai({
        ...common,
        commonName: names[1],
        ...(paiProduct && { productId }),
        paa: { certificate: paa, signer: keySigner(keys[0]) },
        publicKey: keys[1],
      });
      const dac = await issueDac({
        ...common,
        commonName: names[2],
        productId,
        serialNumber,
        ...(days && { notAfter: new Date(notBefore.getTime() + days * 86_400_000) }),
        pai: { certificate: pai, signer: keySigner(keys[1]) },
        publicKey: keys[2],
      });
      await write('paa.pem', paa);
      await write('pai.pem', pai);
      await write('dac.pem', dac);
      writeFileSync(join(folder, 'dac-key.pem'), encodePrivateKeyPem(keys[2]));
      expect(
        openssl('verify', '-x509_strict', '-CAfile', 'paa.pem', '-untrusted', 'pai.pem', 'dac.pem'),
      ).toEqual({
        status: 0,
        text: 'dac.pem: OK\n',
      });
      const shown = openssl(
        'x509',
        '-in',
        'dac.pem',
        '-noout',
        '-serial',
        '-subject',
        '-nameopt',
        'utf8,sep_multiline',
      );
      expect(shown.text).toContain(`serial=${Buffer.from(serialNumber).toString('hex').toUpperCase()}\n`);
      const vid = vendorId.toString(16).toUpperCase().padStart(4, '0');
      const pid = productId.toString(16).toUpperCase().padStart(4, '0');
      const ids =
        idEncoding === 'attributes'
          ? [`1.3.6.1.4.1.37244.2.1=${vid}`, `1.3.6.1.4.1.37244.2.2=${pid}`]
          : [`Mvid:${vid}`, `Mpid:${pid}`];
      for (const id of ids) expect(shown.text).toContain(id);
      expect(publicKeyOf('x509', '-in', 'dac.pem', '-noout', '-pubkey')).toBe(
        publicKeyOf('pkey', '-in', 'dac-key.pem', '-pubout'),
      );
    }),
    { ...parametersOf(COUNT), endOnFailure: true },
  );
}, 600_000);
