import { type AttestationFinding, checkAttestation, type Finding, type Where } from 'nvs-core';
import type { Path } from '../../config';
import { verifyErrors } from '../../errors';
import { displayPath } from '../../files';
import { idsOf, type Subject } from '../subject';

/** The findings of a commissioner about the credentials in the image; undefined if it has no chain to check. */
function checkCredentials(subject: Subject): readonly AttestationFinding[] | undefined {
  const { device, inputs, paas, cdSigners, revocation, at } = subject;
  const { dac, pai, cd, dacKey } = device;
  if (dac === undefined || pai === undefined) return undefined;
  const { firmware } = inputs ?? {};
  return checkAttestation({
    dac: dac.parsed,
    pai: pai.parsed,
    cd: cd?.parsed,
    dacKey,
    paaTrustStore: paas,
    cdSigners,
    revocation,
    ...idsOf(subject),
    firmware:
      firmware === undefined
        ? {}
        : {
            ...(firmware.vendorId.origin === 'default' ? {} : { vendorId: firmware.vendorId.value }),
            ...(firmware.productId.origin === 'default' ? {} : { productId: firmware.productId.value }),
          },
    at,
    places: credentialLocations(subject),
  }).findings;
}

/**
 * A failed check is an error here in development, too, because the device could not be paired, unless the config
 * explicitly makes it a warning.
 */
export function checkDeviceAttestation(subject: Subject): Finding[] {
  const { inputs, cdSigners } = subject;
  const isRelaxed = inputs?.config.attestation?.severity === 'warning';
  // Without a config or trusted signers, an unknown signer is only a warning.
  const isTrustUnknown = inputs === undefined && cdSigners.length === 0;
  const isWarning = ({ code, severity }: Finding) =>
    severity === 'error' && (isRelaxed || (isTrustUnknown && code === 'attestation.cd-signer-unknown'));
  return (checkCredentials(subject) ?? uncheckedIn(subject)).map((finding) =>
    isWarning(finding) ? { ...finding, severity: 'warning' } : finding,
  );
}

/** Credentials that cannot be checked without the others. */
function uncheckedIn({ device: { dac, pai, cd }, image }: Subject): Finding[] {
  const parts = Object.entries({ DAC: dac, PAI: pai, 'Certification Declaration': cd });
  const [found, missing] = [true, false].map((isThere) =>
    parts.flatMap(([name, one]) => ((one !== undefined) === isThere ? [name] : [])),
  );
  if (found === undefined || missing === undefined || found.length === 0) return [];
  return [
    verifyErrors.finding(
      'verify.attestation-not-checked',
      { found, missing },
      { file: image.name },
      'warning',
    ),
  ];
}

const NVS_KEYS = { dac: 'dac-cert', pai: 'pai-cert', cd: 'cert-dclrn' } as const;
const FIELDS = {
  dac: ['attestation', 'dac', 'certificate'],
  pai: ['attestation', 'pai', 'certificate'],
  cd: ['attestation', 'certificationDeclaration'],
} as const;

type Role = 'dac' | 'pai' | 'cd' | 'paa' | 'config' | 'revocation';

/** The source location of each credential, for people and for annotations: in the config, or else in the image. */
export function credentialLocations({
  inputs,
  contents,
  secureCert,
  image,
  revocation,
}: Subject): Readonly<Record<Role, Where>> {
  const inImage = (role: keyof typeof NVS_KEYS): Where => {
    const found = contents.credentials.find((credential) => credential.role === role);
    const other = secureCert?.contents.credentials.find((credential) => credential.role === role);
    if (other !== undefined) return { file: secureCert?.file.name ?? image.name, ...other.where };
    return { file: image.name, ...(found?.where ?? { field: NVS_KEYS[role] }) };
  };
  const locationOf = (role: keyof typeof NVS_KEYS): Where =>
    inputs === undefined ? inImage(role) : whereIn(inputs.loaded, FIELDS[role]);
  return {
    dac: locationOf('dac'),
    pai: locationOf('pai'),
    cd: locationOf('cd'),
    paa: inputs === undefined ? {} : whereIn(inputs.loaded, ['attestation', 'trust', 'paa']),
    revocation: revocation === undefined ? {} : { file: displayPath(revocation.path) },
    config: inputs === undefined ? { file: image.name } : whereIn(inputs.loaded, ['deviceInstanceInfo']),
  };
}

function whereIn(loaded: { where(path: Path): Where }, path: Path): Where {
  return loaded.where(path);
}
