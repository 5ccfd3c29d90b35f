/** The files next to an image, config, manifest, codes and firmware, each read back and compared. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeQrCode, encodeNdefUri, encodeQrCode, FactoryError, type Finding } from 'nvs-core';
import { formatFinding } from 'nvs-core/errors';
import factoryImage from '../../src/executors/factory-image/executor';
import factoryVerify from '../../src/executors/factory-verify/executor';
import { readPasscode, readSubject, type SubjectOptions, type VerifyReport, verify } from '../../src/verify';
import { SecureApp } from '../secure-app';

let app: SecureApp;
const home = process.cwd();

beforeEach(() => {
  app = new SecureApp();
  process.chdir(app.folder);
  jest.spyOn(console, 'log').mockImplementation();
  jest.spyOn(console, 'error').mockImplementation();
});
afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(home);
  app.remove();
});

const context = () => app.context();

const OUTPUT = 'factory-output/root/default';

let template: string | undefined;
afterAll(() => {
  if (template !== undefined) rmSync(template, { recursive: true, force: true });
});

/** Makes the outputs of the app; those of the unchanged app are made once and copied. */
async function make({ isChanged = false } = {}): Promise<void> {
  if (!isChanged && template !== undefined) return cpSync(template, app.path(OUTPUT), { recursive: true });
  expect(await factoryImage({}, context())).toEqual({ success: true });
  if (isChanged) return;
  template = mkdtempSync(join(tmpdir(), 'verify-template-'));
  cpSync(app.path(OUTPUT), template, { recursive: true });
}

async function level1(options: Partial<SubjectOptions> = {}): Promise<VerifyReport> {
  const subject = readSubject({
    config: 'factory.config.json',
    folder: OUTPUT,
    env: {},
    now: new Date(),
    ...options,
  });
  return verify(subject, { level: 1, folders: [] });
}

const findingsOf = ({ levels }: VerifyReport): readonly Finding[] =>
  levels.flatMap(({ findings }) => findings);
const errorsOf = (report: VerifyReport) => findingsOf(report).filter(({ severity }) => severity === 'error');

const APPS: readonly (readonly [string, () => void])[] = [
  ['a plain app', () => undefined],
  ['an encrypted image', () => app.encryptFlash()],
  [
    'credentials in esp_secure_cert',
    () => {
      app.useSecureCert();
    },
  ],
  [
    'all of Matter in esp_secure_cert',
    () => {
      app.useSecureCert(true);
    },
  ],
  ['keys of an HMAC eFuse', () => app.deriveKeys(0)],
  [
    'generated values',
    () => {
      app.set('commissioning', { passcode: { random: true }, discriminator: { random: true }, salt: null });
      app.set('deviceInstanceInfo', { serialNumber: { random: true } });
    },
  ],
];

describe('the output of factory-image passes', () => {
  test.each(APPS)('%s', async (_, change) => {
    change();
    await make({ isChanged: true });
    const report = await level1();
    expect(errorsOf(report).map((finding) => formatFinding(finding))).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.levels[0]?.checked).toEqual(
      expect.arrayContaining(['credentials', 'verifier', 'codes', 'manifest', 'config', 'firmware']),
    );
  });
});

interface Row {
  readonly name: string;
  /** The change after the image was made; may return other options for reading. */
  readonly change: () => unknown;
  readonly code: string;
  readonly words: RegExp;
}

const edit = (name: string, change: (text: string) => string) =>
  app.write(`${OUTPUT}/${name}`, change(app.read(`${OUTPUT}/${name}`).toString()));

/** The text of onboarding.json with a serial number in its QR code. */
const withSerialNumber = (text: string, serialNumber: string) => {
  const codes = JSON.parse(text);
  return JSON.stringify({ ...codes, qrCode: encodeQrCode({ ...decodeQrCode(codes.qrCode), serialNumber }) });
};

