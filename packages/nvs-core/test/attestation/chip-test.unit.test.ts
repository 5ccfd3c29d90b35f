import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { vectors } from '../../../../tools/testing/vectors';
import {
  assertKeyBelongs,
  cdSignerOf,
  checkAttestation,
  classifyCredentials,
  encodePrivateKey,
  issueCertificationDeclaration,
  keySigner,
  parseCertificate,
  parseCredential,
  parsePrivateKey,
} from '../../src';
import { parseWellFormedDeclaration } from '../../src/attestation/certification-declaration';
import { KNOWN_CD_SIGNERS } from '../../src/attestation/known-cd-signers';

/** The SDK's public test credentials. */
const FOLDER = vectors('chip-test');
const read = (name: string) => readFileSync(resolve(FOLDER, `Chip-Test-${name}`));

describe('the public test credentials', () => {
  const input = (productId: number) => ({
    dac: parseCredential('dac', read('DAC-FFF2-8001-0008-Cert.der')),
    pai: parseCredential('pai', read('PAI-FFF2-8001-Cert.der')),
    cd: parseCredential('cd', read('CD-FFF2-8001.der')),
    paaTrustStore: [parseCertificate(read('PAA-NoVID-Cert.pem'))],
    dacKey: parsePrivateKey(read('DAC-FFF2-8001-0008-Key.der')),
    vendorId: 0xfff2,
    productId,
    at: new Date('2024-06-01T00:00:00Z'),
  });

  test('are accepted for the product that they are for', () => {
    expect(checkAttestation(input(0x8001))).toMatchObject({ isAccepted: true, findings: [] });
  });

  test('are answered with 605 for the product id of the documented command line', () => {
    const check = checkAttestation(input(0x8000));
    expect(check.findings.map(({ code, result }) => [code, result?.number])).toEqual([
      ['attestation.cd-product-id', 605],
    ]);
    expect(check.attestationResult).toEqual({
      number: 605,
      name: 'CertificationDeclarationInvalidProductId',
    });
  });

  test('are development', () => {
    const { dac, pai, cd } = input(0x8001);
    expect(classifyCredentials({ vendorIds: [0xfff2], dac, pai, cd })).toEqual({
      kind: 'development',
      reasons: [],
    });
  });

  test('the built-in test signer is theirs', () => {
    const certificate = parseCertificate(read('CD-Signing-Cert.pem'));
    const [known] = KNOWN_CD_SIGNERS;
    expect(known).toMatchObject({
      origin: 'test',
      keyId: certificate.skid,
      publicKey: certificate.publicKey.data,
    });
    expect(cdSignerOf(certificate).origin).toBe('test');
  });

  test.each(['PAA-NoVID', 'PAI-FFF2-8001', 'DAC-FFF2-8001-0008', 'CD-Signing'])(
    '%s: PEM and DER, key and certificate',
    (name) => {
      const [pem, der] = [read(`${name}-Cert.pem`), read(`${name}-Cert.der`)];
      const [keyPem, keyDer] = [read(`${name}-Key.pem`), read(`${name}-Key.der`)];
      expect(parseCertificate(pem)).toEqual(parseCertificate(der));
      const key = parsePrivateKey(keyPem);
      expect(assertKeyBelongs(parseCertificate(der), key)).toEqual(parsePrivateKey(keyDer));
      expect(encodePrivateKey(key, 'sec1')).toHaveLength(121);
    },
  );

  test('a declaration of the same fields and key has the same content and signer', async () => {
    const theirs = parseWellFormedDeclaration(read('CD-FFF2-8001.der'));
    const signerOf = ({ cms }: typeof theirs) => cms.signers.map(({ signature: _, ...signer }) => signer);
    const ours = await issueCertificationDeclaration(
      theirs.fields,
      keySigner(parsePrivateKey(read('CD-Signing-Key.pem'))),
      theirs.cms.signers[0]?.keyId,
    );
    expect([ours.cms.content, signerOf(ours)]).toEqual([theirs.cms.content, signerOf(theirs)]);
    expect(checkAttestation({ ...input(0x8001), cd: ours }).findings).toEqual([]);
  });
});
