import {
  assertKeyBelongs,
  type Certificate,
  FactoryError,
  type Finding,
  type ParsedCd,
  type PrivateKey,
  parseCertificate,
  parseCertificationDeclaration,
  parsePrivateKey,
} from 'nvs-core';
import type { LoadedConfig, Path, ResolvedFactoryConfig } from '../../config';

/** The parsed credentials of one device; each may be missing. */
export interface Credentials {
  readonly dac: Certificate | undefined;
  readonly dacKey: PrivateKey | undefined;
  readonly pai: Certificate | undefined;
  /** Certification Declaration. */
  readonly cd: ParsedCd | undefined;
  /** PEM of the DAC, where it and its key were made for this device. */
  readonly issuedDacPem?: string;
}

/**
 * Parses the credentials of a config, and checks that the key belongs to the DAC.
 * Errors, all at once: those of parseCertificate, parsePrivateKey, parseCertificationDeclaration and assertKeyBelongs.
 */
export function readCredentials(config: ResolvedFactoryConfig, loaded: LoadedConfig): Credentials {
  const { dac: given, pai, certificationDeclaration } = config.attestation ?? {};
  const findings: Finding[] = [];
  const attempt = <T, V>(value: V | undefined, path: Path, read: (value: V) => T): T | undefined => {
    if (value === undefined) return undefined;
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      findings.push(...error.at(loaded.where(path)).findings);
      return undefined;
    }
  };
  const own = given !== undefined && 'certificate' in given ? given : undefined;
  const dac = attempt(own?.certificate, ['attestation', 'dac', 'certificate'], parseCertificate);
  const dacKey = attempt(own?.key, ['attestation', 'dac', 'key'], ({ bytes, passphrase }) =>
    parsePrivateKey(bytes, passphrase === undefined ? {} : { passphrase }),
  );
  const credentials = {
    dac,
    dacKey:
      dac === undefined
        ? dacKey
        : attempt(dacKey, ['attestation', 'dac', 'key'], (key) => assertKeyBelongs(dac, key)),
    pai: attempt(pai?.certificate, ['attestation', 'pai', 'certificate'], parseCertificate),
    cd: attempt(
      certificationDeclaration,
      ['attestation', 'certificationDeclaration'],
      parseCertificationDeclaration,
    ),
  };
  if (findings.length > 0) {
    dacKey?.raw.fill(0);
    throw new FactoryError(findings);
  }
  return credentials;
}
