import { partitionTableErrors } from '../errors/partition-table';
import { decodePartitionTable, isBinaryTable } from './binary';
import { parsePartitionsCsv } from './csv';
import type { PartitionTable } from './partition';
import type { PartitionTableOptions } from './row';

/**
 * The partitions of a table in either form, distinguished by its first two bytes; errors are among the findings.
 * Errors if nothing can be read: partition-table.length, .magic, .text-invalid.
 */
export function parsePartitionTable(data: Uint8Array, options: PartitionTableOptions = {}): PartitionTable {
  if (isBinaryTable(data)) return decodePartitionTable(data, options);
  return parsePartitionsCsv(decodeText(data, options.file), options);
}

function decodeText(data: Uint8Array, file: string | undefined): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);
  if (Buffer.from(text, 'utf8').equals(data) && !text.includes('\0')) return text;
  throw partitionTableErrors.error('partition-table.text-invalid', {}, file === undefined ? {} : { file });
}
