import type { Finding } from 'nvs-core';
import { configErrors } from '../errors';
import { formatPath, type Path } from './document';
import { parseInteger } from './values/integer';
import { isRecord, type JsonRecord } from './values/record';

/** A finding with the path of the value that it is about. */
export interface Placed {
  readonly path: Path;
  readonly finding: Finding;
}

const WRITABLE_SIZE = 0x3000n;

/**
 * What holds between fields. The document is judged as it is written, valid or not, so that one run reports
 * everything; a part of the wrong type is the schema's to report.
 */
export function checkRules(document: unknown): Placed[] {
  const root = section(document);
  return [
    ...commissioning(section(root.commissioning)),
    ...attestation(section(root.attestation)),
    ...partition(section(root.partition)),
    ...extraKeys(section(root.nvs).extra),
    ...flashEncryption(section(root.flashEncryption)),
    ...storage(root),
  ];
}

function section(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

function needs(path: Path, other: Path): Placed {
  const params = { what: quoted(path), needs: quoted(other) };
  return { path, finding: configErrors.finding('config.needs', params) };
}

function conflict(path: Path, other: Path, why: string): Placed {
  const params = { what: quoted(path), other: quoted(other), why };
  return { path, finding: configErrors.finding('config.conflict', params) };
}

function quoted(path: Path): string {
  return `"${formatPath(path)}"`;
}

function commissioning(given: JsonRecord): Placed[] {
  return [...codes(given), ...verifierOf(given)];
}

function codes({ passcode, qrCode, nfcTag }: JsonRecord): Placed[] {
  if (!isRecord(passcode) || passcode.dynamic !== true) return [];
  const why = 'there are no codes: firmware with a dynamic passcode makes its own';
  const wanted = [
    ...(section(qrCode).serialNumber === true ? [['qrCode', 'serialNumber']] : []),
    ...(nfcTag === true ? [['nfcTag']] : []),
  ];
  return wanted.map((path) => conflict(['commissioning', ...path], ['commissioning', 'passcode'], why));
}

function verifierOf({ passcode, salt, verifier }: JsonRecord): Placed[] {
  if (verifier === undefined) return [];
  const at = ['commissioning', 'verifier'];
  const to = ['commissioning', 'passcode'];
  const found = salt === undefined ? [needs(at, ['commissioning', 'salt'])] : [];
  if (isRecord(passcode) && passcode.dynamic === true) {
    return [...found, conflict(at, to, 'firmware with a dynamic passcode makes its own verifier')];
  }
  if (isRecord(passcode) && passcode.random === true) {
    return [...found, conflict(at, to, 'a verifier belongs to one passcode')];
  }
  return passcode === undefined ? [...found, needs(at, to)] : found;
}

function attestation({ dac, pai }: JsonRecord): Placed[] {
  const [dacPath, paiPath] = [
    ['attestation', 'dac'],
    ['attestation', 'pai'],
  ];
  const { key, signer } = section(pai);
  const issues = isRecord(dac) && Object.hasOwn(dac, 'issue');
  const why = 'a given DAC needs no signature of its issuer';
  return [
    ...(dac !== undefined && pai === undefined ? [needs(dacPath, paiPath)] : []),
    ...(pai !== undefined && dac === undefined ? [needs(paiPath, dacPath)] : []),
    ...(issues && pai !== undefined && key === undefined && signer === undefined
      ? [needs([...dacPath, 'issue'], [...paiPath, 'key'])]
      : []),
    ...(key !== undefined && signer !== undefined
      ? [conflict([...paiPath, 'signer'], [...paiPath, 'key'], 'one of them signs')]
      : []),
    ...(isRecord(dac) && !issues
      ? Object.entries({ key, signer }).flatMap(([field, value]) =>
          value === undefined ? [] : [conflict([...paiPath, field], [...dacPath, 'certificate'], why)],
        )
      : []),
  ];
}

function partition({ size, readOnly }: JsonRecord): Placed[] {
  if (size === undefined || readOnly === true) return [];
  const bytes = integerOf(size);
  if (bytes === undefined || bytes <= 0n || bytes % 4096n !== 0n || bytes >= WRITABLE_SIZE) return [];
  const finding = configErrors.finding('config.read-only-needed', { size: Number(bytes) });
  return [{ path: ['partition', 'size'], finding }];
}

function flashEncryption({ mode, key }: JsonRecord): Placed[] {
  const [modePath, keyPath] = [
    ['flashEncryption', 'mode'],
    ['flashEncryption', 'key'],
  ];
  if (isRecord(key) && key.generate === true) {
    const generate = [...keyPath, 'generate'];
    return [conflict(generate, modePath, 'the device has its key already, and encrypts with no other')];
  }
  if (mode === 'host') return key === undefined ? [needs(modePath, keyPath)] : [];
  return key === undefined ? [] : [conflict(keyPath, modePath, 'only a host that encrypts needs the key')];
}

function storage(root: JsonRecord): Placed[] {
  const places = section(root.storage);
  const { rotatingDeviceIdUniqueId } = section(root.deviceInstanceInfo);
  const { passcode } = section(root.commissioning);
  const isDynamic = isRecord(passcode) && passcode.dynamic === true;
  const moved = places.attestation === 'secure-cert';
  const at = (key: string) => ['storage', key];
  const secureCertOnly = (key: string) =>
    places[key] === undefined || moved ? [] : [needsValue(at(key), at('attestation'), 'secure-cert')];
  return [
    ...(moved && section(root.attestation).dac === undefined
      ? [needs(at('attestation'), ['attestation', 'dac'])]
      : []),
    ...(places.commissioning === 'secure-cert' && isDynamic
      ? [
          conflict(
            at('commissioning'),
            ['commissioning', 'passcode'],
            'a verifier moves with the others, and firmware with a dynamic passcode makes its own',
          ),
        ]
      : []),
    ...(places.commissioning === 'secure-cert' ? secureCertOnly('commissioning') : []),
    ...(places.commissioning === 'secure-cert' && rotatingDeviceIdUniqueId === undefined
      ? [needs(at('commissioning'), ['deviceInstanceInfo', 'rotatingDeviceIdUniqueId'])]
      : []),
    ...secureCertOnly('ecdsaPeripheral'),
    ...secureCertOnly('secureCert'),
  ];
}

function needsValue(path: Path, other: Path, value: string): Placed {
  const params = { what: quoted(path), needs: `${quoted(other)}: "${value}"` };
  return { path, finding: configErrors.finding('config.needs', params) };
}

/** Which of two entries with one key the device keeps depends on the layout of the pages. */
function extraKeys(extra: unknown): Placed[] {
  if (!Array.isArray(extra)) return [];
  const seen = new Map<string, number>();
  return extra.flatMap((entry, index): Placed[] => {
    const { namespace, key } = section(entry);
    if (typeof namespace !== 'string' || typeof key !== 'string') return [];
    const id = JSON.stringify([namespace, key]);
    const first = seen.get(id);
    if (first === undefined) {
      seen.set(id, index);
      return [];
    }
    const params = { what: 'this key', first: formatPath(['nvs', 'extra', first]) };
    return [{ path: ['nvs', 'extra', index], finding: configErrors.finding('config.duplicate', params) }];
  });
}

function integerOf(value: unknown): bigint | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  try {
    return parseInteger(value, 'the value');
  } catch {
    return undefined;
  }
}
