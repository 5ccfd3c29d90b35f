/** The negative table: errors of a device, with the levels that report them and their codes and texts. */
import { createECDH, pbkdf2Sync } from 'node:crypto';
import { fromHex, toBase64, toHex } from 'nvs-core/bytes';
import { type Change, codesOf, flipped, makeParts, otherKey, seeded, setKey } from './device';

/** The order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function reduced(data: Uint8Array): Uint8Array {
  return fromHex((BigInt(`0x${toHex(data)}`) % ORDER).toString(16).padStart(64, '0'));
}

/** An expected finding: its code, and a pattern of its message or source location that names the field. */
export type Expected = readonly [code: string, words: RegExp];

export interface Row {
  readonly name: string;
  readonly change: Change;
  /** The expected error of each level; a level without an entry finds none. */
  readonly 1?: Expected;
  readonly 2?: Expected;
  readonly 3?: Expected;
  /** Levels that cannot run on this device, or whose result is random. */
  readonly skip?: readonly number[];
}

const OTHER_VENDOR = 0xfff2;
const OTHER_PRODUCT = 0x8002;

export const ROWS: readonly Row[] = [
  {
    name: 'a wrong passcode in both codes',
    change: (parts) => Object.assign(parts, codesOf({ ...parts, passcode: 20202022 })),
    1: ['verify.verifier-differs', /verifier: its w0 and L .* passcode of the QR code/],
    2: ['verify.verifier-differs', /verifier: its w0 and L/],
    3: ['verify.pase-failed', /passcode.* verifier, salt and iteration-count/],
  },
  {
    name: 'a flipped w0',
    change: (parts) => {
      parts.verifier = flipped(parts.verifier, 31);
    },
    1: ['verify.verifier-differs', /verifier: its w0 was/],
    2: ['verify.verifier-differs', /verifier: its w0 was/],
    3: ['verify.pase-failed', /verifier/],
  },
  {
    name: 'another L',
    change: (parts) => {
      parts.verifier = Uint8Array.from([...parts.verifier.slice(0, 32), ...otherKey('L').publicKey]);
    },
    1: ['verify.verifier-differs', /verifier: its L was/],
    2: ['verify.verifier-differs', /verifier: its L was/],
    3: ['verify.pase-failed', /verifier/],
  },
  {
    name: 'an L that is not a point of the curve',
    change: (parts) => setKey(parts, 'verifier', toBase64(flipped(parts.verifier, 96))),
    1: ['commissioning.verifier-point-invalid', /^.*L, the last 65 bytes of the verifier/],
    skip: [2, 3],
  },
  {
    name: 'another salt',
    change: (parts) => {
      parts.salt = flipped(parts.salt, 0);
    },
    1: ['verify.verifier-differs', /salt \(32 bytes\)/],
    2: ['verify.verifier-differs', /salt \(32 bytes\)/],
    3: ['verify.pase-failed', /salt/],
  },
  {
    name: 'a salt of 15 bytes',
    change: (parts) => setKey(parts, 'salt', toBase64(parts.salt.slice(0, 15))),
    1: ['commissioning.salt-length', /the salt is 15 bytes/],
    skip: [2, 3],
  },
  {
    name: 'iterations other than those of the verifier',
    change: (parts) => {
      parts.iterations = 1001;
    },
    1: ['verify.verifier-differs', /1001 iterations \(iteration-count\)/],
    2: ['verify.verifier-differs', /1001 iterations/],
    3: ['verify.pase-failed', /iteration-count/],
  },
  {
    name: 'iterations below 1000, with a matching verifier',
    change: (parts) => {
      const password = Uint8Array.of(...fromHex('65423401'));
      new DataView(password.buffer).setUint32(0, parts.passcode, true);
      const ws = pbkdf2Sync(password, parts.salt, 999, 80, 'sha256');
      const w0 = reduced(ws.subarray(0, 40));
      const curve = createECDH('prime256v1');
      curve.setPrivateKey(reduced(ws.subarray(40)));
      parts.verifier = Uint8Array.from([...w0, ...curve.getPublicKey()]);
      setKey(parts, 'iteration-count', 999);
    },
    1: ['commissioning.iterations-out-of-range', /iteration count is 999/],
    // matter.js accepts that.
  },
  {
    name: 'iterations that would take hours',
    change: (parts) => setKey(parts, 'iteration-count', 0xffffffff),
    1: ['commissioning.iterations-out-of-range', /iteration count is 4294967295/],
    2: ['verify.pase-failed', /4294967295 iterations/],
    3: ['verify.pase-failed', /iteration-count/],
  },
  {
    name: 'no iterations',
    change: (parts) => setKey(parts, 'iteration-count', 0),
    1: ['commissioning.iterations-out-of-range', /iteration count is 0/],
    2: ['verify.pase-failed', /verifier/],
    3: ['verify.pase-failed', /iteration-count/],
  },
  {
    name: 'a discriminator other than that of the codes',
    change: (parts) => {
      parts.discriminator = 0x123;
    },
    1: ['verify.codes-differ', /discriminator of the QR code is 0xF00, .* image is 0x123/],
    3: ['verify.device-not-found', /discriminator of the codes, 0xF00/],
  },
  {
    name: 'the key of another DAC',
    change: (parts) => {
      parts.dacKey = otherKey('dac');
      parts.dacPublicKey = parts.dacKey.publicKey;
    },
    1: ['attestation.key-not-of-dac', /DAC/],
    2: ['verify.attestation-refused', /DAC public key \(AttestationSignatureInvalid\)/],
    3: ['verify.attestation-refused', /AttestationSignatureInvalid/],
  },
  {
    name: 'the public key of another key',
    change: (parts) => setKey(parts, 'dac-pub-key', otherKey('public').publicKey),
    1: ['factory-data.key-pair-mismatch', /DAC|dac/],
    // Only the firmware reads it.
  },
  {
    name: 'a DAC of another vendor',
    change: async (parts, { dacFrom, pai }) => {
      const ids = { ...pai.certificate.ids, vendorId: OTHER_VENDOR };
      parts.dac = await dacFrom({ ids }, { vendorId: OTHER_VENDOR });
    },
    1: ['attestation.dac-vendor-id', /0xFFF2/],
    2: ['verify.attestation-refused', /DAC vendorId 0xFFF2 .* PAI/],
    3: ['verify.attestation-refused', /DAC vendorId 0xFFF2/],
  },
  {
    name: 'a DAC of another product',
    change: async (parts, { dacFrom }) => {
      parts.dac = await dacFrom({}, { productId: OTHER_PRODUCT });
    },
    1: ['attestation.cd-certificate-product-id', /DAC.*0x8002|0x8002.*DAC/],
    2: ['verify.attestation-refused', /DAC productId 0x8002/],
    3: ['verify.attestation-refused', /DAC productId 0x8002/],
  },
  {
    name: 'a PAI of another vendor',
    change: async (parts, { paiFrom, paa }) => {
      const ids = { ...paa.certificate.ids, vendorId: OTHER_VENDOR };
      parts.pai = (await paiFrom({ ids }, { vendorId: OTHER_VENDOR })).der;
    },
    1: ['attestation.dac-vendor-id', /PAI.*0xFFF2|0xFFF2.*PAI/],
    2: ['verify.attestation-refused', /PAI vendorId 0xFFF2/],
    3: ['verify.attestation-refused', /PAI vendorId 0xFFF2/],
  },
  {
    name: 'a declaration for another vendor',
    change: async (parts, { cdOf }) => {
      parts.cd = await cdOf({ vendorId: OTHER_VENDOR });
    },
    1: ['attestation.cd-vendor-id', /Certification Declaration.*0xFFF2/],
    2: ['verify.attestation-refused', /CD vendor_id 0xFFF2/],
    3: ['verify.attestation-refused', /CD vendor_id 0xFFF2/],
  },
  {
    name: 'a declaration for another product',
    change: async (parts, { cdOf }) => {
      parts.cd = await cdOf({ productIds: [OTHER_PRODUCT] });
    },
    1: ['attestation.cd-product-id', /0x8001/],
    2: ['verify.attestation-refused', /CD product_id_array \[0x8002\]/],
    3: ['verify.attestation-refused', /CD product_id_array/],
  },
  {
    name: 'a declaration for the DAC of another vendor',
    change: async (parts, { cdOf }) => {
      parts.cd = await cdOf({ dacOriginVendorId: OTHER_VENDOR, dacOriginProductId: OTHER_PRODUCT });
    },
    1: ['attestation.cd-certificate-vendor-id', /0xFFF2/],
    2: ['verify.attestation-refused', /dac_origin_vendor_id 0xFFF2/],
    3: ['verify.attestation-refused', /dac_origin_vendor_id/],
  },
  {
    name: 'a declaration for another PAA',
    change: async (parts, { cdOf, random }) => {
      parts.cd = await cdOf({ authorizedPaaList: [random(20)] });
    },
    1: ['attestation.cd-paa-not-authorized', /PAA/],
    2: ['verify.attestation-refused', /authorized_paa_list/],
    3: ['verify.attestation-refused', /authorized_paa_list/],
  },
  {
    name: 'a broken signature of the DAC',
    change: (parts) => {
      parts.dac = flipped(parts.dac, -1);
    },
    1: ['attestation.signature-invalid', /DAC/],
    2: ['verify.attestation-refused', /DAC signature/],
    3: ['verify.attestation-refused', /DAC signature/],
  },
  {
    name: 'a broken signature of the PAI',
    change: (parts) => {
      parts.pai = flipped(parts.pai, -1);
    },
    1: ['attestation.signature-invalid', /PAI/],
    2: ['verify.attestation-refused', /PAI signature/],
    3: ['verify.attestation-refused', /PAI signature/],
  },
  {
    name: 'a broken signature of the declaration',
    change: (parts) => {
      parts.cd = flipped(parts.cd, -1);
    },
    1: ['attestation.cd-signature', /Certification Declaration/],
    2: ['verify.attestation-refused', /Certification Declaration signature/],
    3: ['verify.attestation-refused', /Certification Declaration signature/],
  },
  {
    name: 'a declaration that an unknown key signed',
    change: (parts) => {
      parts.cdSigners = [];
    },
    // Without trusted signers it is only a warning in level 1.
    2: ['verify.attestation-refused', /CD signer/],
    3: ['verify.attestation-refused', /CD signer/],
  },
  {
    name: 'a PAI that expired before the DAC was issued',
    change: async (parts, { paiFrom, dacFrom }) => {
      parts.pai = (await paiFrom({}, { notAfter: new Date('2024-02-01T00:00:00Z') })).der;
      parts.dac = await dacFrom({}, { notBefore: new Date('2024-03-01T00:00:00Z') });
    },
    1: ['attestation.not-valid', /PAI/],
    2: ['verify.attestation-refused', /PAI notAfter/],
    3: ['verify.attestation-refused', /PAI notAfter/],
  },
  {
    name: 'an expired DAC',
    change: async (parts, { dacFrom }) => {
      parts.dac = await dacFrom({}, { notAfter: new Date('2024-02-01T00:00:00Z') });
    },
    1: ['attestation.not-valid', /DAC/],
    // matter.js does not check the time.
  },
  {
    name: 'an untrusted PAA',
    change: async (parts) => {
      parts.paas = (await makeParts('another maker')).parts.paas;
    },
    1: ['attestation.paa-not-found', /PAA/],
    2: ['verify.attestation-refused', /PAA not found in trust store/],
    3: ['verify.attestation-refused', /PAA not found/],
  },
  {
    name: 'a DAC with another issuer name',
    change: async (parts, { dacFrom, paa }) => {
      parts.dac = await dacFrom({ subject: paa.certificate.subject });
    },
    1: ['attestation.issuer-name', /DAC/],
    // matter.js does not compare names.
  },
  {
    name: 'a DAC with the key identifier of another issuer',
    change: async (parts, { dacFrom, random }) => {
      parts.dac = await dacFrom({ skid: random(20) });
    },
    1: ['attestation.authority-key-id', /DAC/],
    // matter.js does not compare key identifiers.
  },
  {
    name: 'a DAC that is a CA certificate',
    change: async (parts, { paiFrom, pai, dacKey }) => {
      const issuer = { subject: pai.certificate.subject, skid: pai.certificate.skid ?? new Uint8Array() };
      const certificate = await paiFrom(issuer, { publicKey: dacKey });
      parts.dac = certificate.der;
    },
    1: ['attestation.basic-constraints', /DAC.*CA=true|CA=true/],
    skip: [2, 3],
  },
  {
    name: 'the codes of another device',
    change: (parts) => Object.assign(parts, codesOf({ passcode: 31415926, discriminator: 0x0a5 })),
    1: ['verify.codes-differ', /discriminator of the QR code is 0xA5/],
    2: ['verify.verifier-differs', /passcode of the QR code/],
    3: ['verify.device-not-found', /0xA5/],
  },
  {
    name: 'the QR code of another device, with the manual code of this one',
    change: (parts) => {
      parts.qrCode = codesOf({ ...parts, passcode: 31415926 }).qrCode;
    },
    1: ['verify.codes-differ', /passcode of the manual code is not that of the QR code/],
    2: ['verify.verifier-differs', /passcode of the QR code/],
    3: ['verify.pase-failed', /passcode/],
  },
  {
    name: 'a QR code of another vendor',
    change: (parts) => {
      parts.qrCode = codesOf(parts, { vendorId: OTHER_VENDOR }).qrCode;
    },
    1: ['verify.codes-differ', /vendor id of the QR code is 0xFFF2, .* 0xFFF1/],
    // A controller finds the device by its discriminator.
  },
  {
    name: 'a QR code of another product',
    change: (parts) => {
      parts.qrCode = codesOf(parts, { productId: OTHER_PRODUCT }).qrCode;
    },
    1: ['verify.codes-differ', /product id of the QR code is 0x8002/],
  },
  {
    name: 'the manual code of another device',
    change: (parts) => {
      parts.manualCode = codesOf({ passcode: 31415926, discriminator: 0x0a5 }).manualCode;
    },
    1: ['verify.codes-differ', /discriminator \(its upper four bits\) of the manual code is 0x0/],
  },
  {
    name: 'a manual code with ids in the standard flow',
    change: (parts) => {
      parts.manualCode = codesOf(parts, { flow: 2 }).manualCode;
    },
    1: ['verify.codes-differ', /length .* of the manual code/],
  },
  {
    name: 'a manual code with a wrong digit',
    change: (parts) => {
      const last = Number(parts.manualCode.at(-1));
      parts.manualCode = parts.manualCode.slice(0, -1) + ((last + 1) % 10);
    },
    1: ['commissioning.manual-code-check-digit', /onboarding.json, manualCode/],
    2: ['verify.codes-unreadable', /manualCode/],
  },
  {
    name: 'a truncated QR code',
    change: (parts) => {
      parts.qrCode = parts.qrCode.slice(0, -1);
    },
    1: ['commissioning.base38-length', /onboarding.json, qrCode/],
    2: ['verify.codes-unreadable', /qrCode/],
    skip: [3],
  },
  {
    name: 'a DAC of three bytes',
    change: (parts) => setKey(parts, 'dac-cert', Uint8Array.of(0x30, 0x01, 0x00)),
    1: ['attestation.der-malformed', /DAC|dac-cert/],
    2: ['verify.credential-refused', /DAC \(dac-cert\)/],
    skip: [3],
  },
  {
    name: 'a name that is too long',
    change: (parts) => setKey(parts, 'product-name', 'n'.repeat(33)),
    1: ['factory-data.text-too-long', /product name/],
    3: ['verify.device-failed', /basicInformation.* 33 /],
  },
  {
    name: 'a truncated image',
    change: (parts) => {
      parts.image = (image) => image.subarray(0, 0x5abc);
    },
    1: ['inspect.truncated', /whole number of pages/],
    // All keys are on the first page.
  },
  {
    name: 'an image with a flipped bit in an entry',
    change: (parts) => {
      // The first entry after the namespace: discriminator.
      parts.image = (image) => flipped(image, 64 + 32 + 24);
    },
    1: ['nvs.entry-crc', /offset 0x60/],
    skip: [2, 3],
  },
  {
    name: 'a file that is not an image',
    change: (parts) => {
      parts.image = () => seeded('noise')(0x6000);
    },
    1: ['verify.no-factory-data', /partition.bin/],
    skip: [2, 3],
  },
];
