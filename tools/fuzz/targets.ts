/** What is fuzzed: every decoder of both packages. */
import {
  cdSignerOf,
  checkAttestation,
  classifyCredentials,
  classifyNvs,
  createCertificateRequest,
  decodeFactoryData,
  decodeKeysPartition,
  decodeManualCode,
  decodeNdefUri,
  decodeNvs,
  decodeQrCode,
  decodeQrCodes,
  decodeSecureCert,
  decodeVerifier,
  decryptNvs,
  describeCredential,
  encodeKeysPartition,
  encodeManualCode,
  encodeNdefUri,
  encodeNvs,
  encodePem,
  encodePrivateKey,
  encodeQrCode,
  encodeQrCodes,
  encryptNvs,
  FactoryError,
  formatDescription,
  formatFindings,
  formatNvsCsv,
  keySigner,
  parseCertificate,
  parseCertificateRequest,
  parseCertificates,
  parseCredential,
  parseNvsCsv,
  parsePartitionTable,
  parsePrivateKey,
  parsePublicCredentials,
  parsePublicKey,
  parseRevocationSet,
  secureCertContents,
  toNvsItems,
} from 'nvs-core';
import { fromBase64, fromHex } from 'nvs-core/bytes';
import { parseWellFormedDeclaration } from '../../packages/nvs-core/src/attestation/certification-declaration';
import { parseCredentialBlocks } from '../../packages/nvs-core/src/attestation/credential-file';
import { decodeMatterTlv } from '../../packages/nvs-core/src/attestation/tlv';
import { decodeBase38 } from '../../packages/nvs-core/src/commissioning/base38';
import { decodePartitionTable } from '../../packages/nvs-core/src/partition-table/binary';
import { parsePartitionsCsv } from '../../packages/nvs-core/src/partition-table/csv';
import { readOnboarding } from '../../packages/nx-esp32-factory/src/artifacts';
import { loadConfig, resolveConfig } from '../../packages/nx-esp32-factory/src/config';
import { parseSummary } from '../../packages/nx-esp32-factory/src/efuse/summary';
import { readFirmware } from '../../packages/nx-esp32-factory/src/firmware';
import {
  describeImage,
  formatImage,
  formatImageHtml,
  imageCsv,
  readImage,
} from '../../packages/nx-esp32-factory/src/inspect';
import { keysOfBytes } from '../../packages/nx-esp32-factory/src/inspect/key';
import type { Target } from './campaign';
import { repairKeysPartition, repairNvs, repairPartitionTable, repairSecureCert } from './repair';
import * as samples from './samples';

const PAGE = 4096;
const text = (input: Uint8Array) => Buffer.from(input).toString('utf8');
const texts = (...list: readonly string[]) => list.map((one) => Buffer.from(one));

/** Runs each; a FactoryError is an answer. Other errors, and those of the texts, are thrown. */
function each(...works: readonly (() => unknown)[]): void {
  let refusal: FactoryError | undefined;
  for (const work of works) {
    try {
      work();
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      refusal = error;
    }
  }
  if (refusal !== undefined) throw refusal;
}

/** Whole pages: an image of another length is refused at once. */
const toPages = (input: Uint8Array) => {
  const whole = Buffer.alloc(Math.max(PAGE, Math.ceil(input.length / PAGE) * PAGE), 0xff);
  whole.set(input);
  return whole;
};

const readNvsImage = (image: Uint8Array) => {
  const decoded = decodeNvs(image);
  each(
    () => formatNvsCsv(toNvsItems(decoded)),
    () => encodeNvs(toNvsItems(decoded), { size: 0x8000 }),
    () => decodeFactoryData(decoded.entries),
    () => classifyNvs(image),
    () => encryptNvs(image, samples.KEYS),
  );
};

const credentialReaders = (input: Uint8Array) =>
  each(
    () => parseCertificate(input),
    () => parseCertificates(input).map(cdSignerOf),
    () => parseCertificateRequest(input),
    () => parsePublicKey(input),
    () => parseWellFormedDeclaration(input),
    () => parsePrivateKey(input),
    () => parseCredentialBlocks(input, 'credential'),
    () => parsePublicCredentials(input).map((shown) => formatDescription(describeCredential(shown))),
  );

const derOf = (name: string) =>
  parseCredentialBlocks(samples.credential(name), 'credential').map(({ der }) => der);

async function derSamples(): Promise<Uint8Array[]> {
  const key = parsePrivateKey(samples.credential('dac-key.pem'));
  const { der: request } = await createCertificateRequest({ commonName: 'CSR' }, keySigner(key));
  return [
    ...derOf('dac.pem'),
    ...derOf('pai.pem'),
    ...derOf('cd.der'),
    samples.credential('paa-trust-store/paa.der'),
    encodePrivateKey(key, 'sec1'),
    encodePrivateKey(key, 'pkcs8'),
    request,
  ];
}

