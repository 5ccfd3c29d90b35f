import {
  computeVerifier,
  createDevelopmentCredentials,
  encodeFactoryData,
  encodeNvs,
  encodePartitionTable,
  encodePrivateKey,
  encodeSecureCert,
  FACTORY_NAMESPACE,
  FactoryError,
  generateKey,
  issueCertificationDeclaration,
  keySigner,
  type NvsItem,
  type NvsKeys,
} from 'nvs-core';

/** The time when the credentials of the samples are issued and checked. */
export const NOW = new Date('2026-03-01T00:00:00Z');

/** Keys that are easy to recognize. */
export const KEYS: NvsKeys = {
  encryptionKey: new Uint8Array(32).fill(0x11),
  tweakKey: new Uint8Array(32).fill(0x22),
};

/** Values that must be shown only on request. */
export const SECRETS = { wifi: 'correct horse battery', pin: 424242 };

const salt = Uint8Array.from({ length: 32 }, (_, index) => index);

/** A generator with different bytes for each call, and the same bytes in each run. */
export function counter(): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => {
    calls++;
    return Uint8Array.from({ length }, (_, index) => (calls * 31 + index * 7 + 1) & 0x7f);
  };
}

/** Development credentials whose declaration is signed by a key that nobody knows. */
export async function credentials() {
  const random = counter();
  const made = await createDevelopmentCredentials({ vendorId: 0xfff1, productId: 0x8001, random, now: NOW });
  return { ...made, cd: await issueCertificationDeclaration(made.cd.fields, keySigner(generateKey(random))) };
}

type Credentials = Awaited<ReturnType<typeof credentials>>;

/** The items of a Matter device, with an app's own keys. */
export function matterItems(
  { dac, pai, cd }: Credentials,
  changes: { serialNumber?: string } = {},
): NvsItem[] {
  const { items: factory } = encodeFactoryData({
    commissioning: {
      discriminator: 0xf00,
      iterations: 1000,
      salt,
      verifier: computeVerifier({ passcode: 34567890, salt, iterations: 1000 }).bytes,
    },
    attestation: {
      dac: dac.certificate.der,
      dacKey: dac.key.raw,
      dacPublicKey: dac.key.publicKey,
      pai: pai.certificate.der,
      certificationDeclaration: cd.der,
    },
    deviceInstanceInfo: {
      vendorId: 0xfff1,
      vendorName: 'Test Vendor',
      productId: 0x8001,
      productName: 'Test Lamp',
      serialNumber: changes.serialNumber ?? 'SN-1',
      hardwareVersion: 1,
      hardwareVersionString: 'v1',
      productFinish: 'matte',
      productColor: 'teal',
    },
    deviceInfo: {
      calendarTypes: ['Gregorian'],
      locales: ['en-US'],
      fixedLabels: [{ endpoint: 1, label: 'room', value: 'bed' }],
    },
  });
  return [
    ...factory,
    { namespace: 'app', key: 'wifi', type: 'string', value: SECRETS.wifi },
    { namespace: 'app', key: 'my-pin', type: 'u32', value: SECRETS.pin },
    { namespace: 'app', key: 'boots', type: 'u16', value: 7 },
  ];
}

export function nvsImage(items: readonly NvsItem[], size = 0x6000, version: 1 | 2 = 2): Uint8Array {
  return encodeNvs(items, { size, version }).image;
}

export function secureCert({ dac, pai }: Credentials): Uint8Array {
  return encodeSecureCert({
    dac: dac.certificate.der,
    pai: pai.certificate.der,
    privateKey: { form: 'sec1', der: encodePrivateKey(dac.key, 'sec1') },
  });
}

type Content = readonly [name: string, type: number, subtype: number, image: Uint8Array];

/** A dump of 1 MiB with the table at `tableOffset` and the partitions after it, each in whole sectors. */
export function flashDump(contents: readonly Content[], tableOffset = 0x8000): Uint8Array {
  const dump = new Uint8Array(0x100000).fill(0xff);
  let offset = tableOffset + 0x1000;
  const partitions = contents.map(([name, type, subtype, image]) => {
    const partition = { name, type, subtype, offset, size: image.length, encrypted: false, readonly: false };
    dump.set(image, offset);
    offset += image.length;
    return partition;
  });
  dump.set(encodePartitionTable(partitions), tableOffset);
  return dump;
}

/** The codes of the FactoryError that `work` throws, or none; any other error is rethrown. */
export function codesOf(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof FactoryError) return error.findings.map(({ code }) => code);
    throw error;
  }
}

export { FACTORY_NAMESPACE };

/** The items of a device, and its images. */
export async function madeImages() {
  const made = await credentials();
  const items = matterItems(made);
  return { items, plain: nvsImage(items), cert: secureCert(made) };
}

/** A copy with a change. */
export function changed(bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  change(copy);
  return copy;
}
