import { formatFindings } from 'nvs-core';
import { loadConfig, resolveConfig } from '../../src/config';
import { applyOverrides } from '../../src/config/overrides';
import { configErrors } from '../../src/errors';
import {
  CONFIG,
  DIRECTORY,
  errno,
  type Files,
  findingsOf,
  judge,
  load,
  MINIMAL,
  minimalWith,
  reader,
} from './samples';

const seen = new Set<string>();

/** "code field" of everything that is refused. */
function refused(work: () => unknown): string[] {
  return findingsOf(work).map(({ code, where }) => {
    seen.add(code);
    return `${code} ${where.field ?? ''}`.trimEnd();
  });
}

const ref = { file: 'x' };
const dac = { certificate: ref, key: ref };
const pai = { certificate: ref };
const extra = (type: unknown, value: unknown) => [{ namespace: 'n', key: 'k', type, value }];
const hmac = { scheme: 'hmac', keyId: 0 };

/** Path in a minimal config, what is written there, everything that is refused: "code", or "code field" elsewhere. */
const ROWS: readonly (readonly [path: string, written: unknown, ...refused: string[]])[] = [
  ['', 5, 'config.wrong-type '],
  ['', [], 'config.wrong-type '],
  ['', {}, 'config.missing deviceInstanceInfo'],
  ['chip', 'esp32c7', 'config.not-one-of'],
  ['chip', 6, 'config.wrong-type'],
  ['chips', 'esp32', 'config.unknown-key'],
  ['toString', 'esp32', 'config.unknown-key'],

  [
    'deviceInstanceInfo',
    {},
    'config.missing deviceInstanceInfo.vendorId',
    'config.missing deviceInstanceInfo.productId',
  ],
  ['deviceInstanceInfo.vendorId', 0, 'config.out-of-range'],
  ['deviceInstanceInfo.vendorId', '0xFFF5', 'config.out-of-range'],
  ['deviceInstanceInfo.vendorId', -1, 'config.out-of-range'],
  ['deviceInstanceInfo.vendorId', 'FFF1', 'config.not-an-integer'],
  ['deviceInstanceInfo.vendorId', '0x', 'config.not-an-integer'],
  ['deviceInstanceInfo.vendorId', '065521', 'config.not-an-integer'],
  ['deviceInstanceInfo.vendorId', ' 1', 'config.not-an-integer'],
  ['deviceInstanceInfo.vendorId', `1${'0'.repeat(30)}`, 'config.not-an-integer'],
  ['deviceInstanceInfo.vendorId', 1.5, 'config.not-an-integer'],
  ['deviceInstanceInfo.vendorId', 2 ** 53, 'config.unsafe-integer'],
  ['deviceInstanceInfo.vendorId', null, 'config.wrong-type'],
  ['deviceInstanceInfo.vendorId', true, 'config.wrong-type'],
  ['deviceInstanceInfo.productId', 0, 'config.out-of-range'],
  ['deviceInstanceInfo.productId', 65536, 'config.out-of-range'],
  ['deviceInstanceInfo.vendorName', '', 'config.text-empty'],
  ['deviceInstanceInfo.vendorName', `${'ö'.repeat(16)}x`, 'config.text-too-long'],
  ['deviceInstanceInfo.vendorName', 'a\nb', 'config.text-invalid'],
  ['deviceInstanceInfo.vendorName', '\ud800', 'config.text-invalid'],
  ['deviceInstanceInfo.vendorName', 7, 'config.wrong-type'],
  ['deviceInstanceInfo.vendorName', { random: true }, 'config.wrong-type'],
  ['deviceInstanceInfo.vendorName', { file: 'x', env: 'X' }, 'config.conflict'],
  ['deviceInstanceInfo.vendorName', { file: 7 }, 'config.wrong-type deviceInstanceInfo.vendorName.file'],
  ['deviceInstanceInfo.vendorName', { file: '' }, 'config.text-empty deviceInstanceInfo.vendorName.file'],
  [
    'deviceInstanceInfo.vendorName',
    { file: 'a\0' },
    'config.text-invalid deviceInstanceInfo.vendorName.file',
  ],
  ['deviceInstanceInfo.vendorName', { env: 'A-B' }, 'config.text-invalid deviceInstanceInfo.vendorName.env'],
  ['deviceInstanceInfo.vendorName', { env: 1 }, 'config.wrong-type deviceInstanceInfo.vendorName.env'],
  [
    'deviceInstanceInfo.vendorName',
    { file: 'x', passphrase: ref },
    'config.unknown-key deviceInstanceInfo.vendorName.passphrase',
  ],
  ['deviceInstanceInfo.serialNumber', { random: 1 }, 'config.wrong-type'],
  ['deviceInstanceInfo.serialNumber', 's'.repeat(33), 'config.text-too-long'],
  ['deviceInstanceInfo.productUrl', 'example.com', 'config.text-invalid'],
  ['deviceInstanceInfo.productFinish', 'stain', 'config.not-one-of'],
  ['deviceInstanceInfo.productColor', 'Black', 'config.not-one-of'],
  ['deviceInstanceInfo.manufacturingDate', 'yesterday', 'factory-data.date-malformed'],
  ['deviceInstanceInfo.manufacturingDate', '20250230', 'factory-data.date-impossible'],
  ['deviceInstanceInfo.hardwareVersion', 65536, 'config.out-of-range'],
  ['deviceInstanceInfo.rotatingDeviceIdUniqueId', '00', 'config.bytes-length'],
  ['deviceInstanceInfo.rotatingDeviceIdUniqueId', 'x'.repeat(32), 'config.bytes-invalid'],

  ['commissioning.passcode', 0, 'commissioning.passcode-out-of-range'],
  ['commissioning.passcode', 100000000, 'commissioning.passcode-out-of-range'],
  ['commissioning.passcode', 1.5, 'commissioning.passcode-out-of-range'],
  ['commissioning.passcode', '12345678', 'commissioning.passcode-forbidden'],
  ['commissioning.passcode', 'secret', 'config.not-an-integer'],
  ['commissioning.passcode', '123456789', 'config.not-an-integer'],
  [
    'commissioning.passcode',
    { random: true, dynamic: true },
    'config.unknown-key commissioning.passcode.dynamic',
  ],
  ['commissioning.passcode', [], 'config.wrong-type'],
  ['commissioning.discriminator', 4096, 'config.out-of-range'],
  ['commissioning.discriminator', { env: 'D' }, 'config.wrong-type'],
  ['commissioning.iterations', 999, 'config.out-of-range'],
  ['commissioning.salt', 'AA==', 'commissioning.salt-length'],
  ['commissioning.salt', 'AAECAwQFBgcICQoLDA0ODw=', 'config.bytes-invalid'],
  ['commissioning.salt', 16, 'config.wrong-type'],
  ['commissioning.verifier', 'AAAA', 'config.bytes-length', 'config.needs', 'config.needs'],
  ['commissioning.verifier', ref, 'config.needs', 'config.needs'],
  [
    'commissioning',
    { passcode: { dynamic: true }, salt: ref, verifier: ref },
    'config.conflict commissioning.verifier',
  ],
  [
    'commissioning',
    { passcode: { dynamic: true }, qrCode: { serialNumber: true }, nfcTag: true },
    'config.conflict commissioning.qrCode.serialNumber',
    'config.conflict commissioning.nfcTag',
  ],
  ['commissioning.qrCode', true, 'config.wrong-type'],
  ['commissioning.qrCode.serialNumber', 'SN-0001', 'config.wrong-type'],
  ['commissioning.qrCode.timeout', 900, 'config.unknown-key'],
  ['commissioning.nfcTag', 'yes', 'config.wrong-type'],
  [
    'commissioning',
    { passcode: { random: true }, salt: ref, verifier: ref },
    'config.conflict commissioning.verifier',
  ],
  ['commissioning.flow', 'user', 'config.not-one-of'],
  ['commissioning.flow', 3, 'config.out-of-range'],
  ['commissioning.discovery', [], 'config.list-length'],
  ['commissioning.discovery', ['bel'], 'config.not-one-of'],
  ['commissioning.discovery', ['ble', 'ble'], 'config.duplicate'],
  ['commissioning.discovery', [1], 'config.wrong-type'],
  ['commissioning.discovery', 0, 'config.out-of-range'],
  ['commissioning.discovery', 64, 'config.out-of-range'],
  ['commissioning.discovery', {}, 'config.wrong-type'],
  ['commissioning.locationCapability', 'inside', 'config.not-one-of'],

  ['attestation.dac', dac, 'config.needs'],
  ['attestation.pai', pai, 'config.needs'],
  ['attestation.dac', 'dac.pem', 'config.wrong-type', 'config.needs'],
  [
    'attestation',
    { pai, dac: { certificate: 'dac.pem', key: ref } },
    'config.path-for-reference attestation.dac.certificate',
  ],
  ['attestation', { pai, dac: { certificate: ref } }, 'config.missing attestation.dac.key'],
  ['attestation', { pai, dac: { ...dac, pin: 1 } }, 'config.unknown-key attestation.dac.pin'],
  ['attestation', { pai, dac: { ...dac, key: 'MHcC' } }, 'config.path-for-reference attestation.dac.key'],
  [
    'attestation',
    { pai, dac: { ...dac, key: { ...ref, passphrase: 'x' } } },
    'config.wrong-type attestation.dac.key.passphrase',
  ],
  [
    'attestation',
    { pai, dac: { ...dac, key: { ...ref, password: ref } } },
    'config.unknown-key attestation.dac.key.password',
  ],
  ['attestation', { pai: { ...pai, key: ref }, dac }, 'config.conflict attestation.pai.key'],
  ['attestation', { pai: { ...pai, signer: ['a'] }, dac }, 'config.conflict attestation.pai.signer'],
  [
    'attestation',
    { pai: { ...pai, key: ref, signer: [] }, dac: { issue: {} } },
    'config.list-length attestation.pai.signer',
    'config.conflict attestation.pai.signer',
  ],
  ['attestation', { pai, dac: { issue: {} } }, 'config.needs attestation.dac.issue'],
  [
    'attestation',
    { pai: { ...pai, signer: ['a', 1] }, dac: { issue: {} } },
    'config.wrong-type attestation.pai.signer',
  ],
  ['attestation.trust', { paa: 'folder' }, 'config.wrong-type attestation.trust.paa'],
  ['attestation.trust', { revocationSet: 'set.json' }, 'config.wrong-type attestation.trust.revocationSet'],
  [
    'attestation.trust',
    { revocationSet: { env: 'SET' } },
    'config.missing attestation.trust.revocationSet.file',
    'config.unknown-key attestation.trust.revocationSet.env',
  ],
  ['attestation.severity', 'off', 'config.not-one-of'],

  ['deviceInfo.locales', [], 'config.list-length'],
  ['deviceInfo.locales', 'en-US', 'config.wrong-type'],
  ['deviceInfo.locales', ['x'.repeat(36)], 'config.text-too-long deviceInfo.locales[0]'],
  ['deviceInfo.calendarTypes', ['Gregorian', 'gregorian'], 'config.not-one-of deviceInfo.calendarTypes[1]'],
  [
    'deviceInfo.fixedLabels',
    [{ endpoint: '0/a', label: 'a', value: 'b' }],
    'config.not-an-integer deviceInfo.fixedLabels[0].endpoint',
  ],
  [
    'deviceInfo.fixedLabels',
    [{ endpoint: 0, label: 'x'.repeat(17), value: 'b' }],
    'config.text-too-long deviceInfo.fixedLabels[0].label',
  ],
  ['deviceInfo.fixedLabels', ['0/a/b'], 'config.wrong-type deviceInfo.fixedLabels[0]'],
  [
    'deviceInfo.supportedModes',
    [{ endpoint: 0, mode: 256, label: 'a' }],
    'config.out-of-range deviceInfo.supportedModes[0].mode',
  ],
  [
    'deviceInfo.supportedModes',
    [{ endpoint: 0, mode: 0, label: 'x'.repeat(65) }],
    'config.text-too-long deviceInfo.supportedModes[0].label',
  ],
  [
    'deviceInfo.supportedModes',
    [{ endpoint: 0, mode: 0, label: 'a', semanticTags: [{ value: 1 }] }],
    'config.missing deviceInfo.supportedModes[0].semanticTags[0].manufacturerCode',
  ],

  ['nvs.extra', {}, 'config.wrong-type'],
  ['nvs.extra', [5], 'config.wrong-type nvs.extra[0]'],
  ['nvs.extra', extra('u9', 1), 'config.not-one-of nvs.extra[0].type'],
  ['nvs.extra', extra(8, 1), 'config.wrong-type nvs.extra[0].type'],
  ['nvs.extra', extra(undefined, 1), 'config.missing nvs.extra[0].type'],
  ['nvs.extra', extra('float', 'one'), 'config.not-a-number nvs.extra[0].value'],
  ['nvs.extra', extra('double', true), 'config.wrong-type nvs.extra[0].value'],
  ['nvs.extra', extra('float', 4e38), 'config.out-of-range nvs.extra[0].value'],
  ['nvs.extra', extra('double', '1e309'), 'config.out-of-range nvs.extra[0].value'],
  ['nvs.extra', extra('u8', 256), 'config.out-of-range nvs.extra[0].value'],
  ['nvs.extra', extra('i8', -129), 'config.out-of-range nvs.extra[0].value'],
  ['nvs.extra', extra('u64', `${2n ** 64n}`), 'config.out-of-range nvs.extra[0].value'],
  ['nvs.extra', extra('i64', `${-(2n ** 63n) - 1n}`), 'config.out-of-range nvs.extra[0].value'],
  ['nvs.extra', extra('u64', 2 ** 60), 'config.unsafe-integer nvs.extra[0].value'],
  ['nvs.extra', extra('string', 'x'.repeat(4000)), 'config.text-too-long nvs.extra[0].value'],
  ['nvs.extra', extra('string', 'a\0b'), 'config.text-invalid nvs.extra[0].value'],
  ['nvs.extra', extra('string', 1), 'config.wrong-type nvs.extra[0].value'],
  ['nvs.extra', extra('blob', '00'), 'config.wrong-type nvs.extra[0].value'],
  ['nvs.extra', extra('blob', {}), 'config.missing nvs.extra[0].value'],
  ['nvs.extra', extra('blob', { hex: '00', base64: '' }), 'config.missing nvs.extra[0].value'],
  ['nvs.extra', extra('blob', { hex: '0' }), 'config.bytes-invalid nvs.extra[0].value'],
  ['nvs.extra', extra('blob', { base64: 5 }), 'config.wrong-type nvs.extra[0].value'],
  ['nvs.extra', [...extra('u8', 1), ...extra('string', 'a')], 'config.duplicate nvs.extra[1]'],
  [
    'nvs.extra',
    [{ namespace: '', key: 'x'.repeat(16), type: 'u8', value: 1 }],
    'config.text-empty nvs.extra[0].namespace',
    'config.text-too-long nvs.extra[0].key',
  ],

  ['partition.label', 'seventeen-bytes-x', 'config.text-too-long'],
  ['partition.size', 5000, 'config.out-of-range'],
  ['partition.size', 0, 'config.out-of-range'],
  ['partition.size', '0x2000', 'config.read-only-needed'],
  ['partition.version', 3, 'config.out-of-range'],
  ['partition.readOnly', 'yes', 'config.wrong-type'],

  ['encryption', 'flash', 'config.wrong-type'],
  ['encryption', {}, 'config.missing encryption.scheme'],
  ['encryption', { scheme: 'xts' }, 'config.not-one-of encryption.scheme'],
  ['encryption', { scheme: 'flash', key: 'keys.bin' }, 'config.wrong-type encryption.key'],
  ['encryption', { scheme: 'flash', key: { generate: false } }, 'config.wrong-type encryption.key'],
  ['encryption', { scheme: 'flash', keyId: 1 }, 'config.unknown-key encryption.keyId'],
  ['encryption', { ...hmac, keyId: 6 }, 'config.out-of-range encryption.keyId'],
  ['flashEncryption', { mode: 'host' }, 'config.needs flashEncryption.mode'],
  ['flashEncryption', { key: ref }, 'config.conflict flashEncryption.key'],
  [
    'flashEncryption',
    { mode: 'host', key: { generate: true } },
    'config.conflict flashEncryption.key.generate',
  ],
  ['storage', 'nvs', 'config.wrong-type'],
  ['storage.attestation', 'efuse', 'config.not-one-of'],
  [
    'storage',
    { commissioning: 'secure-cert' },
    'config.needs storage.commissioning',
    'config.needs storage.commissioning',
  ],
  ['storage', { attestation: 'secure-cert' }, 'config.needs storage.attestation'],
  ['storage.ecdsaPeripheral', { keyId: 4 }, 'config.needs'],
  ['storage.secureCert', { size: 0x11000 }, 'config.out-of-range storage.secureCert.size', 'config.needs'],
  ['storage.secureCert', { size: 0x10000 }, 'config.out-of-range storage.secureCert.size', 'config.needs'],
  [
    'storage.secureCert',
    { fixedRandoms: 'yes' },
    'config.wrong-type storage.secureCert.fixedRandoms',
    'config.needs',
  ],
  [
    'storage.secureCert',
    { encrypted: 'yes' },
    'config.wrong-type storage.secureCert.encrypted',
    'config.needs',
  ],
  ['storage.secureCert', { padding: 1 }, 'config.wrong-type storage.secureCert.padding', 'config.needs'],
  ['output.cache', 'yes', 'config.wrong-type'],
  ['output.cache', null, 'config.wrong-type'],
  [
    'nvs.extra',
    [{ namespace: 'n', key: 'k', type: 'u8', value: 1, secret: 'no' }],
    'config.wrong-type nvs.extra[0].secret',
  ],
];

