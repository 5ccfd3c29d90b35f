import { describeFactoryKey, FACTORY_NAMESPACE, type NvsTypeName } from 'nvs-core';

/** Key names that suggest a secret of an app. */
const SECRET_NAME = /key|pass|pwd|pswd|pin|psk|priv|secret|token|salt|seed|cred|auth|hmac|verif|cert/i;

/**
 * Whether a value is shown only on request: for factory data according to its table; for an app's own keys, every blob
 * and string (which may be a Wi-Fi password), and numbers with a name that suggests a secret.
 */
export function isSecret(namespace: string, key: string, type: NvsTypeName | 'blob'): boolean {
  if (namespace === FACTORY_NAMESPACE) {
    const known = describeFactoryKey(key);
    if (known !== undefined) return known.secret;
  }
  return type === 'string' || type.startsWith('blob') || SECRET_NAME.test(key);
}
