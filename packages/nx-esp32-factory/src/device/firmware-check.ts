import { FACTORY_NAMESPACE, FactoryError, type Finding, type NvsItem } from 'nvs-core';
import { checkFirmware, explainedErrors } from '../firmware';
import type { DeviceSettings } from './settings';

/**
 * Checks whether the app next to the config would read these partitions: warnings and notes; none without an app.
 * Errors: those of checkFirmware, all at once, followed by the notes that explain them.
 */
export function checkForFirmware(
  { config, firmware, readOnly }: DeviceSettings,
  items: readonly NvsItem[],
  secureCert: Uint8Array | undefined,
): readonly Finding[] {
  if (firmware === undefined) return [];
  const { partition, encryption, deviceInstanceInfo, storage, commissioning: setup } = config;
  const { label, size } = partition;
  const { vendorId, productId } = deviceInstanceInfo;
  const key = storage.ecdsaPeripheral === undefined ? 'partition' : 'ecdsa-peripheral';
  const commissioning = storage.commissioning === 'secure-cert';
  const findings = checkFirmware(firmware, {
    label,
    size,
    keys: items.flatMap((item) =>
      item.type !== 'namespace' && item.namespace === FACTORY_NAMESPACE ? [item.key] : [],
    ),
    readOnly,
    encryption,
    secureCert: secureCert && { size: secureCert.length, commissioning, key },
    discovery: setup.discovery,
    vendorId,
    productId,
  });
  const errors = explainedErrors(firmware, findings);
  if (errors.length > 0) throw new FactoryError(errors);
  return findings;
}
