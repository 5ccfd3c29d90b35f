import { factoryDataErrors as errors } from '../errors/factory-data';
import { type Finding, locate } from '../errors/factory-error';
import type { NvsEntry } from '../nvs/values';
import { placedFindings } from './check';
import type { FactoryData } from './data';
import { FACTORY_FIELDS, type FactorySection } from './fields';
import { factoryItems } from './items';
import { KeyReader } from './key-reader';
import { describeFactoryKey, FACTORY_NAMESPACE } from './keys';
import { decodeFixedLabels, decodeLocales, decodeSupportedModes } from './lists';

/** Factory data as the firmware would find it, and all that it would not. */
export interface DecodedFactoryData {
  readonly data: FactoryData;
  /** Entries that are no part of `data`: of other namespaces, unknown, or unreadable for the firmware. */
  readonly extra: readonly NvsEntry[];
  /** `where.field` is the key; the rest of `where` is that of the entry. */
  readonly findings: readonly Finding[];
}

/**
 * The factory data of an image's entries; it never throws. Codes: factory-data.*, commissioning.*,
 * bytes.base64-invalid.
 */
export function decodeFactoryData(entries: readonly NvsEntry[]): DecodedFactoryData {
  const reader = new KeyReader(entries.filter(({ namespace }) => namespace === FACTORY_NAMESPACE));
  const sections: Partial<Record<FactorySection, Record<string, unknown>>> = {};
  const set = (section: FactorySection, name: string, value: unknown) => {
    if (value !== undefined) sections[section] = { ...sections[section], [name]: value };
  };

  for (const { key, section, name, label, kind } of FACTORY_FIELDS)
    set(section, name, reader.read<unknown>(key, kind, label));
  set('deviceInfo', 'locales', decodeLocales(reader));
  set('deviceInfo', 'fixedLabels', decodeFixedLabels(reader));
  set('deviceInfo', 'supportedModes', decodeSupportedModes(reader));

  // The table pairs each field with a kind of its type.
  const data = sections as FactoryData;
  const used = new Set(factoryItems(data).map(({ key }) => reader.entry(key)));
  const checks = placedFindings(data).map(({ finding, key }) =>
    locate(finding, { ...reader.entry(key)?.where, field: key }),
  );
  return {
    data,
    extra: entries.filter((entry) => !used.has(entry)),
    findings: [
      ...(reader.entries.length === 0
        ? [errors.finding('factory-data.namespace-missing', {}, {}, 'warning')]
        : []),
      ...reader.findings,
      ...checks,
      ...reader.untouched().map(unknownKeyFinding),
    ],
  };
}

function unknownKeyFinding({ key, where }: NvsEntry): Finding {
  const place = { ...where, field: key };
  const description = describeFactoryKey(key);
  if (key === 'pin-code') return errors.finding('factory-data.passcode-stored', { key }, place, 'warning');
  return description?.section === 'deviceInfo'
    ? errors.finding('factory-data.item-unreachable', { key }, place, 'warning')
    : errors.finding('factory-data.key-unknown', { key }, place, 'info');
}
