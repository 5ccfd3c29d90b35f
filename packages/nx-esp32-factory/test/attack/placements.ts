/** Where people, and attackers, put a secret that does not belong there. */
import type { SecretForm } from './secrets';

type Json = Record<string, unknown>;

export interface Placement {
  readonly name: string;
  /** Files to write next to the example app, by name; a config is written as JSON. */
  readonly files: (secret: string) => Readonly<Record<string, string | Json>>;
  /** The commands to run there, without --json. */
  readonly commands: (secret: string) => readonly (readonly string[])[];
  /** The forms that are a valid value there, of a public field, a name or an address: nobody can tell them apart. */
  readonly valid?: readonly SecretForm[];
}

const CONFIG = 'factory.config.json';
const IMAGE = ['image', CONFIG, '--output_dir', 'out'];

/** A config with the value at the path: "nvs.extra.0.key". */
function configWith(base: Json, path: string, value: unknown): Json {
  const config = structuredClone(base);
  const keys = path.split('.');
  let node: Json = config;
  for (const key of keys.slice(0, -1)) {
    if (typeof node[key] !== 'object' || node[key] === null) node[key] = {};
    node = node[key] as Json;
  }
  node[keys.at(-1) ?? ''] = value;
  return config;
}

type InConfig = readonly [path: string, value?: (secret: string) => unknown, valid?: readonly SecretForm[]];

/** Public fields, names and numbers, which JSON prints: what fits there cannot be told from a value. */
const DIGITS: readonly SecretForm[] = ['passcode'];
const DIGITS_AND_32_BYTES: readonly SecretForm[] = ['passcode', 'base64 of 32 bytes', 'hex of 32 bytes'];

const asItIs = (secret: string): unknown => secret;
const EXTRA = { namespace: 'light', key: 'k', type: 'string', value: 'v' };
const file = (secret: string) => ({ file: secret });
const env = (secret: string) => ({ env: secret });
const folder = (secret: string) => ({ folder: secret });

