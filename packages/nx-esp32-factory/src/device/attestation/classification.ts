import { type Classification, classifyCredentials } from 'nvs-core';
import { formatWhere } from 'nvs-core/errors';
import type { LoadedConfig, Path } from '../../config';
import type { DeviceInputs } from '../../inputs';
import type { Credentials } from './credentials';

export type { Classification };

/** Development or production, which decides what may be cached and shown, and how severe a finding is. */
export function classify(
  { config, loaded, ownCdSigners }: DeviceInputs,
  { dac, pai, cd }: Credentials,
): Classification {
  const { vendorId } = config.deviceInstanceInfo;
  return classifyCredentials({
    vendorIds: vendorId === undefined ? [] : [vendorId],
    dac,
    pai,
    cd,
    ownCdSigners,
    sources: {
      configuration: formatWhere(loaded.where(['deviceInstanceInfo', 'vendorId'])),
      dac: sourceOf(loaded, ['attestation', 'dac', 'certificate']),
      pai: sourceOf(loaded, ['attestation', 'pai', 'certificate']),
      cd: sourceOf(loaded, ['attestation', 'certificationDeclaration']),
    },
  });
}

/** Whether there is anything to attest the device with. */
export function hasCredentials({ dac, pai, cd }: Credentials): boolean {
  return dac !== undefined || pai !== undefined || cd !== undefined;
}

/** The file that a field refers to, from the folder of the config, or the field itself. */
function sourceOf({ references, where, absolute }: LoadedConfig, path: Path): string {
  const field = path.join('.');
  const file = references.find((reference) => reference.kind === 'file' && reference.field === field);
  if (file?.kind !== 'file') return formatWhere(where(path));
  const folder = absolute(path, '.');
  const isInside = file.path.startsWith(folder) && /^[\\/]/.test(file.path.slice(folder.length));
  return (isInside ? file.path.slice(folder.length + 1) : file.path).replaceAll('\\', '/');
}
