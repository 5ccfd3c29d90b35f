import type { Finding } from 'nvs-core';
import { configErrors } from '../errors';
import type { Path } from './document';
import { isRecord } from './values/record';

interface NotBuilt {
  readonly path: Path;
  /** The value that is not built; any value if it is not given. */
  readonly value?: unknown;
  readonly what: string;
}

/** What the schema has already and nothing does yet: refused by name. Whoever builds a row deletes it. */
export const NOT_BUILT: readonly NotBuilt[] = [
  { path: ['encryption', 'scheme'], value: 'hmac', what: 'the HMAC scheme of NVS encryption' },
  { path: ['encryption', 'key', 'folder'], what: 'a folder with one NVS key per device' },
  { path: ['flashEncryption', 'mode'], value: 'host', what: 'flash encryption on the host' },
  { path: ['flashEncryption', 'key'], what: 'flash encryption on the host' },
  { path: ['storage', 'attestation'], value: 'secure-cert', what: 'attestation data in esp_secure_cert' },
  {
    path: ['storage', 'commissionable'],
    value: 'secure-cert',
    what: 'commissionable data in esp_secure_cert',
  },
  { path: ['storage', 'ecdsaPeripheral'], what: 'the ECDSA peripheral' },
  { path: ['storage', 'secureCert'], what: 'an esp_secure_cert partition' },
];

/** A finding for each part of the document that is not built yet. */
export function findNotBuilt(document: unknown): { path: Path; finding: Finding }[] {
  return NOT_BUILT.flatMap(({ path, value, what }) => {
    const found = path.reduce<unknown>(
      (node, key) => (isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined),
      document,
    );
    if (found === undefined || (value !== undefined && found !== value)) return [];
    return [{ path, finding: configErrors.finding('config.not-built-yet', { what }) }];
  });
}
