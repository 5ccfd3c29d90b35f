/** Compares the image with the config, key by key. */
import {
  describeFactoryKey,
  encodeFactoryData,
  FACTORY_NAMESPACE,
  FactoryError,
  type Finding,
  type NvsEntry,
  type NvsValue,
  type Where,
} from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import type { LoadedConfig, Random } from '../../config';
import {
  configPathOf,
  type DeviceValues,
  extraEntriesOf,
  factoryDataOf,
  isDynamicPasscode,
  isGenerated,
  nvsDataOf,
  readCredentials,
} from '../../device';
import { verifyErrors } from '../../errors';
import type { Subject } from '../subject';

/**
 * All differences between image and config; random values and an issued DAC are taken from the image. Includes the
 * findings of the config's own credentials.
 */
export function checkConfig(subject: Subject): Finding[] {
  const { inputs, contents, image } = subject;
  if (inputs === undefined || contents.nvs === undefined) return [];
  const { loaded } = inputs;
  let expected: readonly NvsEntry[];
  try {
    expected = expectedEntries(subject);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return [...error.findings];
  }
  const actual = new Map(contents.nvs.decoded.entries.map((entry) => [nameOf(entry), entry]));
  const expectedNames = new Set(expected.map(nameOf));
  return [
    ...expected.flatMap((entry) => {
      const where = locationOf(entry, loaded);
      const found = actual.get(nameOf(entry));
      if (found === undefined)
        return [verifyErrors.finding('verify.value-missing', { key: displayName(entry) }, where)];
      if (isEqual(found, entry)) return [];
      const params = { key: displayName(entry), ...shownBoth(entry, found) };
      return [verifyErrors.finding('verify.value-differs', params, where)];
    }),
    ...[...actual.values()]
      .filter((entry) => !expectedNames.has(nameOf(entry)))
      .map((entry) =>
        verifyErrors.finding(
          'verify.value-unexpected',
          { key: displayName(entry) },
          { file: image.name, field: entry.key, offset: entry.offset },
        ),
      ),
  ];
}

function expectedEntries({ inputs, device, contents }: Subject): NvsEntry[] {
  if (inputs === undefined) return [];
  const { config, loaded } = inputs;
  const { commissioning, deviceInstanceInfo } = config;
  const { discriminator, salt, verifier } = device.commissioning;
  const { serialNumber, rotatingDeviceIdUniqueId } = device.info;
  const chosen = <T>(value: T | Random, generated: T): T => (isGenerated(value) ? generated : value);
  const isDynamic = isDynamicPasscode(commissioning.passcode);
  const values: DeviceValues = {
    passcode: undefined,
    discriminator: chosen<number>(commissioning.discriminator, discriminator ?? 0),
    salt: commissioning.salt ?? (isDynamic ? undefined : salt),
    verifier: commissioning.verifier ?? (isDynamic ? undefined : verifier),
    serialNumber: chosen<string | undefined>(deviceInstanceInfo.serialNumber, serialNumber),
    rotatingDeviceIdUniqueId: chosen<Uint8Array | undefined>(
      deviceInstanceInfo.rotatingDeviceIdUniqueId,
      rotatingDeviceIdUniqueId,
    ),
  };
  const credentials = readCredentials(config, loaded);
  const isIssued = config.attestation?.dac !== undefined && 'issue' in config.attestation.dac;
  const data = factoryDataOf(
    config,
    loaded.written,
    values,
    isIssued && device.dac !== undefined
      ? { ...credentials, dac: device.dac, dacKey: device.dacKey }
      : credentials,
  );
  const { items } = encodeFactoryData(nvsDataOf(data, config.storage));
  const entries = items.filter((item): item is NvsEntry => item.type !== 'namespace');
  // If the key of an issued DAC cannot be read, its entries are accepted as they are.
  const kept =
    isIssued && device.dacKey === undefined
      ? (contents.nvs?.decoded.entries ?? []).filter(({ key }) => /^dac-/.test(key))
      : [];
  return [...entries, ...kept, ...extraEntriesOf(config, loaded)];
}

function nameOf({ namespace, key }: { readonly namespace: string; readonly key: string }): string {
  return `${namespace}\0${key}`;
}

function displayName({ namespace, key }: { readonly namespace: string; readonly key: string }): string {
  return namespace === FACTORY_NAMESPACE ? key : `${namespace}/${key}`;
}

function isEqual(a: NvsValue, b: NvsValue): boolean {
  if (a.type !== b.type) return false;
  return a.type === 'blob' && b.type === 'blob'
    ? Buffer.compare(a.value, b.value) === 0
    : Object.is(a.value, b.value);
}

const LONGEST_SHOWN = 32;

/** Both values, unless they are secrets of the device or of the app. */
function shownBoth(config: NvsEntry, image: NvsValue): { image: string; config: string } {
  const isPublic = config.namespace === FACTORY_NAMESPACE && describeFactoryKey(config.key)?.secret === false;
  const isLong = [config, image].some((value) => value.type === 'blob' && value.value.length > LONGEST_SHOWN);
  return isPublic && !isLong ? { image: shown(image), config: shown(config) } : { image: '', config: '' };
}

function shown({ type, value }: NvsValue): string {
  const text = type === 'blob' ? toHex(value) : type === 'string' ? JSON.stringify(value) : String(value);
  return type === 'string' || type === 'blob' ? text : `${text} (${type})`;
}

/** The line of the config that sets a key. */
function locationOf({ where, namespace }: NvsEntry, loaded: LoadedConfig): Where {
  if (namespace !== FACTORY_NAMESPACE) return where ?? {};
  return loaded.where(configPathOf(where?.field ?? ''));
}