const configText = (): string =>
  JSON.stringify({
    ...JSON.parse(samples.repositoryFile('examples/light-app/factory.config.json').toString()),
    nvs: {
      extra: [
        { namespace: 'a', key: 'b', type: 'u64', value: '0xFF' },
        { namespace: 'a', key: 'c', type: 'blob', value: { hex: '00ff' } },
        { namespace: 'a', key: 'd', type: 'string', value: { env: 'NAME' } },
      ],
    },
    deviceInfo: { locales: ['en-US'], fixedLabels: [{ endpoint: 1, label: 'a', value: 'b' }] },
  });

const enoent = () => Object.assign(new Error('ENOENT'), { code: 'ENOENT', errno: -2, syscall: 'open' });

/** A flash dump of its parts, so that inputs stay short: 0xC0 bytes of table, 0x3000 of NVS, then esp_secure_cert. */
const TABLE_LENGTH = 0xc0;
const NVS_LENGTH = 0x3000;
function toDump(input: Uint8Array): Uint8Array {
  const dump = Buffer.alloc(0x20000, 0xff);
  const part = (from: number, to: number) =>
    input.subarray(Math.min(from, input.length), Math.min(to, input.length));
  dump.set(part(0, TABLE_LENGTH), 0x8000);
  dump.set(part(TABLE_LENGTH, TABLE_LENGTH + NVS_LENGTH), 0x9000);
  dump.set(part(TABLE_LENGTH + NVS_LENGTH, TABLE_LENGTH + NVS_LENGTH + 0x2000), 0xd000);
  return dump;
}
const dumpSample = () => {
  const [nvs = new Uint8Array()] = samples.nvsImages().slice(-1);
  const table = Buffer.alloc(TABLE_LENGTH, 0xff);
  table.set(samples.tableImage().subarray(0, TABLE_LENGTH));
  return Buffer.concat([table, nvs, samples.secureCertImages()[0] ?? new Uint8Array()]);
};
const CHOICES = [undefined, 'nvs', 'esp_secure_cert', 'factory'];

/** `input` decides what is shown: all of it at once would be slow. */
const showImage = (bytes: Uint8Array, input: Uint8Array) => {
  const which = CHOICES[input.length & 3];
  const showSecrets = (input.length & 4) !== 0;
  const contents = readImage(bytes, { which, keys: samples.KEYS, at: new Date(0) });
  const view = describeImage(contents, { showSecrets });
  formatImage(view, { file: 'dump.bin', colour: showSecrets });
  if ((input.length & 0x38) === 0) formatImageHtml(view, { file: 'dump.bin' });
  imageCsv(contents);
};

