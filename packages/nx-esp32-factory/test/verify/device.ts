/** A device made of parts that a test can change: an image, its codes, and the trusted keys of a controller. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CdOptions,
  type Certificate,
  computeVerifier,
  createDevelopmentCredentials,
  type DevelopmentCredentials,
  encodeFactoryData,
  encodeManualCode,
  encodeNvs,
  encodeQrCode,
  type FactoryData,
  generateKey,
  type Issuer,
  issueCdSignerCertificate,
  issueCertificationDeclaration,
  issueDac,
  issuePai,
  keySigner,
  type NvsItem,
  type PrivateKey,
} from 'nvs-core';

/** Random bytes that are the same in every run. */
export function seeded(seed: string): (length: number) => Uint8Array {
  let count = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    while (32 * blocks.length < length) {
      blocks.push(createHash('sha256').update(`${seed} ${count++}`).digest());
    }
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  };
}

export const VENDOR_ID = 0xfff1;
export const PRODUCT_ID = 0x8001;
const DECLARED = {
  vendorId: VENDOR_ID,
  productIds: [PRODUCT_ID],
  deviceTypeId: 0x0016,
  certificateId: 'ZIG0000000000000000',
  versionNumber: 1,
  certificationType: 0,
};
const ISSUED = new Date('2024-01-01T00:00:00Z');

/** Everything that a row may change. */
export interface Parts {
  passcode: number;
  salt: Uint8Array;
  iterations: number;
  discriminator: number;
  verifier: Uint8Array;
  dac: Uint8Array;
  dacKey: PrivateKey;
  dacPublicKey: Uint8Array;
  pai: Uint8Array;
  cd: Uint8Array;
  info: FactoryData['deviceInstanceInfo'];
  qrCode: string;
  manualCode: string;
  paas: Certificate[];
  cdSigners: Certificate[];
  /** Changes the keys of the image before they are encoded. */
  items: (items: NvsItem[]) => NvsItem[];
  /** Changes the bytes of the encoded image. */
  image: (image: Uint8Array) => Uint8Array;
}

/** Issues certificates of the device's own chain, and others. */
export interface Authority {
  readonly paa: DevelopmentCredentials['paa'];
  readonly pai: DevelopmentCredentials['pai'];
  readonly dacKey: PrivateKey;
  /** Signs the declaration; known to no commissioner that is not told. */
  readonly cdKey: PrivateKey;
  readonly random: (length: number) => Uint8Array;
  /** A DAC from an issuer whose certificate has other fields than the PAI. */
  dacFrom(
    claims: Partial<Certificate>,
    options?: Partial<Parameters<typeof issueDac>[0]>,
  ): Promise<Uint8Array>;
  paiFrom(
    claims: Partial<Certificate>,
    options?: Partial<Parameters<typeof issuePai>[0]>,
  ): Promise<Certificate>;
  cdOf(fields: Partial<CdOptions>): Promise<Uint8Array>;
}

export type Change = (parts: Parts, authority: Authority) => void | Promise<void>;

