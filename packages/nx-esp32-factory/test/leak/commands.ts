/** Commands of esp32-factory with secrets, for leak-commands.stress.test.ts: every command with every option, also failing. */

export const CONFIG = 'factory.config.json';
export const IMAGE = 'bin/factory_partition.bin';
export const KEYS = 'keys/EXL-0000-0001.bin';
export const PLAIN = 'plain.bin';
export const DAC_KEY = 'credentials/dac-key.pem';
export const ENCRYPTED_KEY = 'encrypted-key.pem';
export const HMAC_KEY = 'hmac.bin';
export const FLASH = 'flash.bin';

export interface LeakCommand {
  readonly argv: readonly string[];
  /** It prints secrets as it was asked to: only its errors are searched. */
  readonly isAsked?: true;
}

type Argv = readonly string[];

/** "attestation issue-dac" of the arguments of a command. */
export const nameOf = (argv: Argv) =>
  argv.slice(0, ['nvs', 'attestation'].includes(argv[0] ?? '') ? 2 : 1).join(' ');

/** Each command with each of these options, which come first: everything after --signer is its own. */
const each = (argvs: readonly Argv[], ...variants: readonly Argv[]): LeakCommand[] =>
  variants.flatMap((options) =>
    argvs.map((argv) => {
      const name = nameOf(argv).split(' ');
      return { argv: [...name, ...options, ...argv.slice(name.length)] };
    }),
  );
const plainAndJson = (...argvs: readonly Argv[]) => each(argvs, [], ['--json']);
const FORMATS: readonly Argv[] = ['github', 'sarif', 'junit'].map((format) => ['--format', format]);

const CREDENTIALS = [
  ['--dac-cert', 'credentials/dac.pem'],
  ['--dac-key', DAC_KEY],
  ['--pai-cert', 'credentials/pai.pem'],
].flat();
const TRUST = [
  ['--paa-dir', 'credentials/paa-trust-store'],
  ['--cd-signers', 'credentials/cd-trust-store'],
  ['--revocation-set', 'revocation-set.json'],
].flat();
const IDS = ['-d', '3840', '-p', 'env:PASSCODE', '--vendor-id', '0x131B', '--product-id', '0x8001'];
const FIELDS = [
  ['--vendor-name', 'Vendor', '--product-name', 'Product', '--serial-num', 'SN-1', '--hw-ver', '1'],
  ['--hw-ver-str', '1.0', '--mfg-date', '2025-01-01', '--calendar-types', 'Gregorian', '--size', '0x8000'],
  ['--locales', 'en-US', '--fixed-labels', '1/room/kitchen', '--supported-modes', '0/dim/1/1\\0x8000'],
  ['--product-label', 'Label', '--product-url', 'https://example.com', '--part-number', 'PN-1'],
  [
    '--product-finish',
    'matte',
    '--product-color',
    'navy',
    '--device-type',
    '0x0101',
    '--iteration-count',
    '1000',
  ],
  ['--commissioning-flow', '0', '--discovery-mode', '1', '--attestation-severity', 'warning'],
].flat();
const SECURE_CERT = ['--dac-in-secure-cert', '--ds-peripheral', '--efuse-key-id', '2', '--target', 'esp32h2'];

const image = (uniqueId: string): LeakCommand[] => [
  { argv: ['image', CONFIG, '--output_dir', 'json', '--json'] },
  { argv: ['image', CONFIG, '--output_dir', 'codes', '--no-bin'] },
  { argv: ['image', ...IDS, '--output_dir', 'flags', '--rd-id-uid', uniqueId] },
  ...plainAndJson(
    ['image', ...IDS, ...CREDENTIALS, '--output_dir', 'flags'],
    [
      'image',
      ...IDS,
      ...FIELDS,
      ...CREDENTIALS,
      ...TRUST,
      '--cd',
      'credentials/cd.der',
      '-e',
      '--output_dir',
      'flags',
    ],
    ['image', ...IDS, ...CREDENTIALS, ...SECURE_CERT, '--output_dir', 'flags'],
  ),
];

/** Folders of apps without a config, for init. */
export const NEW_APPS: readonly string[] = ['generated-app', 'given-app', 'later-app'];

