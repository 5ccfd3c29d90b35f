import { partitionTableErrors } from '../errors';
import { decodePartitionTable, isBinaryTable } from './binary';
import { type ReadOptions, readPartitionsCsv } from './csv';
import type { PartitionTable } from './partition';

/**
 * The partitions of either form, told apart by the first two bytes; errors stand among the findings.
 * Errors where nothing can be read: partition-table.length, .magic, .text-invalid.
 */
export function readPartitionTable(data: Uint8Array, options: ReadOptions = {}): PartitionTable {
  if (isBinaryTable(data)) return decodePartitionTable(data, options);
  return readPartitionsCsv(decodeText(data, options.file), options);
}

function decodeText(data: Uint8Array, file: string | undefined): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(data);
    if (!text.includes('\0')) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw partitionTableErrors.error('partition-table.text-invalid', {}, file === undefined ? {} : { file });
}