const ROWS: readonly Row[] = [
  {
    name: 'a changed serial number in the config',
    change: () => app.set('deviceInstanceInfo', { serialNumber: 'EXL-0000-0002' }),
    code: 'verify.value-differs',
    words:
      /serial-num is "EXL-0000-0001" in the image, but "EXL-0000-0002" .*factory.config.json:\d+:\d+, deviceInstanceInfo.serialNumber/,
  },
  {
    name: 'a changed salt in the config',
    change: () => app.set('commissioning', { salt: Buffer.alloc(32, 7).toString('base64') }),
    code: 'verify.value-differs',
    words: /salt of the image differs from that of the config.*commissioning.salt/,
  },
  {
    name: 'changed iterations in the config',
    change: () => app.set('commissioning', { iterations: 2000 }),
    code: 'verify.value-differs',
    words: /iteration-count is 1000 \(u32\).* 2000 .*commissioning.iterations/,
  },
  {
    name: 'an added key in the config',
    change: () => app.set('nvs', { extra: [{ namespace: 'light', key: 'new', type: 'u8', value: 1 }] }),
    code: 'verify.value-missing',
    words: /no light\/new/,
  },
  {
    name: 'a removed value in the config',
    change: () => app.set('deviceInstanceInfo', { partNumber: null }),
    code: 'verify.value-unexpected',
    words: /has part-number, which the config does not set.*offset 0x/,
  },
  {
    name: 'a changed passcode in the config',
    change: () => app.set('commissioning', { passcode: 20202021 }),
    code: 'verify.codes-differ',
    words: /the passcode of the QR code is not that of the config \(factory.config.json:\d+/,
  },
  {
    name: 'a changed flow in the config',
    change: () => app.set('commissioning', { flow: 'custom' }),
    code: 'verify.codes-differ',
    words: /commissioning flow of the QR code is 0x0, .* 0x2/,
  },
  {
    name: 'a changed discovery mask in the config',
    change: () => app.set('commissioning', { discovery: ['thread'] }),
    code: 'verify.codes-differ',
    words: /discovery mask of the QR code is 0x6, .* 0x20/,
  },
  {
    name: 'codes without the serial number of the config',
    change: () => app.set('commissioning', { qrCode: { serialNumber: true } }),
    code: 'verify.qr-code-serial-number',
    words: /QR code has no serial number, but commissioning.qrCode.serialNumber is true/,
  },
  {
    name: 'codes with a serial number that the config does not say',
    change: () => edit('onboarding.json', (text) => withSerialNumber(text, 'EXL-0000-0001')),
    code: 'verify.qr-code-serial-number',
    words: /QR code has a serial number, but commissioning.qrCode.serialNumber is not true/,
  },
  {
    name: 'codes with another serial number',
    change: () => {
      app.set('commissioning', { qrCode: { serialNumber: true } });
      edit('onboarding.json', (text) => withSerialNumber(text, 'OTHER'));
    },
    code: 'verify.codes-differ',
    words: /serial number of the QR code is "OTHER", but that of the image is "EXL-0000-0001"/,
  },
  {
    name: 'no content of the tag',
    change: () => app.set('commissioning', { nfcTag: true }),
    code: 'verify.nfc-tag-differs',
    words: /it is missing, but commissioning.nfcTag is true/,
  },
  {
    name: 'the tag of another device',
    change: () => app.write(`${OUTPUT}/onboarding.ndef`, encodeNdefUri('MT:Y.K9042C00KA0648G00')),
    code: 'verify.nfc-tag-differs',
    words: /another text than the QR code.*onboarding.ndef/s,
  },
  {
    name: 'a tag that cannot be read',
    change: () => app.write(`${OUTPUT}/onboarding.ndef`, 'MT:Y.K9042C00KA0648G00'),
    code: 'commissioning.ndef-invalid',
    words: /onboarding.ndef/,
  },
  {
    name: 'a changed vendor id in the config',
    change: () => app.set('deviceInstanceInfo', { vendorId: '0xFFF2' }),
    code: 'verify.value-differs',
    words: /vendor-id is 65521 \(u32\)/,
  },
  {
    name: 'another passcode by reference',
    change: () => ({ passcode: 20202021 }),
    code: 'verify.codes-differ',
    words: /passcode of the QR code is not that of the --passcode-from option/,
  },
  {
    name: 'another passcode by reference, compared with the verifier',
    change: () => ({ passcode: 20202021 }),
    code: 'verify.verifier-differs',
    words: /passcode of --passcode-from/,
  },
  {
    name: 'an image with a byte in its blank pages',
    change: () => {
      const image = app.read(`${OUTPUT}/partition.bin`);
      image[0x5fff] = 0;
      app.write(`${OUTPUT}/partition.bin`, image);
    },
    code: 'verify.manifest-differs',
    words: /the SHA-256 of partition.bin is [0-9a-f]{12}…, but [0-9a-f]{12}…/,
  },
  {
    name: 'a truncated image',
    change: () => {
      app.write(`${OUTPUT}/partition.bin`, app.read(`${OUTPUT}/partition.bin`).subarray(0, 0x5000));
    },
    code: 'verify.manifest-differs',
    words: /the size of partition.bin is 20480 bytes, but 24576 bytes/,
  },
  {
    name: 'a manifest with another value',
    change: () => {
      edit('manifest.json', (text) => text.replace('"value": "Example Light"', '"value": "Example Lamp"'));
    },
    code: 'verify.manifest-entry',
    words: /chip-factory\/product-name: its value/,
  },
  {
    name: 'a manifest with another position',
    change: () => {
      edit('manifest.json', (text) => text.replace(/"entry": \d+/, '"entry": 99'));
    },
    code: 'verify.manifest-entry',
    words: /another position/,
  },
  {
    name: 'a manifest with another DAC',
    change: () => {
      edit('manifest.json', (text) => text.replace(/("dac": \{\s+"sha256": ")..../, '$10000'));
    },
    code: 'verify.manifest-differs',
    words: /SHA-256 of dac in the image .*certificates.dac/,
  },
  {
    name: 'a malformed manifest',
    change: () => {
      edit('manifest.json', () => '{"images": 1}');
      return { image: `${OUTPUT}/partition.bin` };
    },
    code: 'factory.manifest-invalid',
    words: /manifest.json/,
  },
  {
    name: 'codes that are not JSON',
    change: () => {
      edit('onboarding.json', () => 'MT:-24J0GSY006PVH7SR00');
    },
    code: 'factory.codes-invalid',
    words: /not a JSON object.*onboarding.json/,
  },
  {
    name: 'codes without a QR code',
    change: () => {
      edit('onboarding.json', () => '{}');
    },
    code: 'factory.codes-invalid',
    words: /no "qrCode"/,
  },
  {
    name: 'codes with another passcode in the passcode field',
    change: () => {
      edit('onboarding.json', (text) => text.replace(/"passcode": \d+/, '"passcode": 1'));
    },
    code: 'verify.codes-differ',
    words: /passcode of the passcode field/,
  },
  {
    name: 'firmware that reads another partition',
    change: () => app.table('fctry', 'other'),
    code: 'firmware.partition-missing',
    words: /fctry/,
  },
];

/** The options that a change returned, if any. */
const optionsOf = (answer: unknown): Partial<SubjectOptions> =>
  typeof answer === 'object' && answer !== null ? answer : {};

describe('differences are reported at their source location', () => {
  test.each(ROWS.map((row) => [row.name, row] as const))('%s', async (_, { change, code, words }) => {
    await make();
    const report = await level1(optionsOf(change()));
    const texts = errorsOf(report).map((finding) => formatFinding(finding).replaceAll('\n', ' '));
    expect(errorsOf(report).map((finding) => finding.code)).toContain(code);
    expect(texts.join('\n')).toMatch(words);
    expect(report.passed).toBe(false);
    expect(JSON.stringify(report)).not.toMatch(/34567890|20202021/);
  });

  test.each(['commissioning', 'deviceInstanceInfo'])('a line of the config, in %s', async (section) => {
    await make();
    app.set('deviceInstanceInfo', { hardwareVersion: 9 });
    app.set('commissioning', { deviceType: '0x0100' });
    const differs = errorsOf(await level1()).filter(({ code }) => code === 'verify.value-differs');
    const where = differs.find(({ where }) => where.field?.startsWith(section))?.where;
    expect(where).toMatchObject({ file: 'factory.config.json', line: expect.any(Number) });
    const line = app.read('factory.config.json').toString().split('\n')[(where?.line ?? 0) - 1];
    expect(line).toContain(where?.field?.split('.').at(-1));
  });
});

describe('reading fails or reports', () => {
  test('codes and a tag with the serial number are those of the image', async () => {
    app.set('commissioning', { qrCode: { serialNumber: true }, nfcTag: true });
    await make({ isChanged: true });
    expect(errorsOf(await level1())).toEqual([]);
  });

  test('a folder without an image', async () => {
    mkdirSync(app.path('empty'));
    await expect(level1({ folder: 'empty' })).rejects.toMatchObject({ code: 'verify.image-missing' });
  });

  test('a manifest whose image is gone', async () => {
    await make();
    rmSync(app.path(OUTPUT, 'partition.bin'));
    await expect(level1()).rejects.toMatchObject({ code: 'files.missing' });
  });

  test('an encrypted image without its keys', async () => {
    app.encryptFlash();
    await make({ isChanged: true });
    rmSync(app.path(OUTPUT, 'nvs_keys.bin'));
    const codes = errorsOf(await level1()).map(({ code }) => code);
    expect(codes).toEqual(
      expect.arrayContaining(['files.missing', 'inspect.encrypted', 'verify.no-factory-data']),
    );
  });
});

describe('a passcode by reference', () => {
  const env = { GOOD: '00034567', BAD: 'secret' };
  test.each([
    ['env:GOOD', 34567],
    ['file:passcode', 34567],
  ])('%s', (reference, passcode) => {
    app.write('passcode', '34567\n');
    expect(readPasscode(reference, env)).toBe(passcode);
  });

  test.each([
    ['34567890', 'verify.passcode-reference'],
    ['env:UNSET', 'verify.passcode-reference'],
    ['env:BAD', 'verify.passcode-reference'],
    ['file:missing', 'files.missing'],
  ])('%s is rejected', (reference, code) => {
    let thrown: unknown;
    try {
      readPasscode(reference, env);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FactoryError);
    expect(thrown).toMatchObject({ code });
    expect(JSON.stringify((thrown as FactoryError).findings)).not.toContain('34567890');
  });

  test('without a passcode, a warning reports that the verifier was not checked', async () => {
    await make();
    rmSync(app.path(OUTPUT, 'onboarding.json'));
    app.set('commissioning', { passcode: { random: true } });
    const report = await level1();
    expect(findingsOf(report)).toContainEqual(
      expect.objectContaining({ code: 'verify.no-passcode', severity: 'warning' }),
    );
  });
});

describe('levels that cannot run', () => {
  const codes = ({ levels }: VerifyReport) =>
    levels.map(({ level, outcome, findings }) => [
      level,
      outcome,
      findings.at(-1)?.code,
      findings.at(-1)?.severity,
    ]);
  const all = (options: { level?: 2 | 3; folders?: string[] }) =>
    verify(readSubject({ config: 'factory.config.json', folder: OUTPUT, env: {}, now: new Date() }), {
      folders: [],
      ...options,
    });

  test('are a note if they were not requested', async () => {
    await make();
    const report = await all({});
    expect(report.passed).toBe(true);
    expect(codes(report).slice(1)).toEqual([
      [2, 'skipped', 'verify.matter-missing', 'info'],
      [3, 'skipped', 'verify.matter-missing', 'info'],
    ]);
    expect(report.levels[1]?.findings[0]?.help).toContain('npm install --save-dev @matter/node');
  });

  test('fail if they were requested', async () => {
    await make();
    const report = await all({ level: 2 });
    expect(report.passed).toBe(false);
    expect(codes(report).slice(1)).toEqual([[2, 'failed', 'verify.matter-missing', 'error']]);
  });

  test('an unsupported version of matter.js is not used', async () => {
    await make();
    const folder = 'node_modules/@matter/node';
    mkdirSync(app.path(folder), { recursive: true });
    app.write(
      `${folder}/package.json`,
      JSON.stringify({ name: '@matter/node', version: '0.18.0', main: 'index.js' }),
    );
    app.write(`${folder}/index.js`, 'throw new Error("loaded")');
    const report = await all({ folders: [app.folder] });
    expect(codes(report).slice(1)).toEqual([
      [2, 'skipped', 'verify.matter-version', 'info'],
      [3, 'skipped', 'verify.matter-version', 'info'],
    ]);
  });
});

describe('the executor', () => {
  const printed = () =>
    [...jest.mocked(console.log).mock.calls, ...jest.mocked(console.error).mock.calls].flat().join('\n');

  test('prints each level on a line, and succeeds', async () => {
    await make();
    jest.mocked(console.log).mockClear();
    expect(await factoryVerify({}, context())).toEqual({ success: true });
    expect(printed()).toMatch(
      /✔ 1 structure and data +passed +\d+(\.\d)? m?s {3}45 keys, credentials, verifier, codes/,
    );
    expect(printed()).toMatch(
      /✔ factory-output\/root\/default\/partition.bin: verified; levels 2 and 3 were not run/,
    );
  });

  test('annotates the line of the config', async () => {
    await make();
    app.set('deviceInstanceInfo', { serialNumber: 'EXL-0000-0002' });
    jest.mocked(console.log).mockClear();
    expect(await factoryVerify({ format: 'github' }, context())).toEqual({ success: false });
    expect(printed()).toMatch(
      /^::error file=factory.config.json,line=\d+,col=\d+,title=verify.value-differs::serial-num/m,
    );
  });

  test('prints an error in the same format', async () => {
    expect(await factoryVerify({ format: 'junit' }, context())).toEqual({ success: false });
    expect(printed()).toContain('verify.image-missing');
    expect(await factoryVerify({}, context())).toEqual({ success: false });
  });
});
