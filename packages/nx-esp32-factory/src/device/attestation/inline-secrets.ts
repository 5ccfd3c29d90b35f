import type { Finding } from 'nvs-core';
import { inlineSecrets, type LoadedConfig } from '../../config';
import { factoryErrors } from '../../errors';

/**
 * Inline secrets of a production config: an error each, or a warning for the flags of the Matter SDK's script (-p,
 * --rd-id-uid).
 */
export function checkInlineSecrets(
  loaded: LoadedConfig,
  options: { readonly fromCommandLine: boolean },
): Finding[] {
  return inlineSecrets(loaded.config).map((field) => {
    const where = loaded.where(field.split('.'));
    return options.fromCommandLine
      ? factoryErrors.finding('factory.secret-on-command-line', { field }, where, 'warning')
      : factoryErrors.finding('factory.inline-secret', { field, env: environmentName(field) }, where);
  });
}

/** "attestation.dac.key" to "DAC_KEY". */
function environmentName(field: string): string {
  return field
    .split('.')
    .slice(1)
    .join('_')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase();
}