/** A path of the config, and what stands there: the secret itself if there is nothing else. */
const IN_CONFIG: readonly InConfig[] = [
  ['$schema'],
  ['extends'],
  ['extends', (secret) => `bases/${secret}`],
  ['chip'],
  ['output.cache'],
  ['attestation', (secret) => secret],
  ['nvs.extra', (secret) => secret],
  ['nvs.extra', (secret) => [{ ...EXTRA, key: secret }], DIGITS],
  ['nvs.extra', (secret) => [{ ...EXTRA, namespace: secret }], DIGITS],
  ['nvs.extra', (secret) => [{ ...EXTRA, type: secret }]],
  ['nvs.extra', (secret) => [{ ...EXTRA, type: 'u8', value: secret }]],
  ['nvs.extra', (secret) => [{ ...EXTRA, type: 'u64', value: Number(secret) || secret }]],
  ['nvs.extra', (secret) => [{ ...EXTRA, type: 'blob', value: secret }]],
  ['nvs.extra', (secret) => [{ ...EXTRA, type: 'blob', value: { hex: `${secret}!` } }]],
  ['nvs.extra', (secret) => [{ ...EXTRA, type: 'blob', value: { base64: `${secret}!` } }]],
  ['nvs.extra', (secret) => [{ ...EXTRA, type: 'blob', value: file(secret) }]],
  ['nvs.extra', (secret) => [{ ...EXTRA, [secret]: 1 }]],
  [
    'nvs.extra',
    (secret) => [
      { ...EXTRA, key: secret },
      { ...EXTRA, key: secret },
    ],
  ],
  ['nvs.extra', (secret) => ({ [secret]: secret })],
  ...(
    [
      'vendorId',
      'productId',
      'productUrl',
      'productFinish',
      'productColor',
      'manufacturingDate',
      'hardwareVersion',
      'rotatingDeviceIdUniqueId',
    ] as const
  ).map((name): InConfig => [`deviceInstanceInfo.${name}`]),
  ...(['vendorName', 'productName', 'partNumber', 'serialNumber'] as const).map(
    (name): InConfig => [`deviceInstanceInfo.${name}`, asItIs, DIGITS],
  ),
  ...(['productLabel', 'hardwareVersionString'] as const).map(
    (name): InConfig => [`deviceInstanceInfo.${name}`, asItIs, DIGITS_AND_32_BYTES],
  ),
  ...(
    [
      'vendorId',
      'productId',
      'vendorName',
      'productName',
      'productLabel',
      'productUrl',
      'productFinish',
      'productColor',
      'partNumber',
      'serialNumber',
      'manufacturingDate',
      'hardwareVersion',
      'hardwareVersionString',
      'rotatingDeviceIdUniqueId',
    ] as const
  ).flatMap((name): InConfig[] => [
    [`deviceInstanceInfo.${name}`, file],
    [`deviceInstanceInfo.${name}`, env],
  ]),
  ['deviceInstanceInfo.vendorId', (secret) => Number(secret) || secret],
  ['deviceInstanceInfo.hardwareVersion', (secret) => Number(secret) || secret],
  ['deviceInstanceInfo.manufacturingDate', (secret) => `2025-${secret}`],
  ['deviceInstanceInfo', (secret) => ({ [secret]: secret })],
  ...(
    ['passcode', 'discriminator', 'iterations', 'salt', 'verifier', 'flow', 'locationCapability'] as const
  ).flatMap((name): InConfig[] => [[`commissioning.${name}`], [`commissioning.${name}`, file]]),
  ['commissioning.deviceType', asItIs, DIGITS],
  ['commissioning.passcode', (secret) => ({ random: secret })],
  ['commissioning.discriminator', (secret) => Number(secret) || secret],
  ['commissioning.iterations', (secret) => Number(secret) || secret],
  ['commissioning.discovery', (secret) => [secret]],
  ['attestation.dac.certificate', file],
  ['attestation.dac.certificate', (secret) => file(`credentials/${secret}`)],
  ['attestation.dac.certificate', env],
  ['attestation.dac.certificate'],
  ['attestation.dac.key', file],
  ['attestation.dac.key', (secret) => file(`${secret}.pem`), DIGITS],
  ['attestation.dac.key', env],
  ['attestation.dac.key', (secret) => ({ file: 'credentials/dac-key.pem', passphrase: secret })],
  ['attestation.dac.key', (secret) => ({ file: 'credentials/dac-key.pem', passphrase: file(secret) })],
  ['attestation.dac.key', (secret) => ({ file: 'credentials/dac-key.pem', [secret]: true })],
  ['attestation.dac', (secret) => ({ issue: { commonName: secret } })],
  ['attestation.dac', (secret) => ({ issue: { validFrom: secret } })],
  ['attestation.dac', (secret) => ({ issue: { validDays: Number(secret) || secret } })],
  ['attestation.dac', (secret) => ({ issue: { subjectIds: secret } })],
  ['attestation.pai.certificate', file],
  ['attestation.pai.key', file],
  ['attestation.pai.signer', (secret) => secret],
  ['attestation.certificationDeclaration', file],
  ['attestation.trust.paa', folder],
  ['attestation.trust.paa', (secret) => secret],
  ['attestation.trust.cdSigners', folder],
  ['attestation.trust.revocationSet', file],
  ['attestation.severity'],
  ['attestation.at'],
  ['deviceInfo.locales', (secret) => [secret], DIGITS],
  [
    'deviceInfo.locales',
    (secret) => secret.match(/[\s\S]{1,30}/g),
    ['passcode', 'base64 of DER', ...DIGITS_AND_32_BYTES],
  ],
  ['deviceInfo.calendarTypes', (secret) => [secret]],
  ['deviceInfo.fixedLabels', (secret) => [{ endpoint: 1, label: secret, value: 'x' }], DIGITS],
  ['deviceInfo.fixedLabels', (secret) => [{ endpoint: Number(secret) || secret, label: 'a', value: 'x' }]],
  ['deviceInfo.supportedModes', (secret) => [{ endpoint: 1, mode: Number(secret) || secret, label: 'x' }]],
  ['partition.label'],
  ['partition.size'],
  ['partition.size', (secret) => Number(secret) || secret],
  ['partition.version'],
  ['partition.readOnly'],
  ['encryption', (secret) => ({ scheme: secret })],
  ['encryption', (secret) => ({ scheme: 'hmac', keyId: Number(secret) || secret })],
  ['encryption', (secret) => ({ scheme: 'flash', key: folder(secret) })],
  ['encryption', (secret) => ({ scheme: 'flash', key: file(secret) })],
  ['encryption', (secret) => ({ scheme: 'flash', key: secret })],
  ['flashEncryption', (secret) => ({ mode: secret })],
  ['flashEncryption', (secret) => ({ mode: 'host', key: file(secret) })],
  ['flashEncryption', (secret) => ({ mode: 'host', key: secret })],
  ['storage.attestation'],
  ['storage.commissioning'],
  ['storage.ecdsaPeripheral', (secret) => ({ keyId: Number(secret) || secret })],
];

