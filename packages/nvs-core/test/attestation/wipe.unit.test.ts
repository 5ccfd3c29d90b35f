/** Copies of a private key are overwritten, whatever becomes of it. */
import { createPrivateKey as nodeKey } from 'node:crypto';
import {
  createDevelopmentCredentials,
  encodePrivateKey,
  encodePrivateKeyPem,
  parseCertificate,
  parseCertificates,
  parsePrivateKey,
  parsePublicCredentials,
} from '../../src';
import { parseCredentialBlock, wipeKeys } from '../../src/attestation/credential-file';
import { pemText } from './asn1';
import { forgeCertificate, KEYS, seededRandom } from './forgery';

const text = (value: string) => Uint8Array.from(Buffer.from(value));
const secret = Buffer.from(KEYS.dac.raw);
const holdsSecret = (data: Uint8Array) => Buffer.from(data).includes(secret);

/** How many buffers that hold the key of the DAC are overwritten while `work` runs. */
function wipedBy(work: () => unknown): number {
  let count = 0;
  const fill = Uint8Array.prototype.fill;
  jest.spyOn(Uint8Array.prototype, 'fill').mockImplementation(function (this: Uint8Array, ...args) {
    if (holdsSecret(this)) count++;
    return fill.apply(this, args) as Uint8Array<ArrayBuffer>;
  });
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ name: 'FactoryError' });
  } finally {
    jest.restoreAllMocks();
  }
  return count;
}

const CERTIFICATE = pemText('CERTIFICATE', forgeCertificate('dac'));
const PEM = encodePrivateKeyPem(KEYS.dac);
const DER = encodePrivateKey(KEYS.dac, 'pkcs8');
const BROKEN = '-----BEGIN X-----\n%\n-----END X-----\n';
const passphrase = 'secret';
const encrypted = nodeKey(PEM).export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase });
const brokenSec1 = encodePrivateKey(KEYS.dac, 'sec1').map((byte, index) => (index === 60 ? byte ^ 1 : byte));

test.each<[string, number, () => unknown]>([
  ['a key of PEM', 1, () => parsePrivateKey(text(PEM))],
  ['a key of DER: those bytes are the caller’s', 0, () => parsePrivateKey(DER)],
  ['an encrypted key', 1, () => parsePrivateKey(text(encrypted.toString()), { passphrase })],
  ['a key with the point of another', 1, () => parsePrivateKey(text(pemText('PRIVATE KEY', brokenSec1)))],
  ['two keys', 2, () => parsePrivateKey(text(PEM + PEM))],
  ['a key before a broken block', 1, () => parsePrivateKey(text(PEM + BROKEN))],
  ['a key where a certificate is asked for', 1, () => parseCertificate(text(PEM))],
  ['a key beside the certificate', 1, () => parseCertificate(text(PEM + CERTIFICATE))],
  ['a key beside certificates', 1, () => parseCertificates(text(PEM + CERTIFICATE))],
  ['a key beside what is shown', 1, () => parsePublicCredentials(text(PEM + CERTIFICATE))],
  ['a key that is to be shown', 1, () => parsePublicCredentials(text(PEM))],
])('%s', (_, count, work) => {
  expect(wipedBy(work)).toBe(count);
});

test('the key that is returned is not the one that is wiped', () => {
  expect(parsePrivateKey(text(PEM))).toEqual(KEYS.dac);
  const block = parseCredentialBlock(text(PEM), 'private key');
  expect(holdsSecret(block.der)).toBe(true);
  wipeKeys([block]);
  expect(holdsSecret(block.der)).toBe(false);
});

test('keys of development credentials that cannot be issued', async () => {
  const drawn: Uint8Array[] = [];
  const random = (length: number) => {
    const bytes = seededRandom(`key ${drawn.length}`)(length);
    drawn.push(bytes);
    return bytes;
  };
  const options = { vendorId: 0xfff1, productId: 0, random, now: new Date() };
  await expect(createDevelopmentCredentials(options)).rejects.toMatchObject({
    code: 'attestation.issue-option-invalid',
  });
  expect(drawn.slice(0, 3).map((key) => key.every((byte) => byte === 0))).toEqual([true, true, true]);
});
