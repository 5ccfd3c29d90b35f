import type { FactoryConfig } from '../../config';
import type { FirmwareNeeds } from '../../firmware';

const INSTANCE_KEYS: Readonly<Record<string, string>> = {
  vendorId: 'vendor-id',
  vendorName: 'vendor-name',
  productId: 'product-id',
  productName: 'product-name',
  productLabel: 'product-label',
  productUrl: 'product-url',
  productFinish: 'product-finish',
  productColor: 'product-color',
  partNumber: 'part-number',
  serialNumber: 'serial-num',
  manufacturingDate: 'mfg-date',
  hardwareVersion: 'hardware-ver',
  hardwareVersionString: 'hw-ver-str',
  rotatingDeviceIdUniqueId: 'rd-id-uid',
};

/** Keys that can move to esp_secure_cert; the Certification Declaration cannot. */
const COMMISSIONABLE = ['discriminator', 'iteration-count', 'salt', 'verifier', 'rd-id-uid'];
const ATTESTATION = ['dac-cert', 'dac-key', 'dac-pub-key', 'pai-cert'];

/**
 * The needs of an image, from the config alone: when init runs, the files and variables that it refers to may not
 * exist yet.
 */
export function needsOf(config: FactoryConfig): FirmwareNeeds {
  const { partition, encryption, storage } = config;
  const { vendorId, productId } = config.deviceInstanceInfo;
  const { label, size } = partition;
  return {
    ...(label === undefined ? {} : { label }),
    ...(size === undefined ? {} : { size }),
    keys: keysOf(config).filter(
      (key) =>
        !(storage.commissioning === 'secure-cert' && COMMISSIONABLE.includes(key)) &&
        !(storage.attestation === 'secure-cert' && ATTESTATION.includes(key)),
    ),
    encryption: encryption ?? { scheme: 'none' },
    ...(storage.attestation === 'secure-cert' ? { secureCert: secureCertOf(storage) } : {}),
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(productId === undefined ? {} : { productId }),
  };
}

function secureCertOf({ commissioning, ecdsaPeripheral, secureCert }: FactoryConfig['storage']) {
  return {
    ...(secureCert === undefined ? {} : { size: secureCert.size }),
    commissioning: commissioning === 'secure-cert',
    key: ecdsaPeripheral === undefined ? ('partition' as const) : ('ecdsa-peripheral' as const),
  };
}

/** Keys of the chip-factory namespace; only the first of a list, which determines the provider that reads it. */
function keysOf(config: FactoryConfig): string[] {
  const { commissioning, deviceInstanceInfo, attestation, deviceInfo, nvs } = config;
  const isDynamic = typeof commissioning.passcode === 'object' && 'dynamic' in commissioning.passcode;
  const instance = Object.entries(deviceInstanceInfo).flatMap(([field, value]) =>
    value === undefined || INSTANCE_KEYS[field] === undefined ? [] : [INSTANCE_KEYS[field]],
  );
  return [
    'discriminator',
    ...(isDynamic ? [] : ['iteration-count', 'salt', 'verifier']),
    ...(commissioning.locationCapability === undefined ? [] : ['loc-capability']),
    ...(attestation?.dac === undefined ? [] : ['dac-cert', 'dac-key', 'dac-pub-key']),
    ...(attestation?.pai === undefined ? [] : ['pai-cert']),
    ...(attestation?.certificationDeclaration === undefined ? [] : ['cert-dclrn']),
    ...instance,
    ...(deviceInfo?.locales === undefined ? [] : ['locale-sz']),
    ...(deviceInfo?.calendarTypes === undefined ? [] : ['cal-types']),
    ...(deviceInfo?.fixedLabels ?? []).slice(0, 1).map(({ endpoint }) => `fl-sz/${endpoint.toString(16)}`),
    ...(deviceInfo?.supportedModes ?? []).slice(0, 1).map(({ endpoint }) => `sm-sz/${endpoint.toString(16)}`),
    ...nvs.extra.filter(({ namespace }) => namespace === 'chip-factory').map(({ key }) => key),
  ];
}