describe('rejected configs', () => {
  const rows = ROWS.map(([path, written, ...expected]) => ({ path, written, expected }));
  it.each(rows)('$path: $written', ({ path, written, expected }) => {
    const full = expected.map((one) => (one.includes(' ') ? one.trimEnd() : `${one} ${path}`));
    const found = refused(() => judge(minimalWith(path, written)));
    expect([...found].sort()).toEqual(full.sort());
  });

  it('names the fields of the object that was meant', () => {
    const known = (path: string, written: unknown) =>
      findingsOf(() => judge(minimalWith(path, written))).map(({ params }) => params.known);
    expect(known('encryption', { scheme: 'flash', x: 1 })).toEqual([['scheme', 'key']]);
    expect(known('encryption', { scheme: 'none', x: 1 })).toEqual([['scheme']]);
    expect(known('attestation', { pai, dac: { ...dac, x: 1 } })).toEqual([['certificate', 'key']]);
  });

  it.each([
    ['output', 'allowSecretsInCache', 'output.cache'],
    ['commissioning', 'allowSecretsInCache', 'output.cache'],
  ])('tells the new name of a renamed field: %s.%s', (section, field, name) => {
    const text = formatFindings(findingsOf(() => load(minimalWith(section, { [field]: true }))));
    expect(text).toContain(`✖ config.unknown-key: "${field}" is not a field here`);
    expect(text).toContain(`= help: it is now "${name}"`);
  });

  it('refuses __proto__ as any other unknown key', () => {
    const text = JSON.stringify(MINIMAL).replace('{', '{"__proto__": {"chip": "esp32"},');
    expect(refused(() => load(text))).toEqual(['config.unknown-key __proto__']);
  });
});