const [GENERATED = '', GIVEN = '', LATER = ''] = NEW_APPS;
const GENERATE = [
  ...['--vendor-id', '0xFFF1', '--vendor-name', 'Vendor', '--product-id', '0x8001', '--product-name', 'Lamp'],
  ...[
    '--discriminator',
    '1',
    '--chip',
    'esp32c3',
    '--partition-label',
    'fctry',
    '--partition-size',
    '0x6000',
  ],
  ...['--keys', 'local'],
];
const GIVE = [
  ...['--dac-cert', 'credentials/dac.pem', '--dac-key', DAC_KEY, '--pai-cert', 'credentials/pai.pem'],
  ...[
    '--certification-declaration',
    'credentials/cd.der',
    '--paa-trust-store',
    'credentials/paa-trust-store',
  ],
  ...['--cd-trust-store', 'credentials/cd-trust-store'],
];

const init: LeakCommand[] = [
  ['init', GENERATED, ...GENERATE, '--dry-run'],
  ['init', GENERATED, ...GENERATE],
  ['init', GENERATED, '--credentials'],
  ['init', GENERATED, '--fix', '--allow-weaker-security'],
  ['init', GIVEN, ...GIVE],
  ['init', LATER, '--no-credentials'],
  ['init', DAC_KEY],
  ['init', LATER, ...GIVE, '--fix'],
  ['init'],
].map((argv) => ({ argv: [...argv, '--no-interactive'] }));

const inspect: LeakCommand[] = [
  ...each(
    [
      ['inspect', IMAGE, '--key', KEYS],
      ['inspect', IMAGE],
      ['inspect', KEYS],
      ['inspect', FLASH],
      ['inspect', FLASH, '--partition', 'fctry', '--key', KEYS],
    ],
    [],
    ['--json'],
    ...FORMATS,
  ),
  { argv: ['inspect', IMAGE, '--key', KEYS, '--html'] },
  { argv: ['inspect', IMAGE, '--key', KEYS, '--html', '-o', 'page.html'] },
  { argv: ['inspect', IMAGE, '--key', KEYS, '--show-secrets', '--csv', '-o', 'nvs.csv'] },
  { argv: ['inspect', IMAGE, '--key', KEYS, '--codes', 'bin/onboarding.json'], isAsked: true },
  { argv: ['inspect', IMAGE, '--key', KEYS, '--show-secrets'], isAsked: true },
  { argv: ['inspect', IMAGE, '--key', 'env:UNIQUE_ID'] },
  { argv: ['inspect', IMAGE, '--key', DAC_KEY] },
  { argv: ['inspect', IMAGE, '--codes', DAC_KEY] },
];

const flash = (esptool: string): LeakCommand[] => [
  ...plainAndJson(
    ['flash', CONFIG, '--output_dir', 'bin', '--port', 'COM3', '--esptool', esptool],
    ['flash', '.', '-p', 'COM3', '--esptool', esptool, '--verify', '-b', '921600', '--connect-attempts', '1'],
    [
      'flash',
      CONFIG,
      '--dry-run',
      '--chip',
      'esp32c3',
      '--before',
      'no-reset',
      '--after',
      'no-reset',
      '--no-stub',
    ],
    ['flash', CONFIG, '--burn-efuse', '--confirm', '60:55:f9:f7:2c:a2', '--esptool', esptool],
    ['flash', CONFIG, '--with-firmware', '--build-folder', 'credentials', '--port', 'COM3'],
    ['flash', CONFIG, '--output_dir', 'none', '--port', 'COM3'],
  ),
];

const verify = (esptool: string): LeakCommand[] => [
  ...each(
    [
      ['verify', '--config', CONFIG, '--level', '1'],
      ['verify', IMAGE, '--level', '1', '--passcode-from', 'env:WRONG_PASSCODE', '--nvs-key', KEYS],
      ['verify', FLASH, '--partition', 'fctry', '--level', '1', '--nvs-key', KEYS, ...TRUST],
      [
        'verify',
        '--config',
        CONFIG,
        '--output_dir',
        'bin',
        '--level',
        '1',
        '--port',
        'COM3',
        '--esptool',
        esptool,
      ],
      ['verify', '--config', CONFIG, '--level', '1', '--port', 'COM3', '--esptool', DAC_KEY],
      ['verify', '--config', CONFIG, '--level', '4', '--sdk-python', DAC_KEY],
    ],
    [],
    ['--json'],
    ...FORMATS,
  ),
];

