import {
  cdSignerOf,
  checkKeyBelongs,
  classifyCredentials,
  createDevelopmentCredentials,
  encodePem,
  encodePkcs8,
  encodePrivateKeyPem,
  encodeSec1,
  isSignedBy,
  randomBytes,
  readCertificate,
  readCertificationDeclaration,
  readPrivateKey,
} from '../../src';

test('smoke', async () => {
  const set = await createDevelopmentCredentials({
    vendorId: 0xfff1,
    productId: 0x8000,
    random: randomBytes,
    now: new Date('2024-05-06T07:08:09.123Z'),
  });
  const { paa, pai, dac, cd, cdSigner } = set;
  expect(isSignedBy(dac.certificate, pai.certificate.publicKey)).toBe(true);
  expect(isSignedBy(pai.certificate, paa.certificate.publicKey)).toBe(true);
  expect(isSignedBy(paa.certificate, paa.certificate.publicKey)).toBe(true);
  expect(isSignedBy(dac.certificate, paa.certificate.publicKey)).toBe(false);
  expect(readCertificate(Buffer.from(encodePem('CERTIFICATE', dac.certificate.der)))).toEqual(
    dac.certificate,
  );
  expect(encodeSec1(dac.key).length).toBe(121);
  for (const f of [
    encodeSec1(dac.key),
    encodePkcs8(dac.key),
    Buffer.from(encodePrivateKeyPem(dac.key)),
    Buffer.from(encodePrivateKeyPem(dac.key, 'sec1')),
  ]) {
    expect(checkKeyBelongs(dac.certificate, readPrivateKey(f))).toEqual(dac.key);
  }
  expect(readCertificationDeclaration(cd.der)).toEqual(cd);
  const input = {
    vendorIds: [0xfff1],
    dac: dac.certificate.der,
    pai: pai.certificate.der,
    cd: cd.der,
    ownCdSigners: [cdSignerOf(cdSigner.certificate)],
  };
  expect(classifyCredentials(input)).toEqual({ kind: 'development', reasons: [] });
  expect(classifyCredentials({ ...input, ownCdSigners: [] }).kind).toBe('production');
  console.log(dac.certificate.der.length, cd.der.length);
  require('node:fs').writeFileSync('/tmp/att-dac.der', dac.certificate.der);
});
