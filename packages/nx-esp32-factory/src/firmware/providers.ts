/**
 * The providers of factory data in the Matter stack: connectedhomeip, config/esp32/components/chip/Kconfig, and
 * esp-matter, components/esp_matter/Kconfig ("Factory Data Providers"). Defaults are those of these files.
 */
import type { Known } from './sdkconfig';
import type { Values } from './values';

/** The members of each choice: the one that reads factory data, Kconfig's fallback, then the others. */
const DAC_PROVIDERS = [
  'FACTORY_PARTITION_DAC_PROVIDER',
  'EXAMPLE_DAC_PROVIDER',
  'SEC_CERT_DAC_PROVIDER',
  'CUSTOM_DAC_PROVIDER',
] as const;
const COMMISSIONABLE_DATA_PROVIDERS = [
  'FACTORY_COMMISSIONABLE_DATA_PROVIDER',
  'EXAMPLE_COMMISSIONABLE_DATA_PROVIDER',
  'SEC_CERT_COMMISSIONABLE_DATA_PROVIDER',
  'CUSTOM_COMMISSIONABLE_DATA_PROVIDER',
] as const;
const DEVICE_INSTANCE_INFO_PROVIDERS = [
  'FACTORY_DEVICE_INSTANCE_INFO_PROVIDER',
  'EXAMPLE_DEVICE_INSTANCE_INFO_PROVIDER',
  'SEC_CERT_DEVICE_INSTANCE_INFO_PROVIDER',
  'CUSTOM_DEVICE_INSTANCE_INFO_PROVIDER',
] as const;
const DEVICE_INFO_PROVIDERS = [
  'FACTORY_DEVICE_INFO_PROVIDER',
  'NONE_DEVICE_INFO_PROVIDER',
  'CUSTOM_DEVICE_INFO_PROVIDER',
] as const;

export type DacProvider = (typeof DAC_PROVIDERS)[number];
export type CommissionableDataProvider = (typeof COMMISSIONABLE_DATA_PROVIDERS)[number];
export type DeviceInstanceInfoProvider = (typeof DEVICE_INSTANCE_INFO_PROVIDERS)[number];
export type DeviceInfoProvider = (typeof DEVICE_INFO_PROVIDERS)[number];

/** The switches and choices that decide which data the firmware reads, and from where. */
export interface Providers {
  /** ENABLE_ESP32_FACTORY_DATA_PROVIDER: without it the firmware does not read the partition. */
  readonly factoryData: Known<boolean>;
  /** ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER: vendor, product, serial number, hardware version... */
  readonly deviceInstanceInfo: Known<boolean>;
  /** ENABLE_ESP32_DEVICE_INFO_PROVIDER: labels, locales, calendars, supported modes. */
  readonly deviceInfo: Known<boolean>;
  readonly locationCapability: Known<boolean>;
  readonly rotatingDeviceId: Known<boolean>;
  /** ENABLE_SET_CERT_DECLARATION_API: the firmware sets the declaration, and does not read the stored one. */
  readonly setDeclaration: Known<boolean>;
  readonly testSetupParams: Known<boolean>;
  readonly dac: Known<DacProvider>;
  readonly commissionableData: Known<CommissionableDataProvider>;
  readonly instanceInfoChoice: Known<DeviceInstanceInfoProvider>;
  readonly deviceInfoChoice: Known<DeviceInfoProvider>;
  /** ESP_SECURE_CERT_DS_PERIPHERAL: the private key is in the DS peripheral, not in the partition. */
  readonly digitalSignature: Known<boolean>;
  /** USE_ESP32_ECDSA_PERIPHERAL: the private key may be in an eFuse. */
  readonly ecdsaPeripheral: Known<boolean>;
}

export function readProviders(
  values: Values,
  chip: { readonly ecdsa: boolean; readonly hmac: boolean },
): Providers {
  const factoryData = values.bool('ENABLE_ESP32_FACTORY_DATA_PROVIDER', false);
  const deviceInstanceInfo = values.bool('ENABLE_ESP32_DEVICE_INSTANCE_INFO_PROVIDER', false);
  const deviceInfo = values.bool('ENABLE_ESP32_DEVICE_INFO_PROVIDER', false);
  const pick = <T extends string>(on: boolean, members: readonly [factory: T, fallback: T, ...others: T[]]) =>
    values.choice(members, on ? members[0] : members[1]);
  return {
    factoryData,
    deviceInstanceInfo,
    deviceInfo,
    locationCapability: values.bool('ENABLE_ESP32_LOCATIONCAPABILITY', false),
    rotatingDeviceId: values.bool('ENABLE_ROTATING_DEVICE_ID', false),
    setDeclaration: values.bool('ENABLE_SET_CERT_DECLARATION_API', false),
    testSetupParams: values.bool('ENABLE_TEST_SETUP_PARAMS', true),
    dac: pick(factoryData.value, DAC_PROVIDERS),
    commissionableData: pick(factoryData.value, COMMISSIONABLE_DATA_PROVIDERS),
    instanceInfoChoice: pick(factoryData.value && deviceInstanceInfo.value, DEVICE_INSTANCE_INFO_PROVIDERS),
    deviceInfoChoice: pick(factoryData.value && deviceInfo.value, DEVICE_INFO_PROVIDERS),
    // The Digital Signature peripheral decrypts its keys with the HMAC peripheral: no chip has one alone.
    digitalSignature: values.bool('ESP_SECURE_CERT_DS_PERIPHERAL', chip.hmac),
    ecdsaPeripheral: values.bool('USE_ESP32_ECDSA_PERIPHERAL', chip.ecdsa),
  };
}
