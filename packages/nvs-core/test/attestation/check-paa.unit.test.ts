import { checkPaa } from '../../src';
import { parseAnyCertificate } from '../../src/attestation/certificate';
import { type CertificateForgery, constraints, forgeCertificate, KEYS, NAMES } from './forgery';

const codes = (change: CertificateForgery = {}) =>
  checkPaa(parseAnyCertificate(forgeCertificate('paa', change))).map(({ code }) => code);

test.each<[string, CertificateForgery, string[]]>([
  ['a PAA', {}, []],
  ['no path length', { basicConstraints: constraints(true) }, []],
  ['a PAI', { basicConstraints: constraints(true, 0) }, ['attestation.basic-constraints']],
  ['a product id', { subject: NAMES.dac, issuer: NAMES.dac }, ['attestation.paa-product-id']],
  ['the issuer of another', { issuer: NAMES.pai }, ['attestation.issuer-name']],
  ['the signature of another', { signer: KEYS.other }, ['attestation.signature-invalid']],
])('%s', (_, change, expected) => {
  expect(codes(change)).toEqual(expected);
});
