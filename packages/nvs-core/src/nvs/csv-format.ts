/** NVS items -> CSV for parseNvsCsv and nvs_partition_gen. */
import { toHex } from '../bytes/text';
import { FactoryError, type Finding } from '../errors/factory-error';
import { firstFindings } from '../errors/limit';
import { nvsErrors } from '../errors/nvs';
import { formatFloat } from './float-text';
import { isFloatType } from './layout';
import type { NvsItem } from './values';

/**
 * The CSV of `items`, which encodes to the same image: blobs as hex2bin, and a namespace row wherever the namespace
 * changes.
 * Errors: nvs.csv-unwritable, for text with a carriage return, which reading turns into a line feed.
 */
export function formatNvsCsv(items: readonly NvsItem[]): string {
  const rows = [['key', 'type', 'encoding', 'value']];
  const findings: Finding[] = [];
  let namespace = '';
  for (const item of items) {
    if (item.namespace !== namespace || item.type === 'namespace') {
      namespace = item.namespace;
      rows.push([namespace, 'namespace', '', '']);
    }
    if (item.type !== 'namespace') rows.push([item.key, 'data', ...toCells(item)]);
    const where = item.where ?? {};
    if (rows.at(-1)?.some((cell) => cell.includes('\r'))) {
      const key = item.type === 'namespace' ? item.namespace : item.key;
      findings.push(nvsErrors.finding('nvs.csv-unwritable', { key }, where));
    }
  }
  if (findings.length > 0) throw new FactoryError(firstFindings(findings));
  return rows.map((row) => `${row.map(quote).join(',')}\n`).join('');
}

function toCells(item: Exclude<NvsItem, { type: 'namespace' }>): [encoding: string, value: string] {
  if (item.type === 'blob') return ['hex2bin', toHex(item.value)];
  if (isFloatType(item.type)) return [item.type, formatFloat(item.type, Number(item.value))];
  return [item.type, String(item.value)];
}

/** Also quotes cells that start with #, which would be comments. */
function quote(cell: string): string {
  return /[",\n]|^#/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
