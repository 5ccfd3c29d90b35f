/**
 * The table of factory data: one row a field. Keys, types and limits are those with which ESP32Config.cpp,
 * ESP32FactoryDataProvider.cpp and ESP32DeviceInfoProvider.cpp of the Matter SDK read the chip-factory namespace.
 */
import { assertDiscriminator, DISCRIMINATOR_MAX } from '../commissioning/passcode';
import {
  assertIterations,
  assertSalt,
  assertVerifier,
  ITERATIONS_MAX,
  ITERATIONS_MIN,
  SALT_MAX_LENGTH,
  SALT_MIN_LENGTH,
  VERIFIER_LENGTH,
} from '../commissioning/verifier';
import { isP256Point, isP256Scalar } from '../crypto/p256';
import { factoryDataErrors as errors } from '../errors/factory-data';
import { CALENDAR_TYPES, LOCATION_CAPABILITIES, PRODUCT_COLORS, PRODUCT_FINISHES } from './choices';
import { checkManufacturingDate, DATE_MAX_LENGTH } from './date';
import { base64, bytes, choice, choices, der, type FieldKind, named, number, text } from './kinds';

/** A section of FactoryData, and of a config. */
export type FactorySection = 'commissioning' | 'attestation' | 'deviceInstanceInfo' | 'deviceInfo';

/** A field of factory data with its own key. */
export interface FactoryField extends FieldColumns {
  readonly section: FactorySection;
  /** Its name in FactoryData and in a config. */
  readonly name: string;
  /** Its key in the chip-factory namespace. */
  readonly key: string;
  readonly kind: FieldKind;
  /** Its name in a sentence. */
  readonly label: string;
}

interface FieldColumns {
  /** What it is, in a sentence for editors and for the documentation. */
  readonly description: string;
  /** No tool shows it, and no option gives it: a passcode is guessed from a verifier and its salt. */
  readonly secret?: true;
  /** Fields of its section that the firmware needs together with it. */
  readonly needs?: readonly string[];
  /** Attribute of the Basic Information cluster: Matter Core Specification, section 11.1.5. */
  readonly attribute?: { readonly id: number; readonly name: string };
  /** Hexadecimal digits, where people write it in hexadecimal. */
  readonly hexDigits?: number;
  /**
   * The flag of the Matter SDK's generate_esp32_chip_factory_bin.py or of esp-matter-mfg-tool, and the placeholder of its
   * value in the help.
   */
  readonly flag?: {
    readonly name: string;
    readonly aliases?: readonly string[];
    readonly value?: string;
  };
  /** Where a config has it, unless in its section under its name. */
  readonly configPath?: readonly string[];
  /** Limits and defaults of a config, in addition to those of the device. */
  readonly config?: ConfigColumns;
}

interface ConfigColumns {
  readonly required?: true;
  /** The value of a field that is not given. */
  readonly default?: unknown;
  /** {"random": true} is allowed. */
  readonly generated?: true;
  /** A narrower range of a number, and why it is what it is. */
  readonly min?: number;
  readonly max?: number;
  readonly why?: string;
  /** The form of a text, and that form in words. */
  readonly pattern?: RegExp;
  readonly form?: string;
  readonly examples?: readonly unknown[];
}

function field<
  const S extends FactorySection,
  const N extends string,
  K extends FieldKind,
  const C extends FieldColumns,
>(section: S, name: N, key: string, kind: K, label: string, columns: C) {
  return { section, name, key, kind, label, ...columns };
}

const id16 = number(0, 0xffff);
const certificate = der(600);
/** What SDK 1.6 reads. */
const DECLARATION_READ_LENGTH = 790;
/** A bound of sanity: the firmware's buffer depends on its version. */
const declaration = der(4000, (value, report) => {
  const [length, limit] = [value.length, DECLARATION_READ_LENGTH];
  if (length > limit)
    report(errors.finding('factory-data.declaration-long', { length, limit }, {}, 'warning'));
});
const privateKey = bytes(32, 32, (value, report) => {
  if (!isP256Scalar(value)) report(errors.finding('factory-data.private-key-invalid', {}));
});
const publicKey = bytes(65, 65, (value, report) => {
  if (!isP256Point(value)) report(errors.finding('factory-data.public-key-invalid', {}));
});

