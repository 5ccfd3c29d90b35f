/** What factory data must keep, for the firmware to read it and for Matter to allow it. */
import { isP256Point, isP256Scalar, p256MultiplyBase } from '../crypto/p256';
import { factoryDataErrors as errors } from '../errors/factory-data';
import { type Finding, locate } from '../errors/factory-error';
import type { DeviceInfoData, FactoryData } from './data';
import { FACTORY_FIELDS } from './fields';
import { type FactoryItem, factoryItems } from './items';
import { ENDPOINT, LIST_KEY_MAX_LENGTH, LIST_KEYS, listKey } from './keys';

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
  const items = factoryItems(data);
  return [
    ...items.flatMap(itemFindings),
    ...keyPairFindings(data.attestation),
    ...appearanceFindings(data.deviceInstanceInfo),
    ...companionFindings(items),
    ...duplicates(items),
    ...(data.deviceInfo === undefined ? [] : listFindings(data.deviceInfo)),
  ];
}

function itemFindings({ key, path, label, kind, value, list }: FactoryItem): PlacedFinding[] {
  const found: PlacedFinding[] = [];
  const report = (finding: Finding) => found.push({ finding, path, key });
  kind.check(value, label, report);
  if (list !== undefined && key.length > LIST_KEY_MAX_LENGTH)
    report(errors.finding('factory-data.key-too-long', { key, length: key.length }));
  return found;
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

/** ProductAppearance is read finish first; without one the firmware reports no colour either. */
function appearanceFindings(info: FactoryData['deviceInstanceInfo']): PlacedFinding[] {
  if (info?.productColor === undefined || info.productFinish !== undefined) return [];
  const finding = errors.finding('factory-data.finish-missing', {});
  return [{ finding, path: 'deviceInstanceInfo.productColor', key: 'product-color' }];
}

/** Fields that the firmware needs together. A salt and iterations without a verifier serve dynamic passcodes. */
function companionFindings(items: readonly FactoryItem[]): PlacedFinding[] {
  const known = new Set(items.map(({ key }) => key));
  return items.flatMap(({ key, label }) => {
    const { section, needs = [] } = FACTORY_FIELDS.find((field) => field.key === key) ?? {};
    return needs.flatMap((name): PlacedFinding[] => {
      const missing = FACTORY_FIELDS.find((field) => field.section === section && field.name === name);
      if (missing === undefined || known.has(missing.key)) return [];
      known.add(missing.key);
      const params = { present: label, missing: missing.label };
      const finding = errors.finding('factory-data.incomplete', params, {}, 'warning');
      return [{ finding, path: `${section}.${name}`, key: missing.key }];
    });
  });
}

/** Values that repeat those of another item of their list. */
function duplicates(items: readonly FactoryItem[]): PlacedFinding[] {
  const firsts = new Map<string, string>();
  return items.flatMap(({ key, path, label, value, list }) => {
    if (list?.unique !== true) return [];
    const id = JSON.stringify([key.slice(0, key.lastIndexOf('/')), value]);
    const first = firsts.get(id);
    if (first === undefined) {
      firsts.set(id, path);
      return [];
    }
    const finding = errors.finding('factory-data.duplicate', { what: label, first }, {}, 'warning');
    return [{ finding, path, key }];
  });
}

function listFindings({ fixedLabels = [], supportedModes = [] }: DeviceInfoData): PlacedFinding[] {
  const found: PlacedFinding[] = [];
  const lists = [
    ['fixedLabels', LIST_KEYS.fixedLabelCount, fixedLabels],
    ['supportedModes', LIST_KEYS.modeCount, supportedModes],
  ] as const;
  for (const [name, row, members] of lists) {
    members.forEach(({ endpoint }, index) => {
      const place = { path: `deviceInfo.${name}[${index}].endpoint`, key: listKey(row, [endpoint]) };
      ENDPOINT.check(endpoint, 'endpoint', (finding) => found.push({ finding, ...place }));
    });
  }
  return found;
}