const nvs: LeakCommand[] = [
  { argv: ['nvs', 'decrypt', IMAGE, KEYS, PLAIN] },
  { argv: ['inspect', PLAIN] },
  { argv: ['inspect', PLAIN, '--json'] },
  ...plainAndJson(
    ['nvs', 'generate', 'secret.csv', 'a.bin', '0x3000'],
    ['nvs', 'generate', 'secret.csv', 'a.bin', '0x3000', '--version', '1', '--outdir', 'v1'],
    ['nvs', 'generate', 'secret.csv', 'a.bin', '0x3000', '--wifi-keys'],
    ['nvs', 'generate', 'bad.csv', 'b.bin', '0x3000'],
    ['nvs', 'encrypt', 'secret.csv', 'c.bin', '0x3000', '--inputkey', KEYS, '--version', '2', '--wifi-keys'],
    ['nvs', 'encrypt', 'secret.csv', 'c.bin', '0x3000', '--inputkey', DAC_KEY],
    ['nvs', 'decrypt', IMAGE, DAC_KEY, 'd.bin', '--outdir', 'v1'],
    ['nvs', 'decrypt', 'a.bin', KEYS, 'd.bin'],
  ),
  // The second time each is refused.
  ...plainAndJson(
    [
      'nvs',
      'encrypt',
      'secret.csv',
      'c.bin',
      '0x3000',
      '--keygen',
      '--keyfile',
      'made.bin',
      '--outdir',
      'nvs',
    ],
    ['nvs', 'generate-key', '--keyfile', 'made-alone.bin', '--outdir', 'nvs'],
    [
      ...[
        'nvs',
        'generate-key',
        '--key_protect_hmac',
        '--kp_hmac_keygen',
        '--kp_hmac_keyfile',
        'made-hmac.bin',
      ],
      ...['--keyfile', 'made-derived.bin', '--outdir', 'nvs'],
    ],
    [
      ...['nvs', 'encrypt', 'secret.csv', 'c.bin', '0x3000', '--key_protect_hmac', '--kp_hmac_keygen'],
      ...['--kp_hmac_keyfile', 'made-hmac-2.bin', '--outdir', 'nvs'],
    ],
  ),
  ...plainAndJson(
    ['nvs', 'encrypt', 'secret.csv', 'c.bin', '0x3000', '--key_protect_hmac', '--kp_hmac_inputkey', HMAC_KEY],
    ['nvs', 'generate-key', '--key_protect_hmac', '--kp_hmac_inputkey', HMAC_KEY, '--keyfile', 'of-hmac.bin'],
    ['nvs', 'generate-key', '--key_protect_hmac', '--kp_hmac_inputkey', DAC_KEY],
    ['diff', PLAIN, IMAGE, '--key-b', KEYS],
    ['diff', IMAGE, 'c.bin', '--key', KEYS],
    ['diff', PLAIN, KEYS],
    ['diff', PLAIN, 'a.bin'],
    ['diff', FLASH, FLASH, '--partition', 'fctry', '--partition-b', 'nvs', '--key', KEYS],
  ),
  { argv: ['diff', PLAIN, 'a.bin', '--show-secrets'], isAsked: true },
];

const partitions: LeakCommand[] = plainAndJson(
  ['partitions', 'partitions.csv'],
  ['partitions', 'partitions.csv', '--bootloader-offset', '0', '--recovery-offset', '0x3F0000'],
  ['partitions', 'partitions.csv', '--extra-subtypes', 'data,my_fs,0x40'],
  ['partitions', DAC_KEY],
  [
    'partitions',
    'partitions.csv',
    'table.bin',
    '--offset',
    '0xC000',
    '--flash-size',
    '4MB',
    '--secure',
    'v1',
    '--no-md5',
  ],
);

