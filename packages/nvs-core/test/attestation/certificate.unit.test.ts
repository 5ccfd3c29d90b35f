import { cdSignerOf, readCertificates, readSignerKeys, readSubjectIds, toHex } from '../../src';
import { encodePem } from '../../src/attestation/credential-file';
import { type CertificateForgery, forgeCertificate } from './forgery';

const SUBJECTS: CertificateForgery[] = [
  {},
  { subject: { commonName: 'x' } },
  { subject: { commonName: 'x', vendorId: 0xfff1, productId: 1, idEncoding: 'common name' } },
  { skid: undefined },
];

test.each(SUBJECTS)('what is read of a part of a certificate is what the whole says: %j', (change) => {
  const der = forgeCertificate('dac', change);
  const text = Buffer.from(
    `${encodePem('CERTIFICATE', der)}${encodePem('CERTIFICATE', forgeCertificate('paa'))}`,
  );
  for (const file of [der, text]) {
    const whole = readCertificates(file).map((certificate) => {
      const { keyId, publicKey } = cdSignerOf(certificate);
      return { keyId, publicKey };
    });
    expect(readSignerKeys(file)).toEqual(whole);
  }
  expect(readSubjectIds(der)).toEqual(readCertificates(der)[0]?.ids);
});

test('a certificate cut off anywhere, or with a flipped byte, has the ids of the whole or none', () => {
  const der = forgeCertificate('dac');
  const { ids } = readCertificates(der)[0] ?? {};
  const idsOf = (data: Uint8Array) => {
    try {
      return readSubjectIds(data);
    } catch (error) {
      expect(error).toMatchObject({ name: 'FactoryError' });
      return undefined;
    }
  };
  for (let length = 0; length < der.length; length++) expect(idsOf(der.slice(0, length))).toBeUndefined();
  const vendorId = Buffer.from(der).lastIndexOf('FFF1');
  expect(toHex(der.slice(vendorId, vendorId + 4))).toBe('46464631');
  const changed = der.map((byte, index) => (index === vendorId ? byte + 1 : byte));
  expect(idsOf(changed)).not.toEqual(ids);
});
