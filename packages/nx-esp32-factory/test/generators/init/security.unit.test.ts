/** Init never turns a protection of the firmware off unless it was told to. */
import { PassThrough } from 'node:stream';
import { FactoryError } from 'nvs-core';
import { firmwareErrors } from '../../../src/errors/firmware';
import { readFirmware } from '../../../src/firmware';
import { Draft } from '../../../src/init';
import { assertNotWeaker } from '../../../src/init/security';
import {
  contents,
  DEFAULTS,
  type Files,
  init,
  LIGHT,
  readConfig,
  readText,
  TABLE,
  workspace,
} from './fixtures';

const ROOT = 'apps/light';
const PROTECTED = [
  'CONFIG_SECURE_BOOT=y',
  'CONFIG_SECURE_BOOT_V2_ENABLED=y',
  'CONFIG_SECURE_FLASH_ENC_ENABLED=y',
  'CONFIG_SECURE_FLASH_ENCRYPTION_MODE_RELEASE=y',
  'CONFIG_NVS_ENCRYPTION=y',
  'CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y',
  'CONFIG_ENABLE_ESP32_FACTORY_DATA_PROVIDER=y',
  'CONFIG_ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER=y',
  'CONFIG_SEC_CERT_DAC_PROVIDER=y',
  'CONFIG_SEC_CERT_COMMISSIONABLE_DATA_PROVIDER=y',
  'CONFIG_SEC_CERT_DEVICE_INSTANCE_INFO_PROVIDER=y',
  'CONFIG_ESP_SECURE_CERT_DS_PERIPHERAL=n',
];
const SECURE_TABLE = `${TABLE.replace(
  '# the app\n',
  'nvs_keys, data, nvs_keys, 0xF000, 0x1000, encrypted\n# the app\n',
)}esp_secure_cert, 0x3F, , 0x1F0000, 0x2000, encrypted\n`;
const secure = (lines: readonly string[] = PROTECTED, more: Files = {}): Files => ({
  ...LIGHT,
  'partitions.csv': SECURE_TABLE,
  'sdkconfig.defaults': `${DEFAULTS}${lines.join('\n')}\n`,
  ...more,
});
const without = (...symbols: readonly string[]) =>
  PROTECTED.filter((line) => !symbols.some((symbol) => line.startsWith(`CONFIG_${symbol}=`)));

