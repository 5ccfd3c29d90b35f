import { errorTable, hex, oneOf, row } from './error-table';

const size = (bytes: number) =>
  bytes !== 0 && bytes % 1024 === 0 ? `${hex(bytes)} (${bytes / 1024} KiB)` : hex(bytes);
const didYouMean = (p: { suggestion?: string }, text: string) =>
  p.suggestion === undefined ? text : `did you mean ${p.suggestion}? ${text}`;
const COMMENT =
  'a comment needs its own line, or two commas after the size (it is ignored after the flags column)';

/** The offsets in the table of chips. */
const BOOTLOADER_OFFSETS =
  '0x1000 for esp32 and esp32s2, 0x2000 for esp32c5, esp32h4, esp32p4 and esp32s31, 0 for all others';

const rows = {
  // Reading partitions.csv
  'partition-table.variable-unknown': row<{ variable: string }>(
    (p) => `the variable $${p.variable} has no value here`,
    (p) => `write the value itself, or set ${p.variable} in the environment`,
  ),
  'partition-table.header-row': row(
    () => 'this row has the names of the columns, which ESP-IDF would read as a partition',
    () => 'put a # at its start: # Name, Type, SubType, Offset, Size, Flags',
  ),
  'partition-table.name-missing': row(
    () => 'the partition has no name',
    () => 'give it a name of 1 to 16 bytes in the first column',
  ),
  'partition-table.name-too-long': row<{ name: string; length: number; max: number }>(
    (p) => `the name "${p.name}" is ${p.length} bytes long; a partition name has at most ${p.max}`,
    () => 'shorten the name: the firmware would see it truncated',
  ),
  'partition-table.type-missing': row(
    () => 'the type column is empty',
    () => 'write app, data or a number from 0x40 to 0xFE for your own type',
  ),
  'partition-table.type-unknown': row<{ written: string; known: readonly string[]; suggestion?: string }>(
    (p) => `"${p.written}" is not a partition type`,
    (p) => didYouMean(p, `write ${oneOf(p.known)}, or a number up to 0xFE`),
  ),
  'partition-table.subtype-missing': row(
    () => 'an app partition has no subtype',
    () => 'write factory, test or ota_0 to ota_15 in the third column',
  ),
  'partition-table.subtype-unknown': row<{ written: string; known: readonly string[]; suggestion?: string }>(
    (p) => `"${p.written}" is not a subtype of this partition type`,
    (p) =>
      didYouMean(
        p,
        p.known.length === 0 ? 'write a number up to 0xFE' : `known subtypes are ${p.known.join(', ')}`,
      ),
  ),
  'partition-table.number-invalid': row<{ column: string; written: string; comment: boolean }>(
    (p) => `the ${p.column} "${p.written}" is not a number`,
    (p) =>
      p.comment
        ? COMMENT
        : 'write a decimal or 0x hexadecimal number, optionally followed by K or M: 0x6000, 24K, 1M',
  ),
  'partition-table.number-out-of-range': row<{ column: string; written: string; max: number }>(
    (p) => `the ${p.column} ${p.written} is out of range; it must be 0 to ${hex(p.max)}`,
    () => 'is there an extra digit or a sign?',
  ),
  'partition-table.size-missing': row<{ name: string }>(
    (p) => `partition ${p.name} has no size`,
    () => 'the size column (the fifth) cannot be empty: name, type, subtype, offset, size, flags',
  ),
  'partition-table.flag-unknown': row<{ flag: string; comment: boolean; suggestion?: string }>(
    (p) => `"${p.flag}" is not a partition flag`,
    (p) =>
      p.comment
        ? COMMENT
        : didYouMean(p, 'flags are encrypted and readonly, joined by a colon without spaces'),
  ),
  'partition-table.bootloader-offset-unknown': row<{ which: 'primary' | 'recovery' }>(
    (p) => `the row needs the offset of the ${p.which} bootloader, which is not known here`,
    (p) =>
      p.which === 'primary'
        ? `give it (partitions --bootloader-offset: ${BOOTLOADER_OFFSETS}), or leave the row out: the bootloader needs none`
        : 'give it (partitions --recovery-offset: CONFIG_BOOTLOADER_RECOVERY_OFFSET), or leave the row out',
  ),
  'partition-table.end-before-offset': row<{ name: string; end: number; offset: number }>(
    (p) => `partition ${p.name} would end at ${hex(p.end)}, before its offset ${hex(p.offset)}`,
    () => 'a negative size is the address where the partition ends: raise it, or write a plain size',
  ),
  'partition-table.order': row<{ name: string; offset: number; end: number }>(
    (p) => `partition ${p.name} at ${hex(p.offset)} comes after a row that ends at ${hex(p.end)}`,
    () => 'move the row up: ESP-IDF requires the rows in the order of their offsets',
  ),

  // Rejected by ESP-IDF
  'partition-table.table-offset-unaligned': row<{ offset: number }>(
    (p) =>
      `the partition table cannot be at ${p.offset >= 0 ? hex(p.offset) : p.offset}; it takes a whole 4 KiB sector`,
    () => 'use a multiple of 0x1000 for CONFIG_PARTITION_TABLE_OFFSET (0x8000 is the default)',
  ),
  'partition-table.table-overlap': row<{
    name: string;
    offset: number;
    tableOffset: number;
    tableEnd: number;
  }>(
    (p) =>
      `partition ${p.name} at ${hex(p.offset)} is below ${hex(p.tableEnd)}, where the partition table at ${hex(p.tableOffset)} ends`,
    (p) => `leave the offset empty, use ${hex(p.tableEnd)} or higher, or check CONFIG_PARTITION_TABLE_OFFSET`,
  ),
  'partition-table.overlap': row<{
    name: string;
    offset: number;
    end: number;
    other: string;
    otherOffset: number;
    otherEnd: number;
    otherLine?: number;
  }>(
    (p) =>
      `partition ${p.name} (${hex(p.offset)} to ${hex(p.end)}) overlaps ${p.other} (${hex(p.otherOffset)} to ${hex(p.otherEnd)}${p.otherLine === undefined ? '' : `, line ${p.otherLine}`})`,
    (p) => `move ${p.name} to ${hex(p.otherEnd)} or higher, or make ${p.other} smaller`,
  ),
  'partition-table.offset-unaligned': row<{ name: string; offset: number; alignment: number; app: boolean }>(
    (p) => `the offset ${hex(p.offset)} of ${p.name} is not a multiple of ${size(p.alignment)}`,
    (p) =>
      `use ${hex(Math.ceil(p.offset / p.alignment) * p.alignment)}${p.app ? ': an app is mapped in pages of 64 KiB' : ': flash is erased in sectors of 4 KiB'}, or leave the offset empty`,
  ),
  'partition-table.size-unaligned': row<{ name: string; size: number; alignment: number }>(
    (p) => `the size ${hex(p.size)} of the app ${p.name} is not a multiple of ${size(p.alignment)}`,
    (p) => `use ${hex(Math.ceil(p.size / p.alignment) * p.alignment)}`,
  ),
  'partition-table.past-flash': row<{ name: string; end: number; flashSize: number }>(
    (p) => `partition ${p.name} ends at ${hex(p.end)}, past the end of the ${size(p.flashSize)} flash`,
    () => 'make partitions smaller, or choose the real flash size (CONFIG_ESPTOOLPY_FLASHSIZE_*)',
  ),
  'partition-table.name-duplicate': row<{ name: string; firstLine?: number }>(
    (p) =>
      `the name ${p.name} is already used${p.firstLine === undefined ? '' : ` on line ${p.firstLine}`}; names must be unique`,
    () => 'rename one of the two: the firmware finds partitions by name',
  ),
  'partition-table.row-duplicate': row<{ name: string; firstLine?: number }>(
    (p) =>
      `partition ${p.name} is listed twice${p.firstLine === undefined ? '' : `, first on line ${p.firstLine}`}`,
    () => 'delete one of the two rows',
  ),
  'partition-table.otadata-duplicate': row<{ name: string; subtype: string }>(
    (p) => `${p.name} is a second partition of subtype ${p.subtype}; there can be only one`,
    () => 'delete one of the two rows',
  ),
  'partition-table.otadata-size': row<{ name: string; size: number; subtype: string; expected: number }>(
    (p) => `${p.name} of subtype ${p.subtype} is ${hex(p.size)} bytes long; it must be ${hex(p.expected)}`,
    (p) => `write ${hex(p.expected)} in the size column`,
  ),
  'partition-table.readonly-refused': row<{ name: string; subtype: string }>(
    (p) => `${p.name} of subtype ${p.subtype} is always written by the firmware and cannot be readonly`,
    () => 'remove the readonly flag',
  ),
  'partition-table.nvs-too-small': row<{ name: string; size: number; min: number }>(
    (p) =>
      `the NVS partition ${p.name} of ${size(p.size)} is too small to be writable; it must be at least ${size(p.min)}`,
    (p) => `make it ${hex(p.min)} or larger, or flag it readonly if the firmware only reads it`,
  ),
  'partition-table.nvs-keys-too-small': row<{ name: string; size: number; min: number }>(
    (p) => `the NVS keys partition ${p.name} is ${hex(p.size)} bytes long; it must be at least ${hex(p.min)}`,
    (p) => `write ${hex(p.min)} in the size column`,
  ),
  'partition-table.rows-too-many': row<{ rows: number; max: number }>(
    (p) => `the table has ${p.rows} partitions; it can have at most ${p.max}`,
    () => 'remove partitions that the app does not use',
  ),

  // Suspicious, but accepted by ESP-IDF
  'partition-table.name-misleading': row<{ name: string; type: string; subtype: string }>(
    (p) =>
      `the name ${p.name} is that of another type or subtype, but the partition is ${p.type}/${p.subtype}`,
    () => 'check the type and subtype columns, or choose another name',
  ),
  'partition-table.size-zero': row<{ name: string }>(
    (p) => `partition ${p.name} is empty`,
    () => 'give it a size, or delete the row',
  ),
  'partition-table.nvs-size-unaligned': row<{ name: string; size: number }>(
    (p) =>
      `the size ${hex(p.size)} of the NVS partition ${p.name} is not a multiple of 4 KiB: the rest is never used`,
    (p) => `use ${hex(Math.ceil(p.size / 0x1000) * 0x1000)}`,
  ),
  'partition-table.nvs-encrypted': row<{ name: string }>(
    (p) => `the NVS partition ${p.name} is flagged encrypted, but NVS does not work in encrypted flash`,
    () =>
      'remove the flag: NVS encrypts its entries itself, with the keys of an nvs_keys partition or of an eFuse',
  ),

  // The binary
  'partition-table.length': row<{ length: number }>(
    (p) => `the table is ${p.length} bytes long; its rows are 32 bytes each`,
    () => 'was the file cut off? ESP-IDF writes partition-table.bin with 3072 bytes',
  ),
  'partition-table.magic': row<{ found: number }>(
    (p) => `the row begins with ${hex(p.found, 4)}, not with the bytes AA 50 of a partition`,
    () => 'is this a partition-table.bin, or was flash read at an offset other than that of the table?',
  ),
  'partition-table.md5-mismatch': row<{ stored: string; computed: string }>(
    (p) => `the table's MD5 is ${p.computed}, but ${p.stored} is stored in it`,
    () => 'the table is damaged or was edited by hand: generate it again from partitions.csv',
  ),
  'partition-table.end-missing': row(
    () => 'the table has no end: no row of FF bytes follows its partitions',
    () => 'was the file cut off? ESP-IDF writes partition-table.bin with 3072 bytes',
  ),
  'partition-table.name-invalid': row<{ name: string }>(
    (p) => `the name "${p.name}" is not UTF-8 or has control characters, a comma or spaces around it`,
    () => 'a partitions.csv cannot contain this name: generate the table again from its partitions.csv',
  ),
  'partition-table.flags-unknown': row<{ name: string; flags: number }>(
    (p) => `partition ${p.name} has the unknown flags ${hex(p.flags)}`,
    () => 'was it made by a newer ESP-IDF? flags other than encrypted and readonly are left out',
  ),
  'partition-table.text-invalid': row(
    () => 'the file is neither a binary partition table nor UTF-8 text',
    () => 'give a partitions.csv or a partition-table.bin',
  ),

  // Adding a row
  'partition-table.no-space': row<{ name: string; size: number; flashSize: number; largest: number }>(
    (p) =>
      `there is no gap of ${size(p.size)} for ${p.name} in the ${size(p.flashSize)} flash; the largest gap is ${size(p.largest)}`,
    () => 'make another partition smaller (an OTA slot, for example), or use a larger flash size',
  ),
  'partition-table.name-taken': row<{ name: string; line: number }>(
    (p) => `a partition ${p.name} already exists on line ${p.line}`,
    () => 'use it, or choose another name',
  ),
} as const;

export const partitionTableErrors = errorTable(rows, { digests: ['stored', 'computed'] });
