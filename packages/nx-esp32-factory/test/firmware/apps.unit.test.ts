import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectors } from '../../../../tools/testing/vectors';
import { type Firmware, readFirmware } from '../../src/firmware';

const folder = vectors('apps');

const readFile = (path: string) => (existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined);

describe('real apps of esp-matter', () => {
  const app = (name: string): Firmware => readFirmware(join(folder, name), { readFile });

  it('reads the light', () => {
    const light = app('esp-matter-light');
    expect(light.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(light.table).toMatchObject({ builtIn: false, offset: { value: 0xc000, origin: { line: 22 } } });
    expect(light.flashSize).toMatchObject({ value: 0x400000, origin: { line: 7 } });
    expect(light.label).toEqual({
      value: 'nvs',
      symbol: 'CHIP_FACTORY_NAMESPACE_PARTITION_LABEL',
      origin: 'default',
    });
    expect(light.keysPartition).toMatchObject({ offset: 0x16000 });
    expect(light.secureCertPartition).toMatchObject({ offset: 0xd000, size: 0x2000, encrypted: false });
    expect(light.encryption.nvs.value).toBe(false);
  });

  it('reads the manufacturing test app', () => {
    const test = app('esp-matter-mfg-test');
    expect(test.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(test.providers).toMatchObject({
      factoryData: { value: true },
      dac: { value: 'SEC_CERT_DAC_PROVIDER' },
      commissionableData: { value: 'SEC_CERT_COMMISSIONABLE_DATA_PROVIDER' },
      instanceInfoChoice: { value: 'SEC_CERT_DEVICE_INSTANCE_INFO_PROVIDER' },
    });
    expect(test.vendorId).toMatchObject({ value: 0x131b });
    expect(test.encryption).toMatchObject({
      flash: { value: true },
      nvs: { value: true },
      scheme: { value: 'flash' },
    });
  });
});
