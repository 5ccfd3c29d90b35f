import { FACTORY_NAMESPACE, FactoryError, type Finding, type NvsItem } from 'nvs-core';
import type { LoadedConfig } from '../config';
import { firmwareErrors } from '../errors/firmware';
import { checkFirmware, explainedErrors, namedFirmware } from '../firmware';
import type { DeviceSettings } from './settings';

/**
 * Checks whether the app next to the config would read these partitions: warnings and notes; none without an app.
 * Errors: those of checkFirmware, all at once, followed by the notes that explain them.
 */
export function checkForFirmware(
  { config, loaded, firmware, readOnly }: DeviceSettings,
  items: readonly NvsItem[],
  {
    secureCert,
    isProduction,
  }: { readonly secureCert: Uint8Array | undefined; readonly isProduction: boolean },
): readonly Finding[] {
  if (firmware === undefined) return notChecked(config, loaded);
  const { partition, encryption, deviceInstanceInfo, storage, commissioning: setup } = config;
  const { label, size } = partition;
  const { vendorId, productId } = deviceInstanceInfo;
  const key = storage.ecdsaPeripheral === undefined ? 'partition' : 'ecdsa-peripheral';
  const commissioning = storage.commissioning === 'secure-cert';
  const checked = checkFirmware(firmware, {
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
  const findings = isProduction ? checked.map(strict) : checked;
  const errors = explainedErrors(firmware, findings);
  if (errors.length > 0) throw new FactoryError(errors);
  return findings;
}

/** A product is not made for a firmware that is only guessed. */
function strict(finding: Finding): Finding {
  return finding.code === 'firmware.build-unresolved' ? { ...finding, severity: 'error' } : finding;
}

/**
 * A config that names a partition or a firmware means an app; flags and a config without one may be for any.
 * Errors: firmware.not-checked for a project that is none.
 */
function notChecked({ partition, firmware }: DeviceSettings['config'], loaded: LoadedConfig): Finding[] {
  if (loaded.files.length === 0) return [];
  const { project } = namedFirmware(firmware, loaded);
  const { label, size } = partition;
  if (firmware === undefined && label === undefined && size === undefined) return [];
  const { file = '' } = loaded.where([]);
  const folder = project ?? /^(.*)[\\/]/.exec(file)?.[1] ?? '.';
  if (project !== undefined)
    throw firmwareErrors.error('firmware.not-checked', { folder }, loaded.where(['firmware', 'project']));
  const where = loaded.where([firmware === undefined ? 'partition' : 'firmware']);
  return [firmwareErrors.finding('firmware.not-checked', { folder }, where, 'warning')];
}