function inConfig(base: Json, [path, value = asItIs, valid = []]: InConfig): Placement {
  return {
    name: `${path}: ${JSON.stringify(value('SECRET'))}`,
    files: (secret) => ({ [CONFIG]: configWith(base, path, value(secret)) }),
    commands: () => [IMAGE, ['verify', '--config', CONFIG, '--output_dir', 'out', '--format', 'github']],
    valid,
  };
}

/** The secret as a field name, at the top and deep in the config, once and twice. */
function asFieldNames(base: Json): Placement[] {
  const commands = () => [IMAGE];
  return [
    {
      name: 'field name at the top',
      files: (secret) => ({ [CONFIG]: { ...base, [secret]: true } }),
      commands,
    },
    {
      name: 'field name over an object',
      files: (secret) => ({ [CONFIG]: { ...base, [secret]: { file: secret } } }),
      commands,
    },
    {
      name: 'field name twice',
      files: (secret) => ({ [CONFIG]: `{${JSON.stringify(secret)}: 1, ${JSON.stringify(secret)}: 2}` }),
      commands,
    },
    { name: 'the config itself', files: (secret) => ({ [CONFIG]: secret }), commands },
    {
      name: 'a comment that does not end',
      files: (secret) => ({ [CONFIG]: `{ /* ${secret}` }),
      commands,
    },
    {
      name: 'a config that extends itself',
      files: (secret) => {
        const name = secret.replace(/[^A-Za-z0-9]/g, '').slice(0, 100);
        return { [CONFIG]: { ...base, extends: name }, [name]: { extends: name } };
      },
      commands,
    },
  ];
}

const BOTH = (...argv: string[]) => [argv];

