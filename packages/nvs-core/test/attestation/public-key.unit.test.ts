import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  encodePrivateKey,
  encodePrivateKeyPem,
  FactoryError,
  generateKey,
  parsePublicKey,
  randomBytes,
} from '../../src';
import { P256 } from '../../src/attestation/algorithms';
import { pemText } from './asn1';

const KEY = generateKey(randomBytes);
const der = (key: Parameters<typeof createPublicKey>[0]) =>
  Uint8Array.from(createPublicKey(key).export({ type: 'spki', format: 'der' }));
const OWN = der(Buffer.from(encodePrivateKeyPem(KEY)));
const pem = (data: Uint8Array) => Buffer.from(pemText('PUBLIC KEY', data));

test.each([
  ['DER', OWN],
  ['PEM', pem(OWN)],
])('reads a public key, %s', (_name, data) => {
  expect(parsePublicKey(data)).toEqual({ algorithm: P256, publicKey: KEY.publicKey });
});

test.each<[string, string, Uint8Array]>([
  ['nothing', 'attestation.file-empty', new Uint8Array()],
  ['a private key', 'attestation.wrong-kind', encodePrivateKey(KEY, 'pkcs8')],
  ['two', 'attestation.several', Buffer.concat([pem(OWN), pem(OWN)])],
  [
    'P-384',
    'attestation.key-algorithm-unsupported',
    der(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey),
  ],
  [
    'a point that is not on the curve',
    'attestation.public-key-invalid',
    OWN.map((byte, at) => (at === 60 ? byte ^ 1 : byte)),
  ],
  ['a file cut off', 'attestation.der-malformed', OWN.subarray(0, -1)],
])('refuses %s', (_name, code, data) => {
  expect(() => parsePublicKey(data, { file: 'pub.der' })).toThrow(FactoryError);
  expect(() => parsePublicKey(data, { file: 'pub.der' })).toThrow(code);
});
