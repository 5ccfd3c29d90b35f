import { LightApp } from './light-app';

/** The example app, with firmware for secure storage. */
export class SecureApp extends LightApp {
  /** Adds lines to sdkconfig.defaults, replacing those for the same symbols. */
  sdkconfig(...lines: readonly string[]): void {
    const symbols = lines.map((line) => line.slice(0, line.indexOf('=') + 1));
    const kept = this.read('sdkconfig.defaults')
      .toString()
      .split('\n')
      .filter((line) => !symbols.some((symbol) => line.startsWith(symbol)));
    this.write('sdkconfig.defaults', [...kept, ...lines, ''].join('\n'));
  }

  /** Replaces text in partitions.csv. */
  table(from: string, to: string): void {
    const text = this.read('partitions.csv').toString();
    if (!text.includes(from)) throw new Error(`partitions.csv has no "${from}"`);
    this.write('partitions.csv', text.replace(from, to));
  }

  /** Firmware with flash encryption, and the config for it. */
  encryptFlash(): void {
    this.sdkconfig(
      'CONFIG_SECURE_FLASH_ENC_ENABLED=y',
      'CONFIG_NVS_ENCRYPTION=y',
      'CONFIG_NVS_SEC_KEY_PROTECT_USING_FLASH_ENC=y',
    );
    this.set('encryption', { scheme: 'flash' });
  }

  /** Firmware that derives its keys from the HMAC key in BLOCK_KEY`keyId`, and the config for it. */
  deriveKeys(keyId: number, key: Record<string, unknown> = { generate: true }): void {
    this.sdkconfig(
      'CONFIG_NVS_ENCRYPTION=y',
      'CONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC=y',
      `CONFIG_NVS_SEC_HMAC_EFUSE_KEY_ID=${keyId}`,
    );
    this.set('encryption', { scheme: 'hmac', keyId, key, firmwareDerivesKeys: true });
  }

  /** Firmware that reads esp_secure_cert, and the config for it. */
  useSecureCert(commissioning = false): void {
    this.sdkconfig(
      'CONFIG_FACTORY_PARTITION_DAC_PROVIDER=n',
      'CONFIG_SEC_CERT_DAC_PROVIDER=y',
      'CONFIG_ESP_SECURE_CERT_DS_PERIPHERAL=n',
      ...(commissioning
        ? [
            'CONFIG_FACTORY_COMMISSIONABLE_DATA_PROVIDER=n',
            'CONFIG_SEC_CERT_COMMISSIONABLE_DATA_PROVIDER=y',
            'CONFIG_FACTORY_DEVICE_INSTANCE_INFO_PROVIDER=n',
            'CONFIG_SEC_CERT_DEVICE_INSTANCE_INFO_PROVIDER=y',
          ]
        : []),
    );
    this.set('storage', {
      attestation: 'secure-cert',
      ...(commissioning ? { commissioning: 'secure-cert' } : {}),
    });
  }

  /** Changes the chip of the app. */
  forChip(chip: string): void {
    this.sdkconfig(`CONFIG_IDF_TARGET="${chip}"`);
    const config = JSON.parse(this.read('factory.config.json').toString()) as object;
    this.write('factory.config.json', JSON.stringify({ ...config, chip }, null, 2));
  }
}