const OPENSSL = ['--signer-timeout', '30', '--signer', 'openssl', 'pkeyutl', '-sign', '-inkey'];
const CHAIN = ['--pai', 'credentials/pai.pem', '--cd', 'credentials/cd.der'];
const REPORTED = ['--vendor-id', '0xFFF1', '--product-id', '0x8001', '--at', '2026-01-31'];
const SUBJECT = ['--common-name', 'Made', '--organization', 'Example', '--serial-num', 'SN-1', '--force'];
const ATTRIBUTES = ['--vendor-id', '0xFFF1', '--subject-ids', 'attributes'];
const VALIDITY = ['--valid-from', '2026-01-31', '--valid-days', '20000', '--cert-serial', '0102030405060708'];
const CRL = ['--crl-uri', 'http://example.com/crl'];
const PAA = ['--ca-cert', 'credentials/paa-trust-store/paa.der'];
const PAI = ['--ca-cert', 'credentials/pai.pem'];
const PASSPHRASE = ['--key', ENCRYPTED_KEY, '--key-passphrase', 'env:PASSPHRASE'];
const WRONG_PASSPHRASE = ['--key', ENCRYPTED_KEY, '--key-passphrase', 'env:APP_SECRET'];
const CD = [
  ...['--vendor-id', '0xFFF1', '--product-id', '0x8001', '--device-type-id', '0x0101'],
  ...['--certificate-id', 'ZIG0000000000000000', '--security-level', '0', '--security-information', '0'],
  ...['--version-number', '1', '--certification-type', '0', '--dac-origin-vendor-id', '0xFFF1'],
  ...[
    '--dac-origin-product-id',
    '0x8001',
    '--authorized-paa',
    'credentials/paa-trust-store/paa.der',
    '--force',
  ],
];
const CD_SIGNER = 'credentials/cd-trust-store/cd-signing-cert.der';

