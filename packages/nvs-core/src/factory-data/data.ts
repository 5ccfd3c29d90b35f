/** All that a factory partition can tell the ESP32 factory data provider; what is left out is not written. */
import type { FactoryRow, FactorySection, ValueOf } from './fields';

/** The fields of a section, as the table has them. */
type Fields<S extends FactorySection> = {
  readonly [R in Extract<FactoryRow, { section: S }> as R['name']]?: ValueOf<R['kind']> | undefined;
};

export interface FactoryData {
  /** Read by CommissionableDataProvider and ConfigurationManager; without a verifier the firmware makes its own passcode. */
  readonly commissioning?: Fields<'commissioning'> | undefined;
  /** Read by DeviceAttestationCredentialsProvider. */
  readonly attestation?: Fields<'attestation'> | undefined;
  readonly deviceInstanceInfo?: DeviceInstanceInfoData | undefined;
  readonly deviceInfo?: DeviceInfoData | undefined;
}

/** Read by DeviceInstanceInfoProvider. */
export type DeviceInstanceInfoData = Fields<'deviceInstanceInfo'>;

/** Read by DeviceInfoProvider and SupportedModesManager. */
export type DeviceInfoData = Fields<'deviceInfo'> & {
  /** Language tags, at most 35 bytes each. */
  readonly locales?: readonly string[] | undefined;
  /** In the order of each endpoint's list. */
  readonly fixedLabels?: readonly FixedLabel[] | undefined;
  /** In the order of each endpoint's list. */
  readonly supportedModes?: readonly SupportedMode[] | undefined;
};

export interface FixedLabel {
  /** 0 to 65534. */
  readonly endpoint: number;
  /** At most 16 bytes. */
  readonly label: string;
  /** At most 16 bytes, may be empty. */
  readonly value: string;
}

export interface SupportedMode {
  /** 0 to 65534. */
  readonly endpoint: number;
  /** At most 64 bytes. */
  readonly label: string;
  /** 8 bits. */
  readonly mode: number;
  readonly semanticTags?: readonly SemanticTag[] | undefined;
}

export interface SemanticTag {
  /** 16 bits. */
  readonly value: number;
  /** 16 bits: a vendor id, 0 for the tags of the specification. */
  readonly manufacturerCode: number;
}
