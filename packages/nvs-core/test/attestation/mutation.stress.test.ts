import fc from 'fast-check';
import {
  classifyCredentials,
  createCertificateRequest,
  encodePrivateKey,
  FactoryError,
  keySigner,
  parseCertificate,
  parseCertificateRequest,
  parseCredential,
  parsePrivateKey,
} from '../../src';
import { isRequestSigned } from '../../src/attestation/certificate-request';
import { parseWellFormedDeclaration } from '../../src/attestation/certification-declaration';
import { toHex } from '../../src/bytes/text';
import { pemText } from './asn1';
import { type CheckBytes, checkBytes, forgeCd, goodInput, KEYS } from './forgery';

const GOOD = { ...goodInput(), cd: forgeCd() };
type FileName = 'dac' | 'pai' | 'cd';
const acceptedWith = (change: Partial<CheckBytes>) => checkBytes({ ...GOOD, ...change }).isAccepted;
const flipped = (data: Uint8Array, offset: number, mask: number) =>
  data.map((byte, index) => (index === offset ? byte ^ mask : byte));

/** Runs `work`; anything it throws but a FactoryError fails with the bytes that did it. */
function onlyFactoryErrors(data: Uint8Array, work: (data: Uint8Array) => unknown): void {
  try {
    work(data);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw new Error(toHex(data), { cause: error });
  }
}

test.each<FileName>(['dac', 'pai', 'cd'])('no flipped byte of a %s passes', (name) => {
  const data = GOOD[name];
  const mask = fc.oneof(fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128), fc.integer({ min: 1, max: 255 }));
  const masks = fc.array(mask, { minLength: data.length, maxLength: data.length });
  // Every byte is either signed, or part of what signs.
  const everyByte = fc.property(masks, (list) =>
    list.every((value, offset) => !acceptedWith({ [name]: flipped(data, offset, value) })),
  );
  fc.assert(everyByte, { numRuns: 1, endOnFailure: true });
});

test.each<FileName>(['dac', 'pai', 'cd'])('a %s cut off at any length is refused', (name) => {
  for (let length = 0; length < GOOD[name].length; length++) {
    expect(acceptedWith({ [name]: GOOD[name].slice(0, length) })).toBe(false);
  }
});

test('several changes, insertions and removals never crash and never pass', () => {
  const file = fc.constantFrom<FileName>('dac', 'pai', 'cd');
  const edit = fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 20 }));
  fc.assert(
    fc.property(file, fc.array(edit, { minLength: 1, maxLength: 3 }), (name, edits) => {
      const bytes = [...GOOD[name]];
      for (const [at, remove, insert] of edits) bytes.splice(at % bytes.length, remove, ...insert);
      const changed = Uint8Array.from(bytes);
      fc.pre(Buffer.compare(changed, GOOD[name]) !== 0);
      expect(acceptedWith({ [name]: changed })).toBe(false);
      const files: typeof GOOD = { ...GOOD, [name]: changed };
      classifyCredentials({
        vendorIds: [0xfff1],
        dac: parseCredential('dac', files.dac),
        pai: parseCredential('pai', files.pai),
        cd: parseCredential('cd', files.cd),
      });
    }),
    { numRuns: 600 },
  );
});

test('any bytes are read or refused with a FactoryError', () => {
  const start = fc.constantFrom('', '30', '3082', '3003020100', '2d2d2d2d2d424547494e20');
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 80 }), (prefix, rest) => {
      const data = Buffer.concat([Buffer.from(prefix, 'hex'), rest]);
      onlyFactoryErrors(data, parseCertificate);
      onlyFactoryErrors(data, parseWellFormedDeclaration);
      onlyFactoryErrors(data, parseCertificateRequest);
      onlyFactoryErrors(data, (bytes) => parsePrivateKey(bytes, { passphrase: 'x' }));
    }),
    { numRuns: 1500 },
  );
});

test.each([
  ['SEC 1', encodePrivateKey(KEYS.dac, 'sec1')],
  ['PKCS#8', encodePrivateKey(KEYS.dac, 'pkcs8')],
])('each flipped byte of a %s key is refused or the same key', (_, data) => {
  for (let offset = 0; offset < data.length; offset++) {
    for (const mask of [0x01, 0x80]) {
      onlyFactoryErrors(flipped(data, offset, mask), (bytes) =>
        expect(parsePrivateKey(bytes).publicKey).toEqual(KEYS.dac.publicKey),
      );
    }
  }
});

test('each flipped byte of a request breaks it or its signature', async () => {
  const { der } = await createCertificateRequest({ commonName: 'x', vendorId: 0xfff1 }, keySigner(KEYS.pai));
  for (let offset = 0; offset < der.length; offset++) {
    onlyFactoryErrors(flipped(der, offset, 0x01), (bytes) =>
      expect(isRequestSigned(parseCertificateRequest(bytes))).toBe(false),
    );
  }
});

test('each flipped character of a PEM file is refused, or does not change the certificate', () => {
  const pem = Buffer.from(pemText('CERTIFICATE', GOOD.dac));
  for (let offset = 0; offset < pem.length; offset++) {
    for (const mask of [0x01, 0x80]) {
      onlyFactoryErrors(flipped(pem, offset, mask), (dac) => {
        const same = Buffer.compare(parseCertificate(dac).der, GOOD.dac) === 0;
        expect(same || !acceptedWith({ dac })).toBe(true);
      });
    }
  }
});