const BASE = { deviceInstanceInfo: { vendorId: 1, productId: 1 } };

/** Text of the file, what is refused, where. */
const TEXTS: readonly (readonly [
  text: string | Uint8Array,
  refused: string,
  line?: number,
  column?: number,
])[] = [
  ['', 'config.syntax', 1, 1],
  ['// nothing\n', 'config.syntax', 2, 1],
  ['{"a": 1', 'config.syntax', 1, 8],
  ['{"a": 1}\n}', 'config.syntax', 2, 1],
  ['{\n  "a": 0x10\n}', 'config.syntax', 2, 9],
  ['{\n  a: 1\n}', 'config.syntax', 2, 3],
  ["{'a': 1}", 'config.syntax', 1, 2],
  ['{"a" 1}', 'config.syntax', 1, 6],
  ['{"a": [1 2]}', 'config.syntax', 1, 10],
  ['{"a": }', 'config.syntax', 1, 7],
  ['{"a": "b\n"}', 'config.syntax', 1, 7],
  ['{"a": "\\q"}', 'config.syntax', 1, 7],
  ['{"a": "\\u12"}', 'config.syntax', 1, 7],
  ['{"a": /* }', 'config.syntax', 1, 7],
  ['{"chip": "esp32",\r\n "chip": "esp32c6"}', 'config.duplicate-key', 2, 2],
  ['{"deviceInstanceInfo": {"vendorId": 1, "vendorId": 1, "productId": 2}}', 'config.duplicate-key', 1, 40],
  [`${'['.repeat(65)}`, 'config.too-deep', 1, 65],
  ['['.repeat(100000), 'config.too-deep', 1, 65],
  [Buffer.from('{"chip": "\xff"}', 'latin1'), 'config.not-utf8'],
  [Buffer.from('\ufeff{}', 'utf16le'), 'config.not-utf8'],
  [' '.repeat(1024 * 1024 + 1), 'config.too-large'],
];

