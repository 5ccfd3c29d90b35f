/** A product whose private key anyone with the board can read from its flash. */
import { chipOf, FACTORY_NAMESPACE, type Finding, type NvsItem } from 'nvs-core';
import { factoryErrors } from '../errors/factory';
import type { DeviceSettings } from './settings';

/**
 * Whether the private key of a product is in plain NVS: a warning (factory.production-plain), or a note where the config accepts it
 * (factory.plain-accepted).
 */
export function plainKeyFindings(
  { config, loaded, chip }: DeviceSettings,
  items: readonly NvsItem[],
): Finding[] {
  const isInNvs = items.some(
    (item) => item.type !== 'namespace' && item.namespace === FACTORY_NAMESPACE && item.key === 'dac-key',
  );
  if (!isInNvs || config.encryption.scheme !== 'none') return [];
  if (config.output.allowPlainProduction === true)
    return [
      factoryErrors.finding(
        'factory.plain-accepted',
        {},
        loaded.where(['output', 'allowPlainProduction']),
        'info',
      ),
    ];
  const { hmac = false, ecdsa = false } = chipOf(chip ?? '') ?? {};
  return [
    factoryErrors.finding(
      'factory.production-plain',
      { hmac, ecdsa },
      loaded.where(['attestation', 'dac', 'key']),
      'warning',
    ),
  ];
}
