/** What factory data must keep, for the firmware to read it and for Matter to allow it. */
import { isP256Point, isP256Scalar, p256MultiplyBase } from '../crypto';
import { factoryDataErrors as errors, type Finding, locate } from '../errors';
import type { DeviceInfoData, FactoryData } from './data';
import { byEndpoint, type FactoryItem, factoryItems } from './items';
import { FACTORY_FIELDS, LIST_KEY_MAX_LENGTH, LIST_KEYS, LIST_KINDS } from './keys';

/** A finding with the value's path in FactoryData and its key in the namespace. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly path: string;
  readonly key: string;
}

/**
 * All that is wrong or doubtful with factory data, errors and warnings; `where.field` is the path in it.
 * Codes: factory-data.*, commissioning.* for commissionable data.
 */
export function checkFactoryData(data: FactoryData): Finding[] {
  return placedFindings(data).map(({ finding, path }) => locate(finding, { field: path }));
}

/** The findings of checkFactoryData, each with both of its places. */
export function placedFindings(data: FactoryData): PlacedFinding[] {
  const found: PlacedFinding[] = [];
  for (const item of factoryItems(data)) {
    const place = (finding: Finding) => found.push({ finding, path: item.path, key: item.key });
    item.kind.check(item.value, item.label, place);
    const { length } = item.key;
    if (item.list && length > LIST_KEY_MAX_LENGTH) {
      place(errors.finding('factory-data.key-too-long', { key: item.key, length }));
    }
  }
  return [
    ...found,
    ...keyPairFindings(data.attestation),
    ...companionFindings(data),
    ...(data.deviceInfo === undefined ? [] : deviceInfoFindings(data.deviceInfo)),
  ];
}

function keyPairFindings(attestation: FactoryData['attestation']): PlacedFinding[] {
  const { dacKey, dacPublicKey } = attestation ?? {};
  if (dacKey === undefined || dacPublicKey === undefined) return [];
  // What is malformed by itself is reported by its own check.
  if (!isP256Scalar(dacKey) || !isP256Point(dacPublicKey)) return [];
  if (Buffer.compare(p256MultiplyBase(dacKey), dacPublicKey) === 0) return [];
  const finding = errors.finding('factory-data.key-pair-mismatch', {});
  return [{ finding, path: 'attestation.dacKey', key: 'dac-key' }];
}

/** Keys that the firmware needs together. A salt and iterations without a verifier serve dynamic passcodes. */
const COMPANIONS: readonly (readonly [present: string, missing: string])[] = [
  ['verifier', 'salt'],
  ['verifier', 'iteration-count'],
  ['salt', 'iteration-count'],
  ['iteration-count', 'salt'],
  ['dac-cert', 'dac-key'],
  ['dac-cert', 'pai-cert'],
  ['pai-cert', 'dac-cert'],
  ['dac-key', 'dac-cert'],
  ['dac-key', 'dac-pub-key'],
  ['dac-pub-key', 'dac-key'],
];

function companionFindings(data: FactoryData): PlacedFinding[] {
  const present = new Set(factoryItems(data).map(({ key }) => key));
  const absent = new Set<string>();
  return COMPANIONS.flatMap(([one, other]) => {
    if (!present.has(one) || present.has(other) || absent.has(other)) return [];
    absent.add(other);
    const params = { present: describe(one).label, missing: describe(other).label };
    const finding = errors.finding('factory-data.incomplete', params, {}, 'warning');
    return [{ finding, path: describe(other).path, key: other }];
  });
}

function describe(key: string): Pick<FactoryItem, 'label' | 'path'> {
  const found = FACTORY_FIELDS.find((candidate) => candidate.key === key);
  return { label: found?.label ?? key, path: found === undefined ? key : `${found.group}.${found.field}` };
}

/** The shape of a tag (RFC 5646, section 2.1), not its registry. */
const LANGUAGE_TAG = /^([A-Za-z]{2,8}|[xi])(-[A-Za-z0-9]{1,8})*$/;

function deviceInfoFindings({
  locales = [],
  fixedLabels = [],
  supportedModes = [],
}: DeviceInfoData): PlacedFinding[] {
  const found: PlacedFinding[] = [];
  const report = (finding: Finding, path: string, key: string) => found.push({ finding, path, key });

  locales.forEach((written, index) => {
    if (LANGUAGE_TAG.test(written) || written === '') return;
    const finding = errors.finding('factory-data.locale-unusual', { written }, {}, 'warning');
    report(finding, `deviceInfo.locales[${index}]`, LIST_KEYS.locale(index));
  });
  const placedLocales = locales.map((value, index) => ({
    value,
    path: `deviceInfo.locales[${index}]`,
    key: LIST_KEYS.locale(index),
  }));
  found.push(...duplicates('locale', placedLocales));

  for (const { endpoint, members } of byEndpoint(fixedLabels, 'deviceInfo.fixedLabels')) {
    found.push(...endpointFindings(endpoint, members, LIST_KEYS.fixedLabelCount(endpoint)));
    const placed = members.map(({ path, member }, index) => ({
      value: member.label,
      path: `${path}.label`,
      key: LIST_KEYS.fixedLabelName(endpoint, index),
    }));
    found.push(...duplicates("fixed label's name", placed));
  }

  const modes = byEndpoint(supportedModes, 'deviceInfo.supportedModes');
  for (const { endpoint, members } of modes) {
    found.push(...endpointFindings(endpoint, members, LIST_KEYS.modeCount(endpoint)));
    for (const [field, what, key] of [
      ['label', "mode's label", LIST_KEYS.modeLabel],
      ['mode', 'mode', LIST_KEYS.mode],
    ] as const) {
      const placed = members.map(({ path, member }, index) => ({
        value: member[field],
        path: `${path}.${field}`,
        key: key(endpoint, index),
      }));
      found.push(...duplicates(what, placed));
    }
  }
  const [first] = modes;
  if (first !== undefined) {
    const finding = errors.finding('factory-data.supported-modes-unreadable', {}, {}, 'warning');
    report(finding, 'deviceInfo.supportedModes', LIST_KEYS.modeCount(first.endpoint));
  }
  return found;
}

function endpointFindings(
  endpoint: number,
  members: readonly { readonly path: string }[],
  key: string,
): PlacedFinding[] {
  const found: PlacedFinding[] = [];
  for (const { path } of members) {
    LIST_KINDS.endpoint.check(endpoint, 'endpoint', (finding) =>
      found.push({ finding, path: `${path}.endpoint`, key }),
    );
  }
  return found;
}

interface Placed {
  readonly value: unknown;
  readonly path: string;
  readonly key: string;
}

function duplicates(what: string, placed: readonly Placed[]): PlacedFinding[] {
  const firsts = new Map<unknown, Placed>();
  return placed.flatMap((one) => {
    const first = firsts.get(one.value);
    if (first === undefined) {
      firsts.set(one.value, one);
      return [];
    }
    const finding = errors.finding('factory-data.duplicate', { what, first: first.path }, {}, 'warning');
    return [{ finding, path: one.path, key: one.key }];
  });
}