/** The secret on the command line. */
const ON_COMMAND_LINE: readonly (readonly [
  string,
  (secret: string) => readonly (readonly string[])[],
  (readonly SecretForm[])?,
])[] = [
  ['a command', (secret) => BOTH(secret)],
  ['a command of two words', (secret) => BOTH('nvs', secret)],
  ['an unknown option', (secret) => BOTH('image', CONFIG, `--${secret}`)],
  ['the value of an unknown option', (secret) => BOTH('image', CONFIG, `--passcode=${secret}`)],
  ['a positional', (secret) => BOTH('image', secret)],
  ['a positional too many', (secret) => BOTH('image', CONFIG, secret)],
  ['a number', (secret) => BOTH('image', CONFIG, '--vendor-id', secret)],
  ['an address', (secret) => BOTH('partitions', 'partitions.csv', '--offset', secret), DIGITS],
  ['a choice', (secret) => BOTH('partitions', 'partitions.csv', '--flash-size', secret)],
  ['the value of a flag', (secret) => BOTH('partitions', 'partitions.csv', `--json=${secret}`)],
  ['a format', (secret) => BOTH('inspect', 'p.bin', '--format', secret)],
  ['a key file', (secret) => BOTH('inspect', 'p.bin', '--key', secret)],
  ['a key reference', (secret) => BOTH('inspect', 'p.bin', '--key', `env:${secret}`)],
  ['a file to inspect', (secret) => BOTH('inspect', secret)],
  ['a file to inspect for CI', (secret) => BOTH('inspect', secret, '--format', 'github')],
  ['a file to inspect for SARIF', (secret) => BOTH('inspect', secret, '--format', 'sarif')],
  ['a file to inspect for JUnit', (secret) => BOTH('inspect', secret, '--format', 'junit')],
  ['a partition', (secret) => BOTH('inspect', 'partitions.csv', '--partition', secret)],
  ['files to compare', (secret) => BOTH('diff', secret, secret)],
  ['a passcode', (secret) => BOTH('verify', '--config', CONFIG, '--passcode-from', secret)],
  [
    'a passcode reference',
    (secret) => BOTH('verify', '--config', CONFIG, '--passcode-from', `env:${secret}`),
  ],
  ['an image to verify', (secret) => BOTH('verify', secret)],
  ['an image to verify for CI', (secret) => BOTH('verify', secret, '--format', 'github')],
  ['an image to verify for JUnit', (secret) => BOTH('verify', secret, '--format', 'junit')],
  ['a trust store', (secret) => BOTH('verify', '--config', CONFIG, '--paa-dir', secret)],
  ['a revocation set', (secret) => BOTH('verify', '--config', CONFIG, '--revocation-set', secret)],
  ['an output folder', (secret) => BOTH('verify', '--config', CONFIG, '--output_dir', secret)],
  ['a config to digest', (secret) => BOTH('cache-digest', secret, 'made')],
  ['a size', (secret) => BOTH('nvs', 'generate', 'n.csv', 'o.bin', secret)],
  ['a CSV', (secret) => BOTH('nvs', 'generate', secret, 'o.bin', '0x3000')],
  ['keys', (secret) => BOTH('nvs', 'decrypt', 'n.csv', secret, 'o.bin')],
  ['a certificate to show', (secret) => BOTH('attestation', 'show', secret)],
  ['a DAC to check', (secret) => BOTH('attestation', 'check', '--dac', secret, '--pai', secret)],
  [
    'a common name',
    (secret) =>
      BOTH('attestation', 'issue-paa', '--out', 'paa.pem', '--common-name', secret, '--vendor-id', secret),
  ],
  ['a date', (secret) => BOTH('attestation', 'issue-paa', '--out', 'paa.pem', '--valid-from', secret)],
  ['a lifetime', (secret) => BOTH('attestation', 'issue-paa', '--out', 'paa.pem', '--lifetime', secret)],
  [
    'a passphrase',
    (secret) =>
      BOTH('attestation', 'issue-paa', '--out', 'p.pem', '--key', 'k.pem', '--key-passphrase', secret),
  ],
  ['a key to issue with', (secret) => BOTH('attestation', 'issue-paa', '--out', 'p.pem', '--key', secret)],
  ['a date of the script', (secret) => BOTH('image', '-d', '1', '-p', '20202021', '--mfg-date', secret)],
  ['a passcode of the script', (secret) => BOTH('image', '-d', '1', '-p', secret)],
  ['a discriminator of the script', (secret) => BOTH('image', '-d', secret, '-p', '20202021')],
  [
    'a certificate of the script',
    (secret) =>
      BOTH(
        'image',
        '-d',
        '1',
        '-p',
        '20202021',
        '--dac-cert',
        secret,
        '--dac-key',
        secret,
        '--pai-cert',
        secret,
      ),
  ],
];

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const csv = (
  name: string,
  text: (secret: string) => string,
  valid: readonly SecretForm[] = [],
): Placement => ({
  valid,
  name,
  files: (secret) => ({ 'n.csv': `key,type,encoding,value\n${text(secret)}\n` }),
  commands: () => [['nvs', 'generate', 'n.csv', 'o.bin', '0x3000']],
});

