import { FACTORY_FIELDS, FACTORY_NAMESPACE, LIST_KEYS, listKey } from 'nvs-core';
import type { FactoryConfig } from '../config';
import type { FirmwareNeeds } from '../firmware';

/** What moves to esp_secure_cert; the Certification Declaration stays. */
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
    label,
    size,
    keys: keysOf(config).filter(
      (key) =>
        !(storage.commissioning === 'secure-cert' && COMMISSIONABLE.includes(key)) &&
        !(storage.attestation === 'secure-cert' && ATTESTATION.includes(key)),
    ),
    encryption: encryption ?? { scheme: 'none' },
    secureCert: storage.attestation === 'secure-cert' ? secureCertOf(storage) : undefined,
    discovery: config.commissioning.discovery,
    vendorId,
    productId,
  };
}

function secureCertOf({ commissioning, ecdsaPeripheral, secureCert }: FactoryConfig['storage']) {
  return {
    size: secureCert?.size,
    commissioning: commissioning === 'secure-cert',
    key: ecdsaPeripheral === undefined ? ('partition' as const) : ('ecdsa-peripheral' as const),
  };
}

/** Fields that the device gets of its passcode, whether or not the config gives them. */
const OF_PASSCODE = ['iterations', 'salt', 'verifier'];

/** Keys of the chip-factory namespace; of a list, its first: it is enough to find the provider that reads them. */
function keysOf(config: FactoryConfig): string[] {
  const { commissioning, deviceInfo, nvs } = config;
  const isDynamic = typeof commissioning.passcode === 'object' && 'dynamic' in commissioning.passcode;
  const fields = FACTORY_FIELDS.filter(({ section, name, configPath = [section, name] }) => {
    if (OF_PASSCODE.includes(name)) return !isDynamic;
    const values: Readonly<Record<string, unknown>> = config[section] ?? {};
    return values[configPath[1] ?? name] !== undefined;
  });
  return [
    ...fields.map(({ key }) => key),
    ...(deviceInfo?.locales === undefined ? [] : [listKey(LIST_KEYS.localeCount, [])]),
    ...(deviceInfo?.fixedLabels ?? [])
      .slice(0, 1)
      .map((label) => listKey(LIST_KEYS.fixedLabelCount, [label.endpoint])),
    ...(deviceInfo?.supportedModes ?? [])
      .slice(0, 1)
      .map((mode) => listKey(LIST_KEYS.modeCount, [mode.endpoint])),
    ...nvs.extra.filter(({ namespace }) => namespace === FACTORY_NAMESPACE).map(({ key }) => key),
  ];
}
