/** The image against what the config gives, key by key. */
import {
  describeFactoryKey,
  encodeFactoryData,
  FACTORY_NAMESPACE,
  FactoryError,
  type Finding,
  type NvsEntry,
  type NvsValue,
  toHex,
  type Where,
} from 'nvs-core';
import type { LoadedConfig } from '../../config';
import { extraEntriesOf, factoryDataOf, nvsDataOf, readCredentials } from '../../device';
import { verifyErrors } from '../../errors';
import type { Subject } from '../subject';

/**
 * What the image has otherwise than the config; what the config leaves to chance, or to the issuing of a DAC, is taken
 * from the image. Findings of the config's own credentials come with them.
 */
export async function checkConfig(subject: Subject): Promise<Finding[]> {
  const { request, contents, image } = subject;
  if (request === undefined || contents.nvs === undefined) return [];
  const { loaded } = request;
  let expected: readonly NvsEntry[];
  try {
    expected = await expectedEntries(subject);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return [...error.findings];
  }
  const is = new Map(contents.nvs.decoded.entries.map((entry) => [nameOf(entry), entry]));
  const wanted = new Set(expected.map(nameOf));
  return [
    ...expected.flatMap((entry) => {
      const where = placeOf(entry, loaded);
      const found = is.get(nameOf(entry));
      if (found === undefined)
        return [verifyErrors.finding('verify.value-missing', { key: said(entry) }, where)];
      if (isEqual(found, entry)) return [];
      const params = { key: said(entry), ...shownBoth(entry, found) };
      return [verifyErrors.finding('verify.value-differs', params, where)];
    }),
    ...[...is.values()]
      .filter((entry) => !wanted.has(nameOf(entry)))
      .map((entry) =>
        verifyErrors.finding(
          'verify.value-unexpected',
          { key: said(entry) },
          { file: image.name, field: entry.key, offset: entry.offset },
        ),
      ),
  ];
}

async function expectedEntries({ request, device, contents }: Subject): Promise<NvsEntry[]> {
  if (request === undefined) return [];
  const { config, loaded } = request;
  const { commissioning, deviceInstanceInfo: info } = config;
  const { commissionable } = device;
  const isDynamic = typeof commissioning.passcode === 'object' && 'dynamic' in commissioning.passcode;
  const given = <T>(value: T | { readonly random: true }, drawn: T): T =>
    typeof value === 'object' && value !== null && 'random' in value ? drawn : value;
  const verifier = commissioning.verifier ?? (isDynamic ? undefined : commissionable.verifier);
  const values = {
    passcode: undefined,
    discriminator: given<number>(commissioning.discriminator, commissionable.discriminator ?? 0),
    salt: commissioning.salt ?? commissionable.salt,
    verifier,
    serialNumber: given<string | undefined>(info.serialNumber, device.info.serialNumber),
    rotatingIdUniqueId: given<Uint8Array | undefined>(
      info.rotatingDeviceIdUniqueId,
      device.info.rotatingIdUniqueId,
    ),
  };
  const credentials = await readCredentials(config, loaded);
  const isIssued = config.attestation?.dac !== undefined && 'issue' in config.attestation.dac;
  const data = factoryDataOf(
    config,
    values,
    isIssued && device.dac !== undefined
      ? { ...credentials, dac: device.dac, dacKey: device.dacKey }
      : credentials,
  );
  const items = encodeFactoryData(nvsDataOf(data, config.storage));
  const entries = items.filter((item): item is NvsEntry => item.type !== 'namespace');
  // An issued DAC whose key cannot be read leaves its keys as they are.
  const kept =
    isIssued && device.dacKey === undefined
      ? (contents.nvs?.decoded.entries ?? []).filter(({ key }) => /^dac-/.test(key))
      : [];
  return [...entries, ...kept, ...extraEntriesOf(config, loaded)];
}

function nameOf({ namespace, key }: { readonly namespace: string; readonly key: string }): string {
  return `${namespace}\0${key}`;
}

function said({ namespace, key }: { readonly namespace: string; readonly key: string }): string {
  return namespace === FACTORY_NAMESPACE ? key : `${namespace}/${key}`;
}

function isEqual(a: NvsValue, b: NvsValue): boolean {
  if (a.type !== b.type) return false;
  return a.type === 'blob' && b.type === 'blob'
    ? Buffer.compare(a.value, b.value) === 0
    : a.value === b.value;
}

const LONGEST_SHOWN = 32;

/** Both values, where they are no secret of the device or of the app. */
function shownBoth(config: NvsEntry, image: NvsValue): { image: string; config: string } {
  const isOpen = config.namespace === FACTORY_NAMESPACE && describeFactoryKey(config.key)?.secret === false;
  const isLong = [config, image].some((value) => value.type === 'blob' && value.value.length > LONGEST_SHOWN);
  return isOpen && !isLong ? { image: shown(image), config: shown(config) } : { image: '', config: '' };
}

function shown({ type, value }: NvsValue): string {
  const text = type === 'blob' ? toHex(value) : type === 'string' ? JSON.stringify(value) : String(value);
  return type === 'string' || type === 'blob' ? text : `${text} (${type})`;
}

const SECTIONS: Readonly<Record<string, string>> = {
  commissionable: 'commissioning',
  configuration: 'commissioning',
  deviceInstance: 'deviceInstanceInfo',
};
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'attestation.dac': ['attestation', 'dac', 'certificate'],
  'attestation.dacKey': ['attestation', 'dac', 'key'],
  'attestation.dacPublicKey': ['attestation', 'dac', 'key'],
  'attestation.pai': ['attestation', 'pai', 'certificate'],
  'deviceInstance.rotatingIdUniqueId': ['deviceInstanceInfo', 'rotatingDeviceIdUniqueId'],
};

/** The line of the config that gives a key. */
function placeOf({ where, namespace }: NvsEntry, loaded: LoadedConfig): Where {
  const field = where?.field ?? '';
  if (namespace !== FACTORY_NAMESPACE) return where ?? {};
  const [section = '', ...rest] = field.split(/[.[\]]+/).filter((part) => part !== '');
  const path = FIELDS[field] ?? [
    SECTIONS[section] ?? section,
    ...rest.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  ];
  return loaded.where(path);
}