const IN_CSV: readonly Placement[] = [
  csv('key of an NVS CSV', (secret) => `n,namespace,,\n${quoted(secret)},data,u8,1`, DIGITS),
  csv('namespace of an NVS CSV', (secret) => `${quoted(secret)},namespace,,`, DIGITS),
  csv('type of an NVS CSV', (secret) => `n,namespace,,\nk,${quoted(secret)},u8,1`),
  csv('encoding of an NVS CSV', (secret) => `n,namespace,,\nk,data,${quoted(secret)},1`),
  csv('value of an NVS CSV', (secret) => `n,namespace,,\nk,data,u8,${quoted(secret)}`),
  csv('hex of an NVS CSV', (secret) => `n,namespace,,\nk,data,hex2bin,${quoted(`${secret}!`)}`),
  csv('file of an NVS CSV', (secret) => `n,namespace,,\nk,file,binary,${quoted(secret)}`),
  csv('row of an NVS CSV', (secret) => secret),
];

const table = (
  name: string,
  row: (secret: string) => string,
  valid: readonly SecretForm[] = [],
): Placement => ({
  valid,
  name,
  files: (secret) => ({ 'partitions.csv': `nvs,data,nvs,,0x6000\n${row(secret.replaceAll('\n', ''))}\n` }),
  commands: () => [['partitions', 'partitions.csv'], IMAGE],
});

const IN_TABLE: readonly Placement[] = [
  table('name of a partition', (secret) => `${secret},data,nvs,,0x6000`, DIGITS),
  table('type of a partition', (secret) => `fctry,${secret},nvs,,0x6000`),
  table('subtype of a partition', (secret) => `fctry,data,${secret},,0x6000`),
  table('offset of a partition', (secret) => `fctry,data,nvs,${secret},0x6000`, DIGITS),
  table('size of a partition', (secret) => `fctry,data,nvs,,${secret}`, DIGITS),
  table('flags of a partition', (secret) => `fctry,data,nvs,,0x6000,${secret}`),
  table('row of a partition table', (secret) => secret),
];

const setting = (name: string, line: (secret: string) => string): Placement => ({
  name,
  files: (secret) => ({
    'sdkconfig.defaults': `CONFIG_IDF_TARGET="esp32c3"\n${line(secret.replaceAll('\n', ''))}\n`,
  }),
  commands: () => [IMAGE],
});

const IN_SDKCONFIG: readonly Placement[] = [
  setting('a line of sdkconfig', (secret) => secret),
  setting('a setting without a name', (secret) => `KEY=${secret}`),
  setting('the chip', (secret) => `CONFIG_IDF_TARGET="${secret}"`),
  setting('a hex symbol', (secret) => `CONFIG_PARTITION_TABLE_OFFSET=${secret}!`),
  setting('the vendor id', (secret) => `CONFIG_DEVICE_VENDOR_ID=${secret}!`),
  setting('a bool', (secret) => `CONFIG_NVS_ENCRYPTION=${secret}`),
  setting(
    'the name of a table',
    (secret) => `CONFIG_PARTITION_TABLE_CUSTOM=y\nCONFIG_PARTITION_TABLE_CUSTOM_FILENAME="${secret}"`,
  ),
  setting('the label', (secret) => `CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="${secret}"`),
];

/** Every placement, in a config that is otherwise `base`. */
export function placements(base: Json): Placement[] {
  return [
    ...IN_CONFIG.map((row) => inConfig(base, row)),
    ...asFieldNames(base),
    ...ON_COMMAND_LINE.map(
      ([name, commands, valid = []]): Placement => ({ name, files: () => ({}), commands, valid }),
    ),
    ...IN_CSV,
    ...IN_TABLE,
    ...IN_SDKCONFIG,
  ];
}