describe('init of an app with secure boot, flash encryption in release mode and secure-cert providers', () => {
  it('leaves its lines alone, and follows it in storage and encryption', async () => {
    const tree = workspace({ [ROOT]: secure() });
    const { output } = await init(tree, { project: 'light' });
    const text = readText(tree, `${ROOT}/sdkconfig.defaults`);
    for (const line of PROTECTED) expect(text).toContain(`${line}\n`);
    expect(output).not.toMatch(/^ {2}- /m);
    const { storage, encryption, deviceInstanceInfo } = readConfig(tree, ROOT);
    expect(storage).toEqual({ attestation: 'secure-cert', commissioning: 'secure-cert' });
    expect(encryption).toEqual({ scheme: 'flash' });
    expect(deviceInstanceInfo?.rotatingDeviceIdUniqueId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('leaves the lines of its build alone, too', async () => {
    const built = `${DEFAULTS}${PROTECTED.join('\n')}\n`;
    const tree = workspace({ [ROOT]: secure([], { sdkconfig: built }) });
    await init(tree, { project: 'light' });
    for (const line of PROTECTED) expect(readText(tree, `${ROOT}/sdkconfig`)).toContain(`${line}\n`);
    expect(readConfig(tree, ROOT)).toMatchObject({
      storage: { attestation: 'secure-cert', commissioning: 'secure-cert' },
      encryption: { scheme: 'flash' },
    });
  });

  it('moves only the attestation data where only their provider reads esp_secure_cert', async () => {
    const lines = without('SEC_CERT_COMMISSIONABLE_DATA_PROVIDER', 'SEC_CERT_DEVICE_INSTANCE_INFO_PROVIDER');
    const tree = workspace({ [ROOT]: secure(lines) });
    await init(tree, { project: 'light' });
    expect(readConfig(tree, ROOT).storage).toEqual({ attestation: 'secure-cert' });
  });
});

describe('lines that turn a protection off', () => {
  const config = (more: object) =>
    JSON.stringify({
      deviceInstanceInfo: { vendorId: '0xFFF1', productId: '0x8000' },
      partition: { label: 'fctry', size: '0x6000' },
      encryption: { scheme: 'flash' },
      attestation: {
        dac: { certificate: { file: 'dac.pem' }, key: { file: 'key.pem' } },
        pai: { certificate: { file: 'pai.pem' } },
      },
      ...more,
    });
  const app = (more: object = {}) => secure(PROTECTED, { 'factory.config.json': config(more) });

  it('are rejected without a terminal, each with its file, and the Tree is unchanged', async () => {
    const tree = workspace({ [ROOT]: app() });
    const before = contents(tree);
    const error = String(await init(tree, { project: 'light', fix: true }).catch((thrown) => thrown));
    expect(error).toContain('init.weaker-security');
    expect(error).toContain(`CONFIG_SEC_CERT_DAC_PROVIDER=n in ${ROOT}/sdkconfig.defaults`);
    expect(error).toContain('CONFIG_SEC_CERT_COMMISSIONABLE_DATA_PROVIDER=n');
    expect(error).toContain('--allowWeakerSecurity');
    // What asks for them, with the way to follow the firmware.
    expect(error).toContain('"storage": {"attestation": "secure-cert"}');
    expect(contents(tree)).toEqual(before);
  });

  it('are written with the option', async () => {
    const tree = workspace({ [ROOT]: app() });
    await init(tree, { project: 'light', fix: true, allowWeakerSecurity: true });
    const text = readText(tree, `${ROOT}/sdkconfig.defaults`);
    expect(text).toContain('CONFIG_SEC_CERT_DAC_PROVIDER=n\n');
    expect(text).toContain('CONFIG_SECURE_FLASH_ENC_ENABLED=y\n');
  });

  it('include those of peripherals that are on by default', async () => {
    const tree = workspace({ [ROOT]: secure(without('ESP_SECURE_CERT_DS_PERIPHERAL')) });
    const before = contents(tree);
    const error = String(await init(tree, { project: 'light' }).catch((thrown) => thrown));
    expect(error).toContain('CONFIG_ESP_SECURE_CERT_DS_PERIPHERAL=n');
    expect(error).toContain('init.weaker-security');
    expect(contents(tree)).toEqual(before);
  });

  it.each([
    ['y\n', false],
    ['maybe\nYES\n', false],
    ['n\n', true],
    ['\n', true],
  ])('are asked for on a terminal: %j', async (typed, isRejected) => {
    const tree = workspace({ [ROOT]: secure() });
    const draft = new Draft(tree);
    const file = `${ROOT}/sdkconfig.defaults`;
    draft.write(file, readText(tree, file).replace('SECURE_BOOT=y', 'SECURE_BOOT=n'));
    const fixes = [{ file, symbol: 'SECURE_BOOT', line: 'CONFIG_SECURE_BOOT=n' }];
    const cause = firmwareErrors.finding('firmware.ds-peripheral', { symbol: 'SECURE_BOOT', fixes }, {});
    const settings = { firmware: readFirmware(ROOT, draft), causes: [cause] };
    const [input, output] = [new PassThrough(), new PassThrough()];
    input.end(typed);
    const asked = assertNotWeaker(draft, settings, {}, { input, output });
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error instanceof FactoryError && error.code).toBe(isRejected && 'init.weaker-security');
    const shown = String(output.read());
    expect(shown).toContain(`CONFIG_SECURE_BOOT=n in ${file}\n  because CONFIG_SECURE_BOOT is on`);
    expect(shown.includes('init.answer-unclear')).toBe(typed.startsWith('maybe'));
  });

  it('are those that were not off before, whatever their notation', async () => {
    const off = '# CONFIG_NVS_ENCRYPTION is not set\n';
    const tree = workspace({ [ROOT]: { ...LIGHT, 'sdkconfig.defaults': `${DEFAULTS}${off}` } });
    const draft = new Draft(tree);
    const file = `${ROOT}/sdkconfig.defaults`;
    draft.write(file, readText(tree, file).replace(off, 'CONFIG_NVS_ENCRYPTION=n\n'));
    const settings = { firmware: readFirmware(ROOT, draft), causes: [] };
    await expect(assertNotWeaker(draft, settings, {}, undefined)).resolves.toBeUndefined();
  });
});
