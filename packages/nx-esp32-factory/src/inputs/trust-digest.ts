import { type Certificate, sha256 } from 'nvs-core';
import { toHex, utf8 } from 'nvs-core/bytes';

/**
 * `sha256:` and the digest of a set of certificates, whatever their files are called, in PEM or DER, once or twice: of a line
 * with the SHA-256 of each DER, sorted (`sha256sum *.der | cut -c-64 | sort -u | sha256sum`).
 */
export function trustDigest(certificates: readonly Certificate[]): string {
  const lines = new Set(certificates.map(({ der }) => `${toHex(sha256(der))}\n`));
  return `sha256:${toHex(sha256(utf8([...lines].sort().join(''))))}`;
}
