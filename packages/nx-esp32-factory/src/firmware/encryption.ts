/** The encryption settings of the firmware: ESP-IDF, components/nvs_flash/Kconfig, nvs_sec_provider/Kconfig. */
import { type IdfVersion, isAtLeast } from './idf-version';
import type { Known } from './sdkconfig';
import type { Values } from './values';

export type NvsScheme = 'flash' | 'hmac' | 'none' | 'unknown';

export interface FirmwareEncryption {
  /** SECURE_FLASH_ENC_ENABLED. */
  readonly flash: Known<boolean>;
  /** SECURE_FLASH_ENCRYPTION_MODE_RELEASE: the chip rejects plain writes. */
  readonly release: Known<boolean>;
  /** NVS_ENCRYPTION, on by default under flash encryption. */
  readonly nvs: Known<boolean>;
  /**
   * Where the keys come from: an nvs_keys partition, the HMAC peripheral, or code of the app. Unknown if it is the default of a
   * version of ESP-IDF that no file says.
   */
  readonly scheme: Known<NvsScheme>;
  /** NVS_SEC_HMAC_EFUSE_KEY_ID; -1 if it is not set. */
  readonly hmacKeyId: Known<number>;
}

const SCHEMES = {
  NVS_SEC_KEY_PROTECT_USING_FLASH_ENC: 'flash',
  NVS_SEC_KEY_PROTECT_USING_HMAC: 'hmac',
  NVS_SEC_KEY_PROTECT_NONE: 'none',
} as const;
type SchemeSymbol = keyof typeof SCHEMES;

export function readEncryption(
  values: Values,
  chip: { hmac: boolean },
  idfVersion: () => IdfVersion | undefined,
): FirmwareEncryption {
  const flash = values.bool('SECURE_FLASH_ENC_ENABLED', false);
  const nvs = values.bool('NVS_ENCRYPTION', flash.value);
  // Kconfig offers only schemes that can work, and ignores the others.
  const visible: readonly SchemeSymbol[] = [
    ...(chip.hmac ? (['NVS_SEC_KEY_PROTECT_USING_HMAC'] as const) : []),
    ...(flash.value ? (['NVS_SEC_KEY_PROTECT_USING_FLASH_ENC'] as const) : []),
    'NVS_SEC_KEY_PROTECT_NONE',
  ];
  const chosen = values.choice(visible, visible[0] ?? 'NVS_SEC_KEY_PROTECT_NONE');
  const isByVersion = chosen.origin === 'default' && chip.hmac && flash.value;
  const scheme: Known<NvsScheme> = {
    ...chosen,
    value: isByVersion ? defaultScheme(idfVersion()) : SCHEMES[chosen.value],
  };
  return {
    flash,
    release: values.bool('SECURE_FLASH_ENCRYPTION_MODE_RELEASE', false),
    // By default it follows flash encryption, so the line that turns that on is its origin.
    nvs: nvs.origin === 'default' ? { ...nvs, origin: flash.origin } : nvs,
    scheme,
    hmacKeyId: values.int('NVS_SEC_HMAC_EFUSE_KEY_ID', -1),
  };
}

/** Where both schemes can work: components/nvs_sec_provider/Kconfig of ESP-IDF 5 and 6. */
function defaultScheme(version: IdfVersion | undefined): NvsScheme {
  const isHmac = isAtLeast(version, [6, 0]);
  return isHmac === undefined ? 'unknown' : isHmac ? 'hmac' : 'flash';
}