/** In the order of the Matter SDK's script; fields that it cannot write come after rd-id-uid. */
const ROWS = [
  field(
    'commissioning',
    'discriminator',
    'discriminator',
    number(0, DISCRIMINATOR_MAX, assertDiscriminator),
    'discriminator',
    {
      description: 'Tells this device from others that are being commissioned: 12 bits, 0 to 4095.',
      flag: { name: 'discriminator', aliases: ['-d'] },
      config: {
        default: { random: true },
        generated: true,
        why: 'a discriminator has 12 bits: 0 to 4095 (0xFFF)',
        examples: [3840, '0xF00'],
      },
    },
  ),
  field(
    'commissioning',
    'iterations',
    'iteration-count',
    number(ITERATIONS_MIN, ITERATIONS_MAX, assertIterations),
    'iteration count',
    {
      description: 'PBKDF2 iterations of the verifier, 1000 to 100000.',
      needs: ['salt'],
      flag: { name: 'iteration-count' },
      config: { default: 10000, why: 'choose 1000 to 100000 iterations of PBKDF2; 10000 is usual' },
    },
  ),
  field('commissioning', 'salt', 'salt', base64(SALT_MIN_LENGTH, SALT_MAX_LENGTH, assertSalt), 'salt', {
    description: 'PBKDF2 salt of 16 to 32 bytes, base64. Random for every image if it is not given.',
    secret: true,
    needs: ['iterations'],
  }),
  field(
    'commissioning',
    'verifier',
    'verifier',
    base64(VERIFIER_LENGTH, VERIFIER_LENGTH, assertVerifier),
    'verifier',
    {
      description:
        'SPAKE2+ verifier (w0 and L, 97 bytes), base64, if it was computed elsewhere; needs the salt and the passcode, and is checked against them.',
      secret: true,
      needs: ['salt', 'iterations'],
    },
  ),
  field('attestation', 'dac', 'dac-cert', certificate, 'DAC', {
    description: 'The Device Attestation Certificate, PEM or DER.',
    needs: ['dacKey', 'pai'],
    configPath: ['attestation', 'dac', 'certificate'],
  }),
  field('attestation', 'dacKey', 'dac-key', privateKey, 'DAC key', {
    description:
      'Its private key: SEC1 or PKCS#8, PEM or DER; an encrypted PKCS#8 key with its passphrase by reference.',
    secret: true,
    needs: ['dac', 'dacPublicKey'],
    configPath: ['attestation', 'dac', 'key'],
  }),
  field('attestation', 'dacPublicKey', 'dac-pub-key', publicKey, 'DAC public key', {
    description: 'The public key of the DAC.',
    needs: ['dacKey'],
    configPath: ['attestation', 'dac', 'key'],
  }),
  field('attestation', 'pai', 'pai-cert', certificate, 'PAI', {
    description: 'The Product Attestation Intermediate certificate that issued the DAC, PEM or DER.',
    needs: ['dac'],
    configPath: ['attestation', 'pai', 'certificate'],
  }),
  field('attestation', 'certificationDeclaration', 'cert-dclrn', declaration, 'Certification Declaration', {
    description: 'The Certification Declaration of the product, DER (CMS) or PEM.',
  }),
  field('deviceInstanceInfo', 'vendorId', 'vendor-id', id16, 'vendor id', {
    description: 'The vendor id: 0x0001 to 0xFFF0 as assigned by the CSA, 0xFFF1 to 0xFFF4 for tests.',
    hexDigits: 4,
    attribute: { id: 0x02, name: 'VendorID' },
    flag: { name: 'vendor-id', aliases: ['-v'] },
    config: {
      required: true,
      min: 1,
      max: 0xfff4,
      why: 'vendor ids of the CSA are 0x0001 to 0xFFF0, test ids 0xFFF1 to 0xFFF4; 0 names no vendor',
      examples: ['0xFFF1'],
    },
  }),
  field('deviceInstanceInfo', 'vendorName', 'vendor-name', text(1, 32), 'vendor name', {
    description: 'The name of the vendor.',
    attribute: { id: 0x01, name: 'VendorName' },
    flag: { name: 'vendor-name' },
  }),
  field('deviceInstanceInfo', 'productId', 'product-id', id16, 'product id', {
    description: 'The product id, 0x0001 to 0xFFFF, as in the DAC and the Certification Declaration.',
    hexDigits: 4,
    attribute: { id: 0x04, name: 'ProductID' },
    flag: { name: 'product-id' },
    config: {
      required: true,
      min: 1,
      why: 'product ids are 0x0001 to 0xFFFF: 0 means "not given" in an onboarding code and is no product\'s id',
      examples: ['0x8000'],
    },
  }),
  field('deviceInstanceInfo', 'productName', 'product-name', text(1, 32), 'product name', {
    description: 'The name of the product.',
    attribute: { id: 0x03, name: 'ProductName' },
    flag: { name: 'product-name' },
  }),
  field('deviceInstanceInfo', 'serialNumber', 'serial-num', text(1, 32), 'serial number', {
    description: 'The serial number of this device.',
    attribute: { id: 0x0f, name: 'SerialNumber' },
    flag: { name: 'serial-num' },
    config: { generated: true },
  }),
  field('deviceInstanceInfo', 'hardwareVersion', 'hardware-ver', id16, 'hardware version', {
    description: 'The hardware version, 0 to 65535.',
    attribute: { id: 0x07, name: 'HardwareVersion' },
    flag: { name: 'hw-ver' },
    config: {
      why: 'the hardware version is a number of 16 bits; its text goes into "hardwareVersionString"',
    },
  }),
  field('deviceInstanceInfo', 'hardwareVersionString', 'hw-ver-str', text(1, 64), 'hardware version string', {
    description: 'The hardware version for people.',
    attribute: { id: 0x08, name: 'HardwareVersionString' },
    flag: { name: 'hw-ver-str' },
  }),
  field(
    'deviceInstanceInfo',
    'manufacturingDate',
    'mfg-date',
    text(1, DATE_MAX_LENGTH, checkManufacturingDate),
    'manufacturing date',
    {
      description:
        'The day on which the device was made: YYYY-MM-DD, which every SDK reads; since SDK 1.6 also YYYYMMDD, and a suffix.',
      attribute: { id: 0x0b, name: 'ManufacturingDate' },
      flag: { name: 'mfg-date', value: 'DATE' },
    },
  ),
  field(
    'deviceInstanceInfo',
    'rotatingDeviceIdUniqueId',
    'rd-id-uid',
    bytes(16, 16),
    'unique id of the rotating device id',
    {
      description:
        'Unique id of which the firmware makes rotating device ids: 16 bytes, 32 hexadecimal digits.',
      // It identifies the device behind every rotating id that it will ever advertise.
      secret: true,
      flag: { name: 'rd-id-uid' },
      config: { generated: true },
    },
  ),
  field('deviceInstanceInfo', 'productLabel', 'product-label', text(1, 64), 'product label', {
    description: 'A label for people.',
    attribute: { id: 0x0e, name: 'ProductLabel' },
    flag: { name: 'product-label' },
  }),
  field('deviceInstanceInfo', 'productUrl', 'product-url', text(1, 256), 'product URL', {
    description: 'A page about the product.',
    attribute: { id: 0x0d, name: 'ProductURL' },
    flag: { name: 'product-url', value: 'URL' },
    config: {
      pattern: /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/,
      form: 'a URL with its scheme, such as https://example.com/light',
    },
  }),
  field('deviceInstanceInfo', 'partNumber', 'part-number', text(1, 32), 'part number', {
    description: "The vendor's part number.",
    attribute: { id: 0x0c, name: 'PartNumber' },
    flag: { name: 'part-number' },
  }),
  field('deviceInstanceInfo', 'productFinish', 'product-finish', choice(PRODUCT_FINISHES), 'product finish', {
    description: 'The surface of the product, for its picture in apps.',
    flag: { name: 'product-finish' },
  }),
  field('deviceInstanceInfo', 'productColor', 'product-color', choice(PRODUCT_COLORS), 'product colour', {
    description: 'The color of the product, for its picture in apps.',
    flag: { name: 'product-color' },
  }),
  field('commissioning', 'deviceType', 'device-type', number(0, 0xffffffff), 'device type', {
    description:
      'Primary device type that is advertised while commissioning, such as 0x0101 for a dimmable light.',
    hexDigits: 4,
    flag: { name: 'device-type' },
  }),
  field(
    'commissioning',
    'locationCapability',
    'loc-capability',
    named(LOCATION_CAPABILITIES),
    'location capability',
    {
      description: 'Where the device may stand, by its radio: General Commissioning, LocationCapability.',
    },
  ),
  field('deviceInfo', 'calendarTypes', 'cal-types', choices(CALENDAR_TYPES), 'calendar types', {
    description: 'Calendars that the device can show.',
    flag: { name: 'calendar-types' },
    config: { examples: [['Gregorian']] },
  }),
] as const satisfies readonly FactoryField[];

/** Every row, for what treats all fields alike. */
export const FACTORY_FIELDS: readonly FactoryField[] = ROWS;

/** A row with its own section, name, kind and columns. */
export type FactoryRow = (typeof ROWS)[number];

/** The row of a field. */
export function factoryField<N extends FactoryRow['name']>(name: N): Extract<FactoryRow, { name: N }> {
  return ROWS.find((row) => row.name === name) as Extract<FactoryRow, { name: N }>;
}

/** What the values of a kind are. */
export type ValueOf<K> = K extends { decode(...args: never[]): infer T } ? Exclude<T, undefined> : never;
