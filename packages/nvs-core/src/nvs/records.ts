/** Items as the caller gives them -> records as they lie on flash, every broken rule reported. */
import { utf8, utf8Length } from '../bytes';
import { type Finding, formatWhere, nvsErrors, type Where } from '../errors';
import {
  BLOB_MAX_LENGTH,
  INTEGER_TYPES,
  integerRange,
  KEY_FIELD_LENGTH,
  KEY_MAX_LENGTH,
  NAMESPACES_MAX,
  type NvsIntegerType,
  type NvsVersion,
  STRING_MAX_LENGTH,
} from './layout';
import type { NvsEntry, NvsItem } from './values';

/** An item that keeps the rules: its place in the input, its namespace's index, its bytes. */
export interface NvsRecord {
  readonly type: NvsEntry['type'] | 'namespace';
  readonly namespace: string;
  readonly namespaceIndex: number;
  readonly key: string;
  readonly keyField: Uint8Array;
  /** Eight bytes of an integer, string with its NUL, blob. */
  readonly data: Uint8Array;
  readonly where: Where;
}

/** The records of `items` in their order; a namespace that was not opened by a row is opened where it is first used. */
export function toRecords(
  items: readonly NvsItem[],
  version: NvsVersion,
): { records: NvsRecord[]; findings: Finding[] } {
  const records: NvsRecord[] = [];
  const findings: Finding[] = [];
  const namespaces = new Map<string, number>();
  const seen = new Map<string, Where>();

  const open = (namespace: string, where: Where): number => {
    const known = namespaces.get(namespace);
    if (known !== undefined) return known;
    const index = namespaces.size + 1;
    namespaces.set(namespace, index);
    const broken = checkKey(namespace, 'namespace', where);
    if (index === NAMESPACES_MAX + 1) {
      broken.push(nvsErrors.finding('nvs.too-many-namespaces', { namespace }, where));
    }
    findings.push(...broken);
    if (broken.length === 0 && index <= NAMESPACES_MAX) {
      const data = integerField('u8', BigInt(index));
      const keyField = toKeyField(namespace);
      records.push({
        type: 'namespace',
        namespace: '',
        namespaceIndex: 0,
        key: namespace,
        keyField,
        data,
        where,
      });
    }
    return index;
  };

  for (const item of items) {
    const where = item.where ?? {};
    if (item.type === 'namespace') {
      open(item.namespace, where);
      continue;
    }
    if (item.namespace === '') {
      findings.push(nvsErrors.finding('nvs.namespace-missing', { key: item.key }, where));
      continue;
    }
    const namespaceIndex = open(item.namespace, where);
    const broken = [...checkKey(item.key, 'key', where), ...checkValue(item, version, where)];
    const name = `${namespaceIndex} ${item.key}`;
    const first = seen.get(name);
    if (first !== undefined) broken.push(duplicate(item, first, where));
    else seen.set(name, where);
    findings.push(...broken);
    if (broken.length > 0) continue;
    const { type, namespace, key } = item;
    records.push({
      type,
      namespace,
      namespaceIndex,
      key,
      keyField: toKeyField(key),
      data: bytesOf(item),
      where,
    });
  }
  return { records, findings };
}

function duplicate({ namespace, key }: NvsEntry, first: Where, where: Where): Finding {
  return nvsErrors.finding('nvs.key-duplicate', { namespace, key, first: formatWhere(first) }, where);
}

function checkKey(key: string, what: 'key' | 'namespace', where: Where): Finding[] {
  if (key === '') return [nvsErrors.finding('nvs.key-empty', { what }, where)];
  if (!isText(key)) return [nvsErrors.finding('nvs.key-not-text', { what, key }, where)];
  const length = utf8Length(key);
  if (length <= KEY_MAX_LENGTH) return [];
  return [nvsErrors.finding('nvs.key-too-long', { what, key, length }, where)];
}

function checkValue(item: NvsEntry, version: NvsVersion, where: Where): Finding[] {
  const { key } = item;
  if (item.type === 'string') {
    if (!isText(item.value)) return [nvsErrors.finding('nvs.string-not-text', { key }, where)];
    const length = utf8Length(item.value) + 1;
    if (length <= STRING_MAX_LENGTH) return [];
    return [nvsErrors.finding('nvs.string-too-long', { key, length }, where)];
  }
  if (item.type === 'blob') {
    const { length } = item.value;
    if (length <= BLOB_MAX_LENGTH[version]) return [];
    return [nvsErrors.finding('nvs.blob-too-long', { key, length, version }, where)];
  }
  if (!isIntegerType(item.type))
    return [nvsErrors.finding('nvs.type-unknown', { key, type: item.type }, where)];
  const { min, max, bits } = integerRange(item.type);
  const { type, value } = item;
  if (bits === 64 ? typeof value !== 'bigint' : !Number.isInteger(value)) {
    return [nvsErrors.finding('nvs.value-not-integer', { key, type }, where)];
  }
  if (value >= min && value <= max) return [];
  return [nvsErrors.finding('nvs.value-out-of-range', { key, type }, where)];
}

/** NUL ends a string on the device, and a lone surrogate has no UTF-8. */
function isText(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text);
}

export function isIntegerType(type: string): type is NvsIntegerType {
  return (INTEGER_TYPES as readonly string[]).includes(type);
}

function bytesOf(item: NvsEntry): Uint8Array {
  if (item.type === 'blob') return item.value;
  if (item.type === 'string') return utf8(`${item.value}\0`);
  return integerField(item.type, BigInt(item.value));
}

function integerField(type: NvsIntegerType, value: bigint): Uint8Array {
  const { bits } = integerRange(type);
  const field = new Uint8Array(8);
  new DataView(field.buffer).setBigUint64(0, BigInt.asUintN(bits, value), true);
  return field.fill(0xff, bits / 8);
}

export function toKeyField(key: string): Uint8Array {
  const field = new Uint8Array(KEY_FIELD_LENGTH);
  field.set(utf8(key));
  return field;
}