describe('rejected files', () => {
  const texts = TEXTS.map(([text, code, line, column]) => ({ text, code, line, column }));
  it.each(texts)('text %#', ({ text, code, line, column }) => {
    const [finding, ...others] = findingsOf(() => load(text));
    seen.add(code);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code, where: { file: CONFIG } });
    expect([finding?.where.line, finding?.where.column]).toEqual([line, column]);
  });

  const CHAINS: readonly (readonly [files: Files, ...refused: string[]])[] = [
    [{}, 'files.missing'],
    [{ [CONFIG]: DIRECTORY }, 'files.is-directory'],
    [{ [CONFIG]: { ...BASE, extends: 'base.json' } }, 'files.missing extends'],
    [{ [CONFIG]: { ...BASE, extends: 'base.json' }, '/ws/app/base.json': '{' }, 'config.syntax'],
    [{ [CONFIG]: { ...BASE, extends: 'factory.config.json' } }, 'config.extends-cycle extends'],
    [
      { [CONFIG]: { ...BASE, extends: '../b.json' }, '/ws/b.json': { extends: 'app/factory.config.json' } },
      'config.extends-cycle extends',
    ],
    [{ [CONFIG]: { ...BASE, extends: 5 } }, 'config.wrong-type extends'],
    [{ [CONFIG]: { ...BASE, extends: '' } }, 'config.text-empty extends'],
    [{ [CONFIG]: { ...BASE, extends: 'a\0' } }, 'config.text-invalid extends'],
    [{ [CONFIG]: { extends: 'b.json' }, '/ws/app/b.json': {} }, 'config.missing deviceInstanceInfo'],
  ];

  const chains = CHAINS.map(([files, ...expected]) => ({ files, expected }));
  it.each(chains)('chain %#', ({ files, expected }) => {
    expect(refused(() => loadConfig(CONFIG, { readFile: reader(files) }))).toEqual(expected);
  });

  it('lets a defect of the reader through', () => {
    const readFile = () => {
      throw new TypeError('ours');
    };
    expect(() => loadConfig(CONFIG, { readFile })).toThrow(new TypeError('ours'));
    expect(refused(() => loadConfig(CONFIG, { readFile: () => Buffer.from('[]') }))).toEqual([
      'config.wrong-type',
    ]);
  });
});

