import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPartition } from 'nvs-core';
import { vectors } from '../../../../../tools/testing/vectors';
import { readFirmware } from '../../../src/firmware';
import { Draft } from '../../../src/init/draft';
import { APP, contents, init, readConfig, readText, workspace } from './fixtures';

const folder = vectors('apps');

/** A real app's tables and settings, with or without build files, which the data does not include. */
function app(name: string, more: Readonly<Record<string, string>> = APP) {
  const read = (file: string) => readFileSync(join(folder, name, file), 'utf8');
  const files = {
    'partitions.csv': read('partitions.csv'),
    'sdkconfig.defaults': read('sdkconfig.defaults'),
  };
  return { files, tree: workspace({ [`apps/${name}`]: { ...more, ...files } }) };
}

const LIGHT = 'esp-matter-light';
const TEST = 'esp-matter-mfg-test';

describe('init of real apps of esp-matter', () => {
  it('the light: uses its fctry partition, and turns the providers on', async () => {
    const { files, tree } = app(LIGHT);
    await init(tree, { project: LIGHT });
    const root = `apps/${LIGHT}`;
    expect(readText(tree, `${root}/partitions.csv`)).toBe(files['partitions.csv']);
    expect(readText(tree, `${root}/sdkconfig.defaults`).startsWith(files['sdkconfig.defaults'])).toBe(true);
    expect(readConfig(tree, root).partition).toEqual({ label: 'fctry', size: '0x6000' });
    const { label, partition, providers, findings } = readFirmware(root, new Draft(tree));
    expect(label.value).toBe('fctry');
    expect(partition?.offset).toBe(0x3e0000);
    expect(providers).toMatchObject({
      factoryData: { value: true },
      deviceInstanceInfo: { value: true },
      testSetupParams: { value: false },
    });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const before = contents(tree);
    await init(tree, { project: LIGHT, fix: true });
    expect(contents(tree)).toEqual(before);
  });

  it('finds an app by its settings alone', async () => {
    const { tree } = app(LIGHT, {});
    const { output } = await init(tree, { project: `apps/${LIGHT}` });
    expect(output).toContain('init.not-matter');
  });

  it('the manufacturing test app: adds fctry, keeps the providers, encrypts like the firmware', async () => {
    const { files, tree } = app(TEST);
    const root = `apps/${TEST}`;
    const before = contents(tree);
    await expect(init(tree, { project: TEST })).rejects.toThrow('init.vendor-id-not-test');
    expect(contents(tree)).toEqual(before);

    await init(tree, { project: TEST, vendorId: '0xFFF1' });
    expect(readText(tree, `${root}/partitions.csv`).startsWith(files['partitions.csv'].trimEnd())).toBe(true);
    expect(readConfig(tree, root).encryption).toEqual({ scheme: 'flash' });
    expect(readConfig(tree, root).storage).toEqual({
      attestation: 'secure-cert',
      commissioning: 'secure-cert',
    });
    const { providers, table, vendorId, encryption } = readFirmware(root, new Draft(tree));
    expect(providers).toMatchObject({
      dac: { value: 'SEC_CERT_DAC_PROVIDER' },
      commissionableData: { value: 'SEC_CERT_COMMISSIONABLE_DATA_PROVIDER' },
    });
    expect(encryption).toMatchObject({ flash: { value: true }, release: { value: true } });
    expect(findPartition(table.partitions, 'fctry')).toMatchObject({ offset: 0x120000, size: 0x6000 });
    expect(vendorId.value).toBe(0xfff1);
  });
});
