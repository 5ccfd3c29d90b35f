import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testCdKey } from '../../src/attestation/issue/test-cd-key';
import { KNOWN_CD_SIGNERS } from '../../src/attestation/known-cd-signers';
import { parsePrivateKey } from '../../src/attestation/private-key';
import { toHex } from '../../src/bytes/text';
import { isP256Point } from '../../src/crypto/p256';

/** Subject key identifiers as the certificates of these keys have them. */
const KEY_IDS = [
  '62fa823359acfaa9963e1cfa140addf504f37160',
  'fe343f959947763b61ee4539131338494fe67d8e',
  'dd04db585b214c1c581587e6568df487b6ddc701',
  '471035e7c04eaaa8be7c4d4c13e3e4c20995a84b',
  'f68603a3692e981072419ea1e1ab3854bd7795d3',
  '637f2634ad62eafe6af662efb96f6fd2fcbffc2f',
];

test('each known signer is a point of the curve, and its key identifier that of its certificate', () => {
  expect(KNOWN_CD_SIGNERS.map(({ keyId }) => toHex(keyId))).toEqual(KEY_IDS);
  expect(KNOWN_CD_SIGNERS.every(({ publicKey }) => isP256Point(publicKey))).toBe(true);
  expect(KNOWN_CD_SIGNERS.filter(({ origin }) => origin === 'test')).toHaveLength(1);
});

test('the public test key is the one that the SDK publishes, and that its commissioners know', () => {
  const published = join(__dirname, '../../../../vectors/chip-test/Chip-Test-CD-Signing-Key.pem');
  expect(testCdKey()).toEqual(parsePrivateKey(readFileSync(published)));
  expect(KNOWN_CD_SIGNERS[0]).toMatchObject({ origin: 'test', publicKey: testCdKey().publicKey });
});