describe('rejected references', () => {
  const FILES: Files = {
    '/ws/app/folder': DIRECTORY,
    '/ws/app/empty': '',
    '/ws/app/newline': '\n',
    '/ws/app/lines': 'a\nb\n',
    '/ws/app/binary': Uint8Array.of(0xff, 0xfe, 0),
    '/ws/app/long': 'x'.repeat(33),
    '/ws/app/word': 'word',
    '/ws/app/forbidden': '11111111',
    '/ws/app/x': 'PEM',
  };
  const ENV = { EMPTY: '', WORD: 'word', LARGE: '256' };

  /** Path, reference, code of what is refused; the field is the path, or stands after the code. */
  const REFERENCES: readonly (readonly [path: string, reference: unknown, refused: string])[] = [
    ['deviceInstanceInfo.vendorName', { file: 'none' }, 'files.missing'],
    ['deviceInstanceInfo.vendorName', { file: 'folder' }, 'files.is-directory'],
    ['deviceInstanceInfo.vendorName', { file: 'empty' }, 'config.content-empty'],
    ['deviceInstanceInfo.vendorName', { file: 'newline' }, 'config.content-empty'],
    ['deviceInstanceInfo.vendorName', { file: 'lines' }, 'config.text-invalid'],
    ['deviceInstanceInfo.vendorName', { file: 'binary' }, 'config.content-not-text'],
    ['deviceInstanceInfo.vendorName', { file: 'long' }, 'config.text-too-long'],
    ['deviceInstanceInfo.vendorName', { env: 'NONE' }, 'config.env-unset'],
    ['deviceInstanceInfo.vendorName', { env: 'EMPTY' }, 'config.env-empty'],
    ['deviceInstanceInfo.rotatingDeviceIdUniqueId', { env: 'WORD' }, 'config.bytes-invalid'],
    ['deviceInstanceInfo.manufacturingDate', { env: 'WORD' }, 'factory-data.date-malformed'],
    ['commissioning.passcode', { file: 'word' }, 'config.not-an-integer'],
    ['commissioning.passcode', { file: 'forbidden' }, 'commissioning.passcode-forbidden'],
    ['commissioning.salt', { env: 'WORD' }, 'commissioning.salt-length'],
    ['attestation.certificationDeclaration', { file: 'empty' }, 'config.content-empty'],
    ['attestation.certificationDeclaration', { env: 'LARGE' }, 'config.bytes-invalid'],
    ['nvs.extra', extra('u8', { env: 'LARGE' }), 'config.out-of-range nvs.extra[0].value'],
    ['nvs.extra', extra('string', { file: 'binary' }), 'config.content-not-text nvs.extra[0].value'],
    ['nvs.extra', extra('blob', { env: 'LARGE' }), 'config.bytes-invalid nvs.extra[0].value'],
    ['encryption', { scheme: 'flash', key: { env: 'WORD' } }, 'config.bytes-invalid encryption.key'],
    ['encryption', { scheme: 'flash', key: { file: 'empty' } }, 'config.content-empty encryption.key'],
    [
      'attestation',
      { pai, dac: { certificate: ref, key: { file: 'x', passphrase: { env: 'NONE' } } } },
      'config.env-unset attestation.dac.key.passphrase',
    ],
  ];

  it.each(REFERENCES)('%s %j', (path, reference, expected) => {
    const loaded = load(minimalWith(path, reference), FILES);
    const found = refused(() => resolveConfig(loaded, { readFile: reader(FILES), env: ENV }));
    expect(found).toEqual([expected.includes(' ') ? expected : `${expected} ${path}`]);
  });

  it('names the place in the config, and reports all of them', () => {
    const config = {
      deviceInstanceInfo: { vendorId: 1, productId: 1, vendorName: { env: 'A' }, partNumber: { env: 'B' } },
    };
    const found = findingsOf(() => resolveConfig(load(config), { readFile: reader({}), env: {} }));
    expect(found.map(({ where }) => [where.file, where.line, where.column])).toEqual([
      [CONFIG, 5, 19],
      [CONFIG, 8, 19],
    ]);
  });

  it('passes on what the system says, and what is a defect', () => {
    const loaded = load(minimalWith('deviceInstanceInfo.vendorName', ref));
    const fails = (error: Error) => () =>
      resolveConfig(loaded, {
        env: {},
        readFile: () => {
          throw error;
        },
      });
    expect(refused(fails(errno('EACCES')))).toEqual(['files.not-permitted deviceInstanceInfo.vendorName']);
    expect(fails(new RangeError('ours'))).toThrow(new RangeError('ours'));
  });
});

