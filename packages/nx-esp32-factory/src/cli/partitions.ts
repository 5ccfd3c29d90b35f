import {
  encodePartitionTable,
  FactoryError,
  formatFindings,
  formatPartitionsCsv,
  isBinaryTable,
  type Partition,
  type PartitionTableOptions,
  parsePartitionTable,
  subtypeName,
  typeName,
} from 'nvs-core';
import { hex, printable, printableJson } from 'nvs-core/errors';
import { cliErrors } from '../errors';
import { displayPath, INPUT_LIMIT, readArgument, writeOutputs } from '../files';
import type { Arguments, Command } from './command';
import { numberOf, wordOf } from './values';

const FLASH_SIZES = ['1MB', '2MB', '4MB', '8MB', '16MB', '32MB', '64MB', '128MB'] as const;
const MIB = 0x100000;
const SECURE = ['v1', 'v2'] as const;

/** Converts and checks as ESP-IDF's gen_esp32part.py does: components/partition_table. */
export const partitionsCommand: Command = {
  usage: 'IN [OUT] [options]',
  positionals: ['IN', 'OUT?'],
  options: [
    {
      name: 'offset',
      aliases: ['-o'],
      value: 'N',
      description:
        'offset of the table itself (CONFIG_PARTITION_TABLE_OFFSET), after which blank offsets start (default: 0x8000)',
    },
    {
      name: 'bootloader-offset',
      aliases: ['--primary-bootloader-offset'],
      value: 'N',
      description: 'offset of the bootloader, for its row (0x1000, 0x2000 or 0, by chip)',
    },
    {
      name: 'recovery-offset',
      aliases: ['--recovery-bootloader-offset'],
      value: 'N',
      description: 'offset of the recovery bootloader, for its row (CONFIG_BOOTLOADER_RECOVERY_OFFSET)',
    },
    {
      name: 'extra-subtypes',
      aliases: ['--extra-partition-subtypes'],
      value: 'TYPE,NAME,N',
      repeatable: true,
      description:
        'subtype that a component adds (EXTRA_PARTITION_SUBTYPES), such as data,my_fs,0x40; may be repeated',
    },
    {
      name: 'flash-size',
      value: 'SIZE',
      description: `size of the flash that the partitions must fit: ${FLASH_SIZES.join(' ')}`,
    },
    { name: 'secure', value: 'v1|v2', description: 'secure boot version, for the alignment of apps' },
    { name: 'disable-md5sum', aliases: ['--no-md5'], description: 'write the binary without its MD5 row' },
    { name: 'json', description: 'print the partitions and findings (or the errors) as JSON' },
  ],
  notes: [
    'IN is a partitions.csv or a partition-table.bin; OUT gets the other form, or the one of its extension (.csv, .bin).',
    'Without OUT the table is printed.',
  ].join('\n'),
  run: (args, terminal) => {
    const [input = '', output] = args.positionals;
    const data = readArgument(input, INPUT_LIMIT.firmware);
    const { partitions, findings } = parsePartitionTable(data, { ...optionsOf(args), file: input });
    if (findings.some(({ severity }) => severity === 'error')) throw new FactoryError(findings);
    if (output !== undefined) {
      const text = output.endsWith('.csv') || (isBinaryTable(data) && !output.endsWith('.bin'));
      const table = text
        ? formatPartitionsCsv(partitions)
        : encodePartitionTable(partitions, { md5: !args.flag('disable-md5sum') });
      writeOutputs([{ path: output, data: table, secret: false }]);
    }
    if (args.flag('json')) {
      terminal.out(
        printableJson({
          partitions: partitions.map(plain),
          findings,
          ...(output === undefined ? {} : { output }),
        }),
      );
      return 0;
    }
    if (findings.length > 0) terminal.err(`${formatFindings(findings, { colour: terminal.colour })}\n`);
    terminal.out(
      output === undefined
        ? tableText(partitions)
        : `Wrote ${displayPath(output)}: ${partitions.length} partitions`,
    );
    return 0;
  },
};

function optionsOf(args: Arguments): PartitionTableOptions {
  const tableOffset = numberOf(args, 'offset');
  const primary = numberOf(args, 'bootloader-offset');
  const recovery = numberOf(args, 'recovery-offset');
  const extraSubtypes = extraSubtypesOf(args);
  const size = wordOf(args, 'flash-size', FLASH_SIZES, (text) => text.toUpperCase());
  const secureBoot = wordOf(args, 'secure', SECURE, (text) => text.toLowerCase());
  return {
    ...(tableOffset === undefined ? {} : { tableOffset }),
    ...(primary === undefined ? {} : { primaryBootloaderOffset: primary }),
    ...(recovery === undefined ? {} : { recoveryBootloaderOffset: recovery }),
    ...(extraSubtypes === undefined ? {} : { extraSubtypes }),
    ...(size === undefined ? {} : { flashSize: Number.parseInt(size, 10) * MIB }),
    ...(secureBoot === undefined ? {} : { secureBoot }),
  };
}

const EXTRA_SUBTYPE = /^(app|data|bootloader|partition_table),(\w+),(?:0x)?([0-9a-f]{1,2})$/i;
const TYPES = { app: 0, data: 1, bootloader: 2, partition_table: 3 } as const;

/** ESP-IDF reads the number as hexadecimal, with or without 0x. Errors: cli.value-not-allowed. */
function extraSubtypesOf(args: Arguments): PartitionTableOptions['extraSubtypes'] {
  // Spaces separate subtypes, but not the parts of one.
  const tight = (value: string) =>
    value
      .split(',')
      .map((part) => part.trim())
      .join(',');
  const written = args.list('extra-subtypes')?.flatMap((value) => tight(value).split(/[\s;]+/));
  if (written === undefined) return undefined;
  const subtypes: Record<number, Record<string, number>> = {};
  for (const value of written) {
    const [, type, name, number] = EXTRA_SUBTYPE.exec(value) ?? [];
    if (type === undefined || name === undefined || number === undefined) {
      const allowed = 'TYPE,NAME,NUMBER, such as data,my_fs,0x40';
      throw cliErrors.error('cli.value-not-allowed', { option: '--extra-subtypes', value, allowed });
    }
    const code = TYPES[type.toLowerCase() as keyof typeof TYPES];
    subtypes[code] = { ...subtypes[code], [name.toLowerCase()]: Number.parseInt(number, 16) };
  }
  return subtypes;
}

function plain({ name, type, subtype, offset, size, encrypted, readonly }: Partition) {
  return { name, type, subtype, offset, size, encrypted, readonly };
}

function tableText(partitions: readonly Partition[]): string {
  const rows = partitions.map(({ name, type, subtype, offset, size, encrypted, readonly }) => [
    printable(name),
    typeName(type),
    subtypeName(type, subtype),
    hex(offset),
    hex(size),
    [...(encrypted ? ['encrypted'] : []), ...(readonly ? ['readonly'] : [])].join(' '),
  ]);
  const head = ['Name', 'Type', 'SubType', 'Offset', 'Size', 'Flags'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [head, ...rows].map(line).join('\n');
}
