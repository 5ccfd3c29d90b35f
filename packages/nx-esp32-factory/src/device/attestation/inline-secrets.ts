import { FactoryError, type Finding } from 'nvs-core';
import { inlineSecrets, type LoadedConfig } from '../../config';
import { factoryErrors } from '../../errors';

/**
 * Secrets that stand in a production config itself: an error each. Those of the Matter SDK script's flags (-p,
 * --rd-id-uid) are only warned of. Errors: factory.literal-secret.
 */
export function checkLiterals(
  loaded: LoadedConfig,
  options: { readonly fromCommandLine: boolean },
): Finding[] {
  const findings = inlineSecrets(loaded.config).map((field) => {
    const where = loaded.where(field.split('.'));
    return options.fromCommandLine
      ? factoryErrors.finding('factory.secret-on-command-line', { field }, where, 'warning')
      : factoryErrors.finding('factory.literal-secret', { field, env: environmentName(field) }, where);
  });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new FactoryError(errors);
  return findings;
}

/** attestation.dac.key: DAC_KEY */
function environmentName(field: string): string {
  return field
    .split('.')
    .slice(1)
    .join('_')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase();
}