describe('rejected options', () => {
  it.each([
    ['serialNumer', 'x', 'config.unknown-override --serialNumer'],
    ['passcode', '20202021', 'config.secret-override --passcode'],
    ['dac-key', 'x', 'config.secret-override --dac-key'],
    ['verifier', 'x', 'config.secret-override --verifier'],
    ['__proto__', 'x', 'config.unknown-override --__proto__'],
  ])('--%s', (name, value, expected) => {
    const options = Object.fromEntries([[name, value]]);
    expect(refused(() => applyOverrides(MINIMAL, options))).toEqual([expected]);
  });

  it('names the option whose value is refused', () => {
    const overrides = {
      discriminator: '4096',
      serialNumber: 's'.repeat(33),
      locales: 'en-US,',
      partitionSize: 1,
    };
    const found = refused(() => loadConfig(CONFIG, { readFile: reader({ [CONFIG]: MINIMAL }), overrides }));
    expect(found.sort()).toEqual([
      'config.out-of-range --discriminator',
      'config.out-of-range --partitionSize',
      'config.text-empty --locales[1]',
      'config.text-too-long --serialNumber',
    ]);
  });
});

describe('a config with many faults', () => {
  const text = `{
  "chip": "esp32c",
  "deviceInstanceInfo": { "vendorId": 0, "productID": 1 },
  "commissioning": { "passcode": 111, "salt": "c2VjcmV0", "verifier": "c2VjcmV0" },
  "nvs": { "extra": [ { "namespace": "a", "key": "b", "type": "u8", "value": 987654 } ] },
  "storage": { "attestation": "flash" },
  "attestation": { "dac": { "certificate": { "file": "a" }, "key": "s3cr3t-key", "pass": "s3cr3t" } }
}`;

  it('is reported as a whole, in the order of the text', () => {
    expect(findingsOf(() => load(text)).map(({ code, where }) => [code, where.field, where.line])).toEqual([
      ['config.not-one-of', 'chip', 2],
      ['config.missing', 'deviceInstanceInfo.productId', 3],
      ['config.out-of-range', 'deviceInstanceInfo.vendorId', 3],
      ['config.unknown-key', 'deviceInstanceInfo.productID', 3],
      ['commissioning.salt-length', 'commissioning.salt', 4],
      ['config.bytes-length', 'commissioning.verifier', 4],
      ['config.out-of-range', 'nvs.extra[0].value', 5],
      ['config.not-one-of', 'storage.attestation', 6],
      ['config.needs', 'attestation.dac', 7],
      ['config.path-for-reference', 'attestation.dac.key', 7],
      ['config.unknown-key', 'attestation.dac.pass', 7],
    ]);
  });

  it('explains what to do', () => {
    expect(formatFindings(findingsOf(() => load(text)).slice(0, 4))).toContain(
      `✖ config.unknown-key: "productID" is not a field here
  → ${CONFIG}:3:42, deviceInstanceInfo.productID
  = help: did you mean "productId"?`,
    );
  });

  it.each(['c2VjcmV0', '987654', 's3cr3t'])('does not say the secret %s', (secret) => {
    const findings = findingsOf(() => load(text));
    expect(JSON.stringify(findings)).not.toContain(secret);
  });
});

describe('the error table', () => {
  it('has every code in a rejected row', () => {
    expect(configErrors.codes.filter((code) => !seen.has(code))).toEqual([]);
    const others = [...seen].filter((code) => !configErrors.codes.includes(code as never));
    expect(others.filter((code) => !/^(?:files|commissioning|factory-data)\./.test(code))).toEqual([]);
  });
});
