/** All that a factory partition can tell the ESP32 factory data provider; what is left out is not written. */
import type { CalendarType, ProductColor, ProductFinish } from './choices';

export interface FactoryData {
  readonly commissioning?: CommissioningData | undefined;
  readonly attestation?: AttestationData | undefined;
  readonly deviceInstanceInfo?: DeviceInstanceInfoData | undefined;
  readonly deviceInfo?: DeviceInfoData | undefined;
}

/** Read by CommissionableDataProvider, the last two by ConfigurationManager. Without a verifier the firmware makes its own passcode. */
export interface CommissioningData {
  /** 0 to 4095. */
  readonly discriminator?: number | undefined;
  /** Iterations of PBKDF2, 1000 to 100000. */
  readonly iterations?: number | undefined;
  /** 16 to 32 bytes. */
  readonly salt?: Uint8Array | undefined;
  /** w0 and L, 97 bytes. */
  readonly verifier?: Uint8Array | undefined;
  /** Primary device type, 32 bits. */
  readonly deviceType?: number | undefined;
  /** RegulatoryLocationTypeEnum: 0 indoor, 1 outdoor, 2 both. */
  readonly locationCapability?: number | undefined;
}

/** Read by DeviceAttestationCredentialsProvider. */
export interface AttestationData {
  /** DER, at most 600 bytes. */
  readonly dac?: Uint8Array | undefined;
  /** The private scalar, 32 bytes. */
  readonly dacKey?: Uint8Array | undefined;
  /** The uncompressed point, 65 bytes. */
  readonly dacPublicKey?: Uint8Array | undefined;
  /** DER, at most 600 bytes. */
  readonly pai?: Uint8Array | undefined;
  /** CMS, DER. */
  readonly certificationDeclaration?: Uint8Array | undefined;
}

/** Read by DeviceInstanceInfoProvider. Lengths are in UTF-8 bytes. */
export interface DeviceInstanceInfoData {
  /** 16 bits. */
  readonly vendorId?: number | undefined;
  /** At most 32 bytes. */
  readonly vendorName?: string | undefined;
  /** 16 bits. */
  readonly productId?: number | undefined;
  /** At most 32 bytes. */
  readonly productName?: string | undefined;
  /** At most 32 bytes. */
  readonly serialNumber?: string | undefined;
  /** 16 bits. */
  readonly hardwareVersion?: number | undefined;
  /** At most 64 bytes. */
  readonly hardwareVersionString?: string | undefined;
  /** YYYYMMDD or YYYY-MM-DD, and a suffix: at most 16 bytes in all. */
  readonly manufacturingDate?: string | undefined;
  /** Exactly 16 bytes. */
  readonly rotatingDeviceIdUniqueId?: Uint8Array | undefined;
  /** At most 64 bytes. */
  readonly productLabel?: string | undefined;
  /** At most 256 bytes. */
  readonly productUrl?: string | undefined;
  /** At most 32 bytes. */
  readonly partNumber?: string | undefined;
  readonly productFinish?: ProductFinish | undefined;
  readonly productColor?: ProductColor | undefined;
}

/** Read by DeviceInfoProvider and SupportedModesManager. */
export interface DeviceInfoData {
  readonly calendarTypes?: readonly CalendarType[] | undefined;
  /** Language tags, at most 35 bytes each. */
  readonly locales?: readonly string[] | undefined;
  /** In the order of each endpoint's list. */
  readonly fixedLabels?: readonly FixedLabel[] | undefined;
  /** In the order of each endpoint's list. */
  readonly supportedModes?: readonly SupportedMode[] | undefined;
}

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