const attestation: LeakCommand[] = plainAndJson(
  ['attestation', 'show', 'credentials/dac.pem', 'credentials/pai.pem', 'credentials/cd.der'],
  ['attestation', 'show', 'credentials/dac.pem', DAC_KEY],
  ['attestation', 'show', DAC_KEY],
  [
    'attestation',
    'check',
    '--dac',
    'credentials/dac.pem',
    ...CHAIN,
    '--dac-key',
    DAC_KEY,
    ...TRUST,
    ...REPORTED,
  ],
  ['attestation', 'check', '--dac', DAC_KEY, ...CHAIN],
  ['attestation', 'check', '--dac', 'credentials/dac.pem', ...CHAIN, '--revocation-set', DAC_KEY],
  [
    ...['attestation', 'trust', '--from', 'credentials', 'keys', 'credentials/paa-trust-store'],
    ...['--cd-signers', 'credentials/cd-trust-store', '--to', 'made/trust'],
  ],
  ['attestation', 'trust', '--from', 'keys', '--to', 'made/trust'],
  ['attestation', 'trust', '--from', DAC_KEY, '--to', 'made/trust'],
  ['attestation', 'check', '--dac', 'credentials/dac.pem', ...CHAIN, '--dac-key', KEYS],
  [
    ...['attestation', 'check', '--dac', 'credentials/dac.pem', ...CHAIN],
    ...['--dac-key', ENCRYPTED_KEY, '--dac-key-passphrase', 'env:PASSPHRASE'],
  ],
  [
    ...['attestation', 'check', '--dac', 'credentials/dac.pem', ...CHAIN],
    ...['--dac-key', ENCRYPTED_KEY, '--dac-key-passphrase', 'env:APP_SECRET'],
  ],
  // Self-signed: of a new key, of a given one, of a signer, and failures.
  ...['issue-paa', 'issue-cd-signer', 'create-csr'].flatMap((kind): Argv[] => {
    const ids = kind === 'issue-cd-signer' ? [] : ATTRIBUTES;
    const more = kind === 'create-csr' ? ['--product-id', '0x8001'] : [...VALIDITY, ...CRL];
    const out = (name: string) => ['--out', `made/${kind}-${name}.pem`];
    const make = ['attestation', kind, ...SUBJECT, ...ids, ...more];
    return [
      [...make, ...out('new'), '--out-key', `made/${kind}-key.pem`],
      [...make, ...out('given'), ...PASSPHRASE],
      [...make, ...out('given'), ...WRONG_PASSPHRASE],
      [...make, ...out('signed'), '--public-key', 'public.pem', ...OPENSSL, DAC_KEY],
      [
        ...make,
        ...out('signed'),
        '--public-key',
        'public.pem',
        '--signer',
        'openssl',
        'pkeyutl',
        '-in',
        DAC_KEY,
      ],
      [...make, ...out('none'), '--key', KEYS],
      ['attestation', kind, '--out', DAC_KEY],
    ];
  }),
  // Issued: with the key of the issuer, or its signer.
  ...[
    ['issue-pai', PAA, 'credentials/paa-key.pem'] as const,
    ['issue-dac', PAI, 'credentials/pai-key.pem'] as const,
  ].flatMap(([kind, issuer, key]): Argv[] => {
    const out = (name: string) => ['--out', `made/${kind}-${name}.pem`];
    const make = [
      'attestation',
      kind,
      ...SUBJECT,
      ...ATTRIBUTES,
      '--product-id',
      '0x8001',
      ...VALIDITY,
      ...CRL,
    ];
    return [
      [...make, ...issuer, '--ca-key', key, ...out('new'), '--out-key', `made/${kind}-key.pem`],
      [...make, ...issuer, '--ca-key', key, ...out('given'), ...PASSPHRASE],
      [...make, ...issuer, '--ca-key', key, ...out('public'), '--public-key', 'public.pem'],
      [...make, ...issuer, '--ca-key', key, ...out('requested'), '--csr', 'made/create-csr-given.pem'],
      [
        ...make,
        ...issuer,
        '--ca-key',
        ENCRYPTED_KEY,
        '--ca-key-passphrase',
        'env:PASSPHRASE',
        ...out('other'),
      ],
      [...make, ...issuer, '--ca-key', KEYS, ...out('none')],
      [...make, ...issuer, ...out('signed'), '--key', DAC_KEY, ...OPENSSL, key],
      [...make, ...issuer, ...out('signed'), '--key', DAC_KEY, '--signer', 'openssl', 'pkeyutl', '-in', key],
    ];
  }),
  [
    'attestation',
    'issue-cd',
    ...CD,
    '--key',
    'credentials/cd-signing-key.pem',
    '--cert',
    CD_SIGNER,
    '--out',
    'made/cd.der',
  ],
  ['attestation', 'issue-cd', ...CD, '--test-key', '--out', 'made/test-cd.der'],
  ['attestation', 'issue-cd', ...CD, ...PASSPHRASE, '--out', 'made/cd.pem'],
  ['attestation', 'issue-cd', ...CD, ...WRONG_PASSPHRASE, '--out', 'made/cd.pem'],
  ['attestation', 'issue-cd', ...CD, '--key', KEYS, '--out', 'made/cd.pem'],
  [
    'attestation',
    'issue-cd',
    ...CD,
    '--out',
    'made/cd.pem',
    '--public-key',
    'public.pem',
    ...OPENSSL,
    DAC_KEY,
  ],
);

/** In this order, since some use the outputs of others; the image is there before. */
export function leakCommands(inputs: { readonly uniqueId: string; readonly esptool: string }): LeakCommand[] {
  return [
    ...inspect,
    ...verify(inputs.esptool),
    ...flash(inputs.esptool),
    { argv: ['completion', 'bash'] },
    ...nvs,
    ...image(inputs.uniqueId),
    ...partitions,
    ...attestation,
    ...init,
    { argv: ['cache-digest', CONFIG, 'bin'] },
  ];
}

/** For a config in which other secrets are the passcode and the verifier. */
export const FAILING: readonly LeakCommand[] = [
  ...plainAndJson(['image', CONFIG, '--output_dir', 'failed']),
  { argv: ['cache-digest', CONFIG, 'bin'] },
  { argv: ['verify', '--config', CONFIG, '--level', '1'] },
];