export const TARGETS: readonly Target[] = [
  {
    name: 'nvs',
    seeds: samples.nvsImages,
    run: (input) =>
      each(
        () => (input.length % PAGE === 0 ? undefined : readNvsImage(input)),
        () => readNvsImage(toPages(input)),
      ),
    repair: (input) => repairNvs(toPages(input)),
    maxLength: 3 * PAGE,
  },
  {
    name: 'nvs-encrypted',
    seeds: () => samples.nvsImages().map((image) => encryptNvs(image, samples.KEYS)),
    run: (input) => {
      const image = toPages(input);
      each(
        () => decodeNvs(image),
        () => readNvsImage(decryptNvs(image, samples.KEYS)),
      );
    },
    maxLength: 3 * PAGE,
  },
  {
    name: 'nvs-csv',
    seeds: () => [
      Buffer.from(formatNvsCsv(samples.nvsItems.filter(({ type }) => type !== 'blob'))),
      ...['encodings', 'namespaces', 'old', 'pages', 'first', 'second'].map((name) =>
        samples.repositoryFile(`packages/nvs-core/test/vectors/nvs/${name}.csv`),
      ),
      ...texts('key,type,encoding,value\r\n# c\r\na,namespace,,\r\n"k","file","blob_fill(9;0x2e)",name\r\n'),
    ],
    run: (input) => {
      const content = input.subarray(-20);
      each(
        () => parseNvsCsv(text(input)),
        () => {
          const items = parseNvsCsv(input, { readFile: () => content });
          each(
            () => formatNvsCsv(items),
            () => encodeNvs(items, { size: 0x8000 }),
            () => encodeNvs(items, { size: 0x1000, version: 1 }),
          );
        },
      );
    },
  },
  {
    name: 'keys-partition',
    seeds: () => [encodeKeysPartition(samples.KEYS), new Uint8Array(32).fill(5)],
    run: (input) =>
      each(
        () => decodeKeysPartition(input),
        () => keysOfBytes(input),
        () => readImage(input),
      ),
    repair: repairKeysPartition,
  },
  {
    name: 'partitions-csv',
    seeds: () => [
      Buffer.from(samples.tableText),
      samples.repositoryFile('examples/light-app/partitions.csv'),
      ...texts('a,app,ota_0,,1945K\nb,data,nvs_keys,,4K,encrypted:readonly\nc,0x40,0x1,-4K,0x1000\n'),
    ],
    run: (input) =>
      each(
        () => parsePartitionsCsv(text(input)),
        () => parsePartitionTable(input),
      ),
  },
  {
    name: 'partitions-binary',
    seeds: () => [samples.tableImage(), samples.tableImage().subarray(0, 0xc0)],
    run: (input) =>
      each(
        () => decodePartitionTable(input),
        () => parsePartitionTable(input),
      ),
    repair: repairPartitionTable,
  },
  {
    name: 'secure-cert',
    seeds: samples.secureCertImages,
    run: (input) =>
      each(
        () => secureCertContents(decodeSecureCert(input).tlvs),
        () => showImage(input, input),
      ),
    repair: repairSecureCert,
  },
  { name: 'der', seeds: derSamples, run: credentialReaders },
  {
    name: 'pem',
    seeds: async () => {
      const pem = ['dac.pem', 'pai.pem', 'dac-key.pem'].map(samples.credential);
      const [request = new Uint8Array()] = (await derSamples()).slice(-1);
      return [...pem, Buffer.concat(pem), ...texts(await encodePem('CERTIFICATE REQUEST', request))];
    },
    run: credentialReaders,
  },
  {
    name: 'encrypted-key',
    seeds: samples.encryptedKeys,
    run: (input) =>
      each(
        () => parsePrivateKey(input),
        () => parsePrivateKey(input, { passphrase: samples.PASSPHRASE }),
      ),
    // A derivation may take ten million iterations.
    maxTime: 15_000,
  },
  {
    name: 'declaration',
    seeds: () => derOf('cd.der'),
    run: (input) =>
      each(
        () => parseWellFormedDeclaration(input),
        () => parsePublicCredentials(input).map((shown) => formatDescription(describeCredential(shown))),
      ),
  },
  {
    name: 'attestation',
    seeds: () => ['dac.pem', 'pai.pem', 'cd.der', 'paa-trust-store/paa.der'].flatMap(derOf),
    // What cannot be parsed is a finding too: it throws nothing.
    run: (input) => {
      const paaTrustStore = [parseCertificate(samples.credential('paa-trust-store/paa.der'))];
      const good = {
        dac: parseCredential('dac', derOf('dac.pem')[0] ?? new Uint8Array()),
        pai: parseCredential('pai', derOf('pai.pem')[0] ?? new Uint8Array()),
        cd: parseCredential('cd', derOf('cd.der')[0] ?? new Uint8Array()),
      };
      const certificates = (['dac', 'pai'] as const).map((name) => ({
        [name]: parseCredential(name, input),
      }));
      for (const change of [...certificates, { cd: parseCredential('cd', input) }]) {
        const { findings } = checkAttestation({ ...good, ...change, paaTrustStore, at: new Date(0) });
        formatFindings(findings);
        classifyCredentials({ ...good, ...change, vendorIds: [0xfff1] });
      }
    },
  },
  {
    name: 'revocation-set',
    seeds: () => [samples.revocationSet()],
    run: (input) => {
      const set = parseRevocationSet(input);
      const credentials = {
        dac: parseCredential('dac', derOf('dac.pem')[0] ?? new Uint8Array()),
        pai: parseCredential('pai', derOf('pai.pem')[0] ?? new Uint8Array()),
        cd: undefined,
      };
      formatFindings(checkAttestation({ ...credentials, revocation: { set }, at: new Date(0) }).findings);
    },
  },
  {
    name: 'tlv',
    seeds: () => {
      const cd = derOf('cd.der')[0] ?? new Uint8Array();
      const start = Buffer.from(cd).indexOf(Buffer.from([0x15, 0x24, 0x00]));
      return [
        cd.subarray(start, start + 60),
        Uint8Array.of(0x15, 0x24, 0, 1, 0x36, 2, 5, 0, 0x80, 0x18, 0x18),
      ];
    },
    run: (input) => {
      decodeMatterTlv(input, 'fuzz');
    },
  },
  {
    name: 'codes',
    seeds: () => {
      const product = {
        vendorId: 0xfff1,
        productId: 0x8000,
        discovery: 2,
        discriminator: 3840,
        passcode: 20202021,
      };
      const qrCode = encodeQrCode({ ...product, flow: 0 });
      const manualCodes = [0, 2].map((flow) => encodeManualCode({ ...product, flow }));
      const data = { serialNumber: 'SN-0001', commissioningTimeout: 900, vendorData: { 128: 7, 255: 'x' } };
      return texts(
        qrCode,
        encodeQrCodes([
          { ...product, flow: 0, ...data },
          { ...product, flow: 2 },
        ]),
        Buffer.from(encodeNdefUri(qrCode)).toString('latin1'),
        ...manualCodes,
        JSON.stringify({ qrCode, manualCode: manualCodes[0] }),
        'AP8=',
        '00ff',
      );
    },
    run: (input) =>
      each(
        () => decodeQrCode(text(input)),
        () => decodeQrCodes(text(input)),
        () => decodeNdefUri(input),
        () => decodeManualCode(text(input)),
        () => decodeBase38(text(input)),
        () => readOnboarding(input, 'onboarding.json'),
        () => decodeVerifier(input),
        () => fromHex(text(input)),
        () => fromBase64(text(input)),
      ),
    maxLength: 400,
  },
  {
    name: 'config',
    seeds: () => texts(configText(), '{"deviceInstanceInfo":{"vendorId":1,"productId":2,},/* c */}'),
    run: (input) => {
      const readFile = (path: string) => {
        if (path.endsWith('factory.config.json')) return input;
        if (path.endsWith('.pem') || path.endsWith('.bin')) return samples.credential('dac.pem');
        throw enoent();
      };
      const loaded = loadConfig('/app/factory.config.json', { readFile });
      resolveConfig(loaded, { readFile, env: { NAME: 'value' } });
    },
  },
  {
    name: 'sdkconfig',
    seeds: () => [
      Buffer.concat([
        samples.repositoryFile('examples/light-app/sdkconfig.defaults'),
        Buffer.from('\0'),
        samples.repositoryFile('examples/light-app/partitions.csv'),
        Buffer.from('\0'),
        samples.repositoryFile('examples/light-app/CMakeLists.txt'),
      ]),
      ...texts(
        'CONFIG_IDF_TARGET="esp32c6"\n# CONFIG_NVS_ENCRYPTION is not set\nCONFIG_PARTITION_TABLE_OFFSET=0xC000\n',
        'CONFIG_PARTITION_TABLE_TWO_OTA=y\nCONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID=3\nCONFIG_SECURE_FLASH_ENC_ENABLED=y\n',
      ),
    ],
    run: (input) => {
      const [sdkconfig = '', partitions = '', cmake = ''] = Buffer.from(input).toString('latin1').split('\0');
      const files: Readonly<Record<string, string>> = {
        'app/sdkconfig.defaults': sdkconfig,
        'app/sdkconfig': sdkconfig.slice(sdkconfig.length >> 1),
        'app/partitions.csv': partitions,
        'app/CMakeLists.txt': cmake,
      };
      readFirmware('app', {
        readFile: (path) => {
          const content = files[path];
          return content === undefined ? undefined : Buffer.from(content, 'latin1');
        },
      });
    },
    maxLength: 6000,
  },
  {
    name: 'efuse-summary',
    seeds: () => {
      const field = (value: unknown) => ({ value, readable: true, writeable: true });
      const summary = {
        MAC: field('aa:bb:cc:dd:ee:ff (OK)'),
        RD_DIS: field(0),
        SECURE_BOOT_EN: field(false),
        BLOCK_KEY0: field('00 00'),
        KEY_PURPOSE_0: field('USER'),
      };
      return texts(`espefuse v5\n${JSON.stringify(summary)}\n`);
    },
    run: (input) => {
      parseSummary(text(input));
    },
  },
  {
    name: 'flash-dump',
    seeds: () => [dumpSample()],
    run: (input) => showImage(toDump(input), input),
    repair: (input) => {
      const bytes = Buffer.from(input);
      const nvs = bytes.subarray(TABLE_LENGTH, TABLE_LENGTH + NVS_LENGTH);
      nvs.set(repairNvs(nvs));
      bytes.set(repairPartitionTable(bytes.subarray(0, TABLE_LENGTH)));
      bytes.set(
        repairSecureCert(bytes.subarray(TABLE_LENGTH + NVS_LENGTH)),
        Math.min(bytes.length, TABLE_LENGTH + NVS_LENGTH),
      );
      return bytes;
    },
    maxLength: TABLE_LENGTH + NVS_LENGTH + 0x2000,
  },
];