/** The parts of a correct device. */
export async function makeParts(seed = 'a device'): Promise<{ parts: Parts; authority: Authority }> {
  const random = seeded(seed);
  const common = { random, notBefore: ISSUED };
  const credentials = await createDevelopmentCredentials({
    vendorId: VENDOR_ID,
    productId: PRODUCT_ID,
    random,
    now: ISSUED,
  });
  const { paa, pai, dac } = credentials;
  const cdKey = generateKey(random);
  const cdSigner = await issueCdSignerCertificate({
    ...common,
    commonName: 'CD Signing Key',
    signer: keySigner(cdKey),
  });
  const issuer = (
    { certificate, key }: DevelopmentCredentials['paa'],
    claims: Partial<Certificate>,
  ): Issuer => ({
    certificate: { ...certificate, ...claims },
    signer: keySigner(key),
  });
  const authority: Authority = {
    paa,
    pai,
    dacKey: dac.key,
    cdKey,
    random,
    dacFrom: async (claims, options = {}) =>
      (
        await issueDac({
          ...common,
          commonName: 'Development DAC',
          vendorId: VENDOR_ID,
          productId: PRODUCT_ID,
          publicKey: dac.key,
          pai: issuer(pai, claims),
          ...options,
        })
      ).der,
    paiFrom: (claims, options = {}) =>
      issuePai({
        ...common,
        commonName: 'Development PAI',
        vendorId: VENDOR_ID,
        publicKey: pai.key,
        paa: issuer(paa, claims),
        ...options,
      }),
    cdOf: async (fields) =>
      (await issueCertificationDeclaration({ ...DECLARED, ...fields }, keySigner(cdKey))).der,
  };
  const [passcode, discriminator, iterations, salt] = [20202021, 0xf00, 1000, random(32)];
  const code = { vendorId: VENDOR_ID, productId: PRODUCT_ID, flow: 0, discovery: 2, discriminator, passcode };
  const parts: Parts = {
    passcode,
    salt,
    iterations,
    discriminator,
    verifier: computeVerifier({ passcode, salt, iterations }).bytes,
    dac: dac.certificate.der,
    dacKey: dac.key,
    dacPublicKey: dac.key.publicKey,
    pai: pai.certificate.der,
    cd: await authority.cdOf({}),
    info: {
      vendorId: VENDOR_ID,
      vendorName: 'Vendor',
      productId: PRODUCT_ID,
      productName: 'Light',
      serialNumber: 'SN-1',
      hardwareVersion: 2,
      hardwareVersionString: '2.0',
      manufacturingDate: '2024-02-29',
      productFinish: 'satin',
      productColor: 'gold',
    },
    qrCode: encodeQrCode(code),
    manualCode: encodeManualCode(code),
    paas: [paa.certificate],
    cdSigners: [cdSigner],
    items: (items) => items,
    image: (image) => image,
  };
  return { parts, authority };
}

/** The key of another device. */
export function otherKey(seed: string): PrivateKey {
  return generateKey(seeded(seed));
}

/** The codes for a passcode and discriminator, with the usual ids unless `other` overrides them. */
export function codesOf(
  { passcode, discriminator }: Pick<Parts, 'passcode' | 'discriminator'>,
  other: { vendorId?: number; productId?: number; flow?: number } = {},
): Pick<Parts, 'qrCode' | 'manualCode'> {
  const code = {
    vendorId: VENDOR_ID,
    productId: PRODUCT_ID,
    flow: 0,
    discovery: 2,
    discriminator,
    passcode,
    ...other,
  };
  return { qrCode: encodeQrCode(code), manualCode: encodeManualCode(code) };
}

/** Writes the parts to a folder: the image, the codes, and two trust folders. */
export function writeDevice(folder: string, parts: Parts): void {
  const data: FactoryData = {
    commissioning: {
      discriminator: parts.discriminator,
      iterations: parts.iterations,
      salt: parts.salt,
      verifier: parts.verifier,
    },
    attestation: {
      dac: parts.dac,
      dacKey: parts.dacKey.raw,
      dacPublicKey: parts.dacPublicKey,
      pai: parts.pai,
      certificationDeclaration: parts.cd,
    },
    deviceInstanceInfo: parts.info,
  };
  const { image } = encodeNvs(parts.items([...encodeFactoryData(data).items]), { size: 0x6000 });
  mkdirSync(join(folder, 'paa'), { recursive: true });
  mkdirSync(join(folder, 'cd'), { recursive: true });
  writeFileSync(join(folder, 'partition.bin'), parts.image(image));
  const { qrCode, manualCode } = parts;
  writeFileSync(join(folder, 'onboarding.json'), JSON.stringify({ qrCode, manualCode }));
  parts.paas.forEach(({ der }, index) => {
    writeFileSync(join(folder, 'paa', `${index}.der`), der);
  });
  parts.cdSigners.forEach(({ der }, index) => {
    writeFileSync(join(folder, 'cd', `${index}.der`), der);
  });
}

/** `bytes` with one bit flipped; a negative `at` counts from the end. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

/** Changes the value of one key, bypassing the checks of the encoder. */
export function setKey(parts: Parts, key: string, value: unknown): void {
  parts.items = (items) =>
    items.map((item) =>
      item.type !== 'namespace' && item.key === key ? ({ ...item, value } as NvsItem) : item,
    );
}
