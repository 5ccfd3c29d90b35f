/** Items from the caller -> records as they are on flash, with a finding for every broken rule. */
import { utf8Length } from '../bytes/text';
import type { Finding, Where } from '../errors/factory-error';
import { formatWhere } from '../errors/format';
import { nvsErrors } from '../errors/nvs';
import {
  BLOB_MAX_LENGTH,
  FLOAT_LENGTH,
  integerRange,
  isFloatType,
  isIntegerType,
  KEY_MAX_LENGTH,
  NAMESPACES_MAX,
  type NvsVersion,
  STRING_MAX_LENGTH,
} from './layout';
import type { NvsEntry, NvsItem } from './values';

const { finding } = nvsErrors;

/** A valid item. */
export interface NvsRecord {
  readonly type: NvsEntry['type'] | 'namespace';
  /** Empty for the record that defines a namespace. */
  readonly namespace: string;
  readonly namespaceIndex: number;
  readonly key: string;
  readonly value: NvsEntry['value'];
  /** Bytes of the value on flash, including the NUL of a string. */
  readonly length: number;
  readonly where: Where;
}

interface OpenNamespace {
  readonly index: number;
  /** Keys of the namespace, each with its source location. */
  readonly keys: Map<string, Where>;
}

const NOWHERE: Where = {};

/** The records of `items` in their order; a namespace without its own row is opened at its first use. */
export function toRecords(
  items: readonly NvsItem[],
  version: NvsVersion,
): { records: NvsRecord[]; findings: Finding[] } {
  const records: NvsRecord[] = [];
  const findings: Finding[] = [];
  const namespaces = new Map<string, OpenNamespace>();

  const open = (namespace: string, where: Where): OpenNamespace => {
    const known = namespaces.get(namespace);
    if (known !== undefined) return known;
    const index = namespaces.size + 1;
    const opened = { index, keys: new Map<string, Where>() };
    namespaces.set(namespace, opened);
    const before = findings.length;
    checkKey(namespace, 'namespace', where, findings);
    if (index === NAMESPACES_MAX + 1) {
      findings.push(finding('nvs.too-many-namespaces', { namespace }, where));
    }
    if (findings.length === before && index <= NAMESPACES_MAX) {
      const named = { namespace: '', namespaceIndex: 0, key: namespace, value: index, length: 1, where };
      records.push({ type: 'namespace', ...named });
    }
    return opened;
  };

  for (const item of items) {
    const where = item.where ?? NOWHERE;
    if (item.type === 'namespace') {
      open(item.namespace, where);
      continue;
    }
    const { type, namespace, key, value } = item;
    if (namespace === '') {
      findings.push(finding('nvs.namespace-missing', { key }, where));
      continue;
    }
    const { index: namespaceIndex, keys } = open(namespace, where);
    const before = findings.length;
    checkKey(key, 'key', where, findings);
    const length = checkedLength(item, version, where, findings);
    const first = keys.get(key);
    if (first === undefined) keys.set(key, where);
    else findings.push(duplicate(item, first, where));
    if (findings.length > before) continue;
    records.push({ type, namespace, namespaceIndex, key, value, length, where });
  }
  return { records, findings };
}

function duplicate({ namespace, key }: NvsEntry, first: Where, where: Where): Finding {
  return finding('nvs.key-duplicate', { namespace, key, first: formatWhere(first) }, where);
}

function checkKey(key: string, what: 'key' | 'namespace', where: Where, findings: Finding[]): void {
  const length = utf8Length(key);
  if (key === '') findings.push(finding('nvs.key-empty', { what }, where));
  else if (!isText(key)) findings.push(finding('nvs.key-not-text', { what, key }, where));
  else if (length > KEY_MAX_LENGTH) {
    findings.push(finding('nvs.key-too-long', { what, key, length }, where));
  }
}

/** Length of the value on flash. */
function checkedLength(item: NvsEntry, version: NvsVersion, where: Where, findings: Finding[]): number {
  const { key, type, value } = item;
  if (type === 'string') {
    const length = utf8Length(value) + 1;
    if (!isText(value)) findings.push(finding('nvs.string-not-text', { key }, where));
    else if (length > STRING_MAX_LENGTH) {
      findings.push(finding('nvs.string-too-long', { key, length }, where));
    }
    return length;
  }
  if (type === 'blob') {
    const { length } = value;
    if (length > BLOB_MAX_LENGTH[version]) {
      findings.push(finding('nvs.blob-too-long', { key, length, version }, where));
    }
    return length;
  }
  if (isFloatType(type)) {
    if (typeof value !== 'number') findings.push(finding('nvs.value-not-number', { key, type }, where));
    else if (type === 'float' && Number.isFinite(value) && !Number.isFinite(Math.fround(value)))
      findings.push(finding('nvs.value-out-of-range', { key, type }, where));
    return FLOAT_LENGTH[type];
  }
  if (!isIntegerType(type)) {
    findings.push(finding('nvs.type-unknown', { key, type }, where));
    return 0;
  }
  const { min, max, bits } = integerRange(type);
  if (bits === 64 ? typeof value !== 'bigint' : !Number.isInteger(value)) {
    findings.push(finding('nvs.value-not-integer', { key, type }, where));
  } else if (value < min || value > max) {
    findings.push(finding('nvs.value-out-of-range', { key, type }, where));
  }
  return bits / 8;
}

/** NUL ends a string on the device, and a lone surrogate has no UTF-8. */
function isText(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}
