import { describeFactoryKey, FACTORY_NAMESPACE, type NvsTypeName } from 'nvs-core';

/** Names under which an app keeps what nobody should see. */
const SECRET_NAME = /key|pass|pwd|pswd|pin|psk|priv|secret|token|salt|seed|cred|auth|hmac|verif|cert/i;

/**
 * Whether a value must not be shown unless somebody asks: of the factory data what the table says, of an app's own
 * keys every blob and string (a Wi-Fi password has no mark), and the numbers whose name sounds secret.
 */
export function isSecret(namespace: string, key: string, type: NvsTypeName | 'blob'): boolean {
  if (namespace === FACTORY_NAMESPACE) {
    const known = describeFactoryKey(key);
    if (known !== undefined) return known.secret;
  }
  return type === 'string' || type.startsWith('blob') || SECRET_NAME.test(key);
}
