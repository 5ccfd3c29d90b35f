import {
  createCertificateRequest,
  describeCredential,
  formatChain,
  formatDescription,
  keySigner,
  type PublicCredential,
  parseCertificationDeclaration,
  parsePublicCredentials,
} from '../../src';
import { parseAnyCertificate } from '../../src/attestation/certificate';
import { constructed, oid, primitive, sequence } from './asn1';
import { CD_SIGNER, constraints, extension, forgeCd, forgeCertificate, KEYS } from './forgery';

const show = (data: Uint8Array): string => {
  const [first] = parsePublicCredentials(data);
  return formatDescription(describeCredential(first as PublicCredential));
};
const colons = (data: Uint8Array | undefined) =>
  Buffer.from(data ?? [])
    .toString('hex')
    .toUpperCase()
    .replace(/..(?=.)/g, '$&:');

test('a certificate', () => {
  const dac = parseAnyCertificate(forgeCertificate('dac'));
  expect(show(dac.der)).toBe(
    `DAC CN=Test DAC, VID=FFF1, PID=8000
  version        3
  serial number  5A:01:02:03:04:05:06:07
  issuer         CN=Test PAI, VID=FFF1
  subject        CN=Test DAC, VID=FFF1, PID=8000
  vendor id      0xFFF1
  product id     0x8000
  not before     2024-01-01T00:00:00Z
  not after      9999-12-31T23:59:59Z (no expiry)
  public key     P-256 ${Buffer.from(KEYS.dac.publicKey).toString('hex')}
  signature      ecdsa-with-SHA256
  extensions     basicConstraints (critical): CA=false
                 keyUsage (critical): digitalSignature
                 subjectKeyIdentifier: ${colons(dac.skid)}
                 authorityKeyIdentifier: ${colons(dac.akid)}
  size           ${dac.der.length} bytes`,
  );
});

test('the other extensions', () => {
  const uri = primitive(0x86, Buffer.from('http://a.example/x.crl'));
  const more = [
    extension('2.5.29.37', true, sequence(oid('1.3.6.1.5.5.7.3.2'), oid('1.2.3'))),
    extension('2.5.29.31', undefined, sequence(sequence(constructed(0xa0, constructed(0xa0, uri))))),
    extension('1.2.3.4', undefined, sequence()),
  ];
  const text = show(forgeCertificate('dac', { more }));
  expect(text).toContain('extendedKeyUsage (critical): clientAuth, 1.2.3\n');
  expect(text).toContain('crlDistributionPoints: http://a.example/x.crl\n');
  expect(text).toContain('1.2.3.4: 2 bytes\n');
});

test('a request says whether its signature is valid', async () => {
  const options = { commonName: 'New', vendorId: 0xfff1, idEncoding: 'common name' as const };
  const { der } = await createCertificateRequest(options, keySigner(KEYS.pai));
  expect(show(der)).toContain('certificate request CN=New Mvid:FFF1');
  expect(show(der)).toContain('vendor id   0xFFF1 (in the common name)');
  expect(show(der)).toContain('ecdsa-with-SHA256, valid');
  expect(show(der.map((byte, index) => (index === der.length - 1 ? byte ^ 1 : byte)))).toContain('NOT VALID');
});

test('a declaration, with its fields by name', () => {
  const fields = {
    dacOriginVendorId: 0xfff2,
    dacOriginProductId: 2,
    authorizedPaaList: [new Uint8Array(20)],
  };
  expect(show(forgeCd({ fields }))).toBe(
    `Certification Declaration ZIG20141ZB330001-24
  format_version         1
  vendor_id              0xFFF1
  product_id_array       0x8000
  device_type_id         0x1234
  certificate_id         ZIG20141ZB330001-24
  security_level         0
  security_information   0
  version_number         39030
  certification_type     0 (development and test)
  dac_origin_vendor_id   0xFFF2
  dac_origin_product_id  0x0002
  authorized_paa_list    ${colons(new Uint8Array(20))}
  signer key id          ${colons(CD_SIGNER.keyId)}
  signer                 unknown
  signature              ecdsa-with-SHA256`,
  );
});

test('what is wrong in it is shown, not thrown', () => {
  const broken = parseCertificationDeclaration(
    forgeCd({ fields: { certificateId: 'x', certificationType: 7 } }),
  );
  const text = formatDescription(
    describeCredential({ kind: 'certification declaration', declaration: broken }, [CD_SIGNER]),
  );
  expect(text).toContain('certificate_id is 1 characters long; it must have 19');
  expect(text).toContain('7 (unknown)');
  expect(text).toContain('Test CD key (given)');
  const twice = forgeCertificate('dac', { more: [constraints(true)], subject: { commonName: 'x Mvid:1' } });
  expect(show(twice)).toContain('it has basicConstraints 2 times');
  expect(show(twice)).toContain('"Mvid:" in the common name is not followed by');
});

test('a chain is a tree, whatever the order', () => {
  const [paa, pai, dac] = (['paa', 'pai', 'dac'] as const).map((subject) =>
    parseAnyCertificate(forgeCertificate(subject)),
  );
  const second = parseAnyCertificate(forgeCertificate('dac', { subject: { commonName: 'Second DAC' } }));
  const unrelated = parseAnyCertificate(forgeCertificate('dac', { issuer: { commonName: 'Who' } }));
  const all = [dac, paa, second, unrelated, pai].filter((certificate) => certificate !== undefined);
  expect(formatChain(all)).toBe(
    `PAA CN=Test PAA, VID=FFF1
└─ PAI CN=Test PAI, VID=FFF1
   ├─ DAC CN=Test DAC, VID=FFF1, PID=8000
   └─ DAC CN=Second DAC
DAC CN=Test DAC, VID=FFF1, PID=8000 (issuer not given: CN=Who)`,
  );
});
