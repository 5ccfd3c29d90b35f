import fc from 'fast-check';
import { CHIPS } from '../../src/chips';
import type { Finding } from '../../src/errors';
import { partitionTableErrors } from '../../src/errors/partition-table';
import {
  encodePartitionTable,
  formatPartitionsCsv,
  insertPartition,
  type PartitionTableOptions,
  parsePartitionTable,
} from '../../src/partition-table';
import { parsePartitionsCsv } from '../../src/partition-table/csv';

const resolve = (text: string, options?: PartitionTableOptions) => {
  const { partitions, findings } = parsePartitionsCsv(text, options);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return partitions.map(
    ({ name, type, subtype, offset, size, encrypted, readonly }) =>
      `${name} ${type}/${subtype} ${offset.toString(16)}+${size.toString(16)}${encrypted ? ' e' : ''}${readonly ? ' r' : ''}`,
  );
};

/** "code line:column" of every finding. */
const summarize = (findings: readonly Finding[]) =>
  findings.map(({ code, where }) => `${code.slice('partition-table.'.length)} ${where.line}:${where.column}`);

describe('parsePartitionsCsv reads as ESP-IDF does', () => {
  it.each<[title: string, text: string, rows: string[], options?: PartitionTableOptions]>([
    ['nothing', '', []],
    [
      'comments, blank lines, a byte order mark',
      '\ufeff# Name\n\n  # indented\nnvs,data,nvs,,0x6000\n',
      ['nvs 1/2 9000+6000'],
    ],
    ['a comment after the last column', 'nvs, data, nvs, , 0x6000, , # never, ever\n', ['nvs 1/2 9000+6000']],
    [
      'rows without the trailing commas, CRLF',
      'nvs,data,nvs,,24K\r\nphy,data,phy,,4k',
      ['nvs 1/2 9000+6000', 'phy 1/1 f000+1000'],
    ],
    [
      'decimal, octal, binary, K, M, underscores',
      'a,64,1,0x1_0000,4096\nb,64,2,,0o10000\nc,64,3,,0b1000000000000\nd,64,4,,1945K\ne,64,5,,1M',
      [
        'a 64/1 10000+1000',
        'b 64/2 11000+1000',
        'c 64/3 12000+1000',
        'd 64/4 13000+1e6400',
        'e 64/5 1fa000+100000',
      ],
    ],
    [
      'keywords in either case',
      'x,DATA,NVS,,0x6000\ny,App,OTA_3,,1M',
      ['x 1/2 9000+6000', 'y 0/19 10000+100000'],
    ],
    [
      'an app at the next 64 KiB',
      'nvs,data,nvs,,0x6000\napp,app,factory,,1M\nn2,data,nvs,,0x3000',
      ['nvs 1/2 9000+6000', 'app 0/0 10000+100000', 'n2 1/2 110000+3000'],
    ],
    ['data at the next sector', 'a,64,1,,0x10\nb,64,2,,0x10', ['a 64/1 9000+10', 'b 64/2 a000+10']],
    [
      'a table at another offset',
      'nvs,data,nvs,,0x6000\napp,app,factory,,1M',
      ['nvs 1/2 d000+6000', 'app 0/0 20000+100000'],
      { tableOffset: 0xc000 },
    ],
    ['an empty subtype', 'cert,0x3F, ,0xd000,0x2000', ['cert 63/6 d000+2000']],
    ['an end instead of a size', 'app,app,factory,0x10000,-0x200000', ['app 0/0 10000+1f0000']],
    [
      'flags',
      'k,data,nvs_keys,,4K,encrypted\nn,data,nvs,,4K,readonly\nf,data,fat,,4K,readonly:encrypted',
      ['k 1/4 9000+1000 e', 'n 1/2 a000+1000 r', 'f 1/129 b000+1000 e r'],
    ],
    [
      'variables with values',
      `nvs,data,nvs,$AT,${'$'}{SIZE}`,
      ['nvs 1/2 a000+6000'],
      { env: { AT: '0xa000', SIZE: '24K' } },
    ],
    ['a dollar sign outside of the fields', '# $HOME\nnvs,data,nvs,,24K,,$HOME', ['nvs 1/2 9000+6000']],
    [
      'bootloader and table',
      'b,bootloader,primary,N/A,N/A\nt,partition_table,primary,N/A,N/A\nnvs,data,nvs,,24K\nr,bootloader,recovery,N/A,N/A',
      ['b 2/0 2000+6000', 't 3/0 8000+1000', 'nvs 1/2 9000+6000', 'r 2/2 3f0000+6000'],
      { primaryBootloaderOffset: 0x2000, recoveryBootloaderOffset: 0x3f0000 },
    ],
    [
      'subtypes of components',
      'x,data,mine,,4K',
      ['x 1/160 9000+1000'],
      { extraSubtypes: { 1: { mine: 0xa0 } } },
    ],
  ])('%s', (_, text, rows, options = {}) => expect(resolve(text, options)).toEqual(rows));
});

const NVS = 'nvs,data,nvs,,0x6000';
const rejected: [code: string, text: string, all: string[], options?: PartitionTableOptions][] = [
  ['variable-unknown', 'nvs,data,nvs,$AT,0x6000', ['variable-unknown 1:14']],
  ['name-missing', ',data,nvs,,0x6000', ['name-missing 1:1']],
  ['name-too-long', 'seventeen-bytes-x,data,nvs,,0x6000', ['name-too-long 1:1']],
  ['name-too-long', 'ümläüt-ümläüt,data,nvs,,0x6000', ['name-too-long 1:1']],
  ['header-row', 'Name, Type, SubType, Offset, Size, Flags', ['header-row 1:1']],
  ['header-row', ' "Name" ,"Type",x', ['header-row 1:1']],
  ['type-missing', 'nvs, ,nvs,,0x6000', ['type-missing 1:5']],
  ['type-unknown', 'nvs, dtaa,nvs,,0x6000', ['type-unknown 1:6']],
  ['subtype-missing', 'app,app,,,1M', ['subtype-missing 1:9']],
  ['subtype-unknown', 'nvs,data,nsv,,0x6000', ['subtype-unknown 1:10']],
  ['subtype-unknown', 'app,app,ota_16,,1M', ['subtype-unknown 1:9']],
  ['number-invalid', 'nvs,data,nvs,,0x6G00', ['number-invalid 1:15']],
  ['number-invalid', 'nvs,data,nvs,,0x6000 # six', ['number-invalid 1:15']],
  ['number-invalid', 'nvs,data,nvs,010,0x6000', ['number-invalid 1:14']],
  ['number-out-of-range', 'nvs,256,1,,0x6000', ['number-out-of-range 1:5']],
  ['number-out-of-range', 'nvs,data,nvs,-1,0x6000', ['number-out-of-range 1:14']],
  ['number-out-of-range', 'nvs,data,nvs,,5000M', ['number-out-of-range 1:15']],
  ['size-missing', 'nvs,data,nvs,0x9000', ['size-missing 1:20']],
  ['flag-unknown', 'nvs,data,nvs,,0x6000,readonly: encrypted', ['flag-unknown 1:22']],
  ['flag-unknown', 'nvs,data,nvs,,0x6000,# note', ['flag-unknown 1:22']],
  ['bootloader-offset-unknown', 'b,bootloader,primary,N/A,N/A', ['bootloader-offset-unknown 1:26']],
  [
    'bootloader-offset-unknown',
    'b,bootloader,recovery,N/A,N/A',
    ['bootloader-offset-unknown 1:23'],
    { primaryBootloaderOffset: 0 },
  ],
  ['end-before-offset', 'app,app,factory,0x20000,-0x10000', ['end-before-offset 1:25']],
  ['order', `a,64,1,0x20000,4K\n${NVS.replace(',,', ',0x9000,')}`, ['order 2:14']],
  ['table-offset-unaligned', NVS, ['table-offset-unaligned undefined:undefined'], { tableOffset: 0x8800 }],
  ['table-overlap', 'nvs,data,nvs,0x8000,0x6000', ['table-overlap 1:14']],
  ['table-overlap', 'nvs,data,nvs,0x9000,0x6000', ['table-overlap 1:14'], { tableOffset: 0xc000 }],
  ['overlap', `${NVS}\nphy,data,phy,0xe000,4K`, ['overlap 2:14']],
  ['overlap', 'a,64,1,0x10000,1M\nb,64,2,0x20000,4K\nc,64,3,0x30000,4K', ['overlap 2:8', 'overlap 3:8']],
  ['offset-unaligned', 'app,app,factory,0x11000,1M', ['offset-unaligned 1:17']],
  ['offset-unaligned', 'nvs,data,nvs,0x9100,0x6000', ['offset-unaligned 1:14']],
  ['size-unaligned', 'app,app,factory,,1000001', ['size-unaligned 1:18']],
  ['size-unaligned', 'app,app,factory,,0x11000', ['size-unaligned 1:18'], { secureBoot: 'v1' }],
  ['past-flash', 'app,app,factory,,2M', ['past-flash 1:18'], { flashSize: 0x200000 }],
  ['name-duplicate', `${NVS}\n${NVS}`, ['name-duplicate 2:1']],
  ['row-duplicate', 'a,64,1,0x9000,4K\na,64,1,0x9000,4K', ['row-duplicate 2:1', 'overlap 2:8']],
  ['otadata-duplicate', 'o,data,ota,,8K\np,data,ota,,8K', ['otadata-duplicate 2:8']],
  ['otadata-size', 'o,data,ota,,4K', ['otadata-size 1:13']],
  ['otadata-size', 'o,data,tee_ota,,4K', ['otadata-size 1:17']],
  [
    'readonly-refused',
    'o,data,ota,,8K,readonly\nc,data,coredump,,8K,readonly',
    ['readonly-refused 1:16', 'readonly-refused 2:21'],
  ],
  ['nvs-too-small', 'nvs,data,nvs,,8K', ['nvs-too-small 1:15']],
  ['nvs-keys-too-small', 'k,data,nvs_keys,,2K', ['nvs-keys-too-small 1:18']],
];

const warnings: [code: string, text: string, location: string][] = [
  ['name-misleading', 'ota_0,app,ota_1,,1M', '1:1'],
  ['name-misleading', 'app,data,nvs,,24K', '1:1'],
  ['size-zero', 'x,64,1,,0', '1:9'],
  ['nvs-size-unaligned', 'nvs,data,nvs,,0x3800', '1:15'],
  ['nvs-encrypted', `${NVS},encrypted`, '1:22'],
];

describe('parsePartitionsCsv rejects', () => {
  it.each(rejected)('%s: %s', (code, text, all, options = {}) => {
    const { findings } = parsePartitionsCsv(text, options);
    expect(summarize(findings)).toEqual(all);
    expect(findings.every(({ severity }) => severity === 'error')).toBe(true);
    expect(findings.map((finding) => finding.code)).toContain(`partition-table.${code}`);
    const { findings: located } = parsePartitionsCsv(text, { ...options, file: 'p.csv' });
    expect(located.every(({ where }) => where.file === 'p.csv')).toBe(true);
    expect(findings.every(({ message, help }) => message !== '' && help !== '')).toBe(true);
  });

  it('everything at once, each with its line and column', () => {
    const text = [
      '# Name, Type, SubType, Offset, Size, Flags',
      ',data,nvz,,0x6000',
      'phy,data,phy,0xB100,4K,frozen',
      'app,app,factory,0x11000,1M',
      'blank,data,phy,,4K',
      'app,app,ota_0,0x80000,-0x10',
      'app,app,ota_1,,1M',
    ].join('\n');
    expect(summarize(parsePartitionsCsv(text, { file: 'p.csv' }).findings)).toEqual([
      'name-missing 2:1',
      'subtype-unknown 2:7',
      'flag-unknown 3:24',
      'offset-unaligned 4:17',
      'end-before-offset 6:23',
      'name-duplicate 7:1',
    ]);
    expect(parsePartitionsCsv(text, { file: 'p.csv' }).findings[0]?.where.file).toBe('p.csv');
  });

  it('and suggests corrections', () => {
    const help = (text: string) => parsePartitionsCsv(text).findings.map((finding) => finding.help);
    expect(help('nvs,data,nsv,,0x6000')[0]).toContain('did you mean nvs?');
    expect(help('nvs,dta,nvs,,0x6000')[0]).toContain('did you mean data?');
    expect(help('nvs,data,nvs,,0x6000,encypted')[0]).toContain('did you mean encrypted?');
    expect(help('nvs,data,nvs,,0x6000 # note')[0]).toContain('comment');
  });

  it.each(warnings)('warns: %s', (code, text, location) => {
    const { findings } = parsePartitionsCsv(text);
    expect(findings.map(({ severity }) => severity)).toEqual(['warning']);
    expect(summarize(findings)).toEqual([`${code} ${location}`]);
  });
});

describe('any text', () => {
  /** Whether the text has errors; any exception fails the test. */
  const attempt = (text: string) => {
    const { partitions, findings } = parsePartitionsCsv(text, { flashSize: 0x400000 });
    const faulty = findings.some(({ severity }) => severity === 'error');
    for (const { offset, size } of partitions) expect([offset >= 0, size >= 0]).toEqual([true, true]);
    if (!faulty) expect(encodePartitionTable(partitions)).toHaveLength(0xc00);
    return faulty;
  };
  const sample = '# table\nnvs,data,nvs,0x9000,24K,readonly\napp,app,ota_0,,-1M\n';

  it('is parsed or rejected', () => {
    const words = fc.constantFrom(
      ...',:#$-\n',
      'nvs',
      'data',
      'app',
      'ota_0',
      '0x9000',
      '24K',
      '0kkkkkkkk',
      '-1',
      'encrypted',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string({ maxLength: 3 })), { maxLength: 40 }), (parts) => {
        attempt(parts.join(''));
      }),
    );
    expect(attempt(sample)).toBe(false);
    expect(attempt(`a,64,1,0,0${'k'.repeat(400)}`)).toBe(true);
  });

  it('survives truncation at each length and a flip of each character', () => {
    for (let at = 0; at < sample.length; at++) {
      attempt(sample.slice(0, at));
      attempt(sample.slice(0, at) + String.fromCharCode(sample.charCodeAt(at) ^ 0x15) + sample.slice(at + 1));
    }
  });
});

describe('parsePartitionTable', () => {
  it('distinguishes the two forms', () => {
    const { partitions } = parsePartitionsCsv(NVS);
    const strip = (data: Uint8Array) => formatPartitionsCsv(parsePartitionTable(data).partitions);
    expect(strip(encodePartitionTable(partitions))).toBe(strip(new TextEncoder().encode(NVS)));
  });

  it.each([[[0xff, 0xfe, 0x41]], [[0x41, 0x00, 0x42]]])('rejects %p: text-invalid', (bytes) => {
    expect(() => parsePartitionTable(Uint8Array.from(bytes), { file: 'x' })).toThrow(
      'partition-table.text-invalid',
    );
  });
});

describe('insertPartition', () => {
  const fctry = { name: 'fctry', type: 1, subtype: 2, size: 0x6000 };
  const insert = (text: string, extra = {}, options = {}) =>
    insertPartition(text, { ...fctry, ...extra }, { flashSize: 0x400000, ...options });

  it('puts the row after the last one, in the columns of its neighbour', () => {
    const text =
      '# Name,  Type, SubType, Offset, Size\nnvs,     data, nvs,     0x9000, 0x6000\napp,     app,  factory, ,       1M\n';
    const { text: result, partition, row } = insert(text, { readonly: true });
    expect(row).toBe('fctry,   data, nvs,     0x110000, 0x6000, readonly');
    expect(result).toBe(`${text}${row}\n`);
    expect(partition).toMatchObject({ offset: 0x110000, size: 0x6000, readonly: true, source: { line: 4 } });
    expect(() => insert(result)).toThrow('partition-table.name-taken');
  });

  it('keeps line ends, and a last line without one', () => {
    expect(insert(`# x\r\n${NVS}\r\n`).text).toBe(`# x\r\n${NVS}\r\nfctry,data,nvs,0xF000,0x6000\r\n`);
    expect(insert(`# x\n${NVS}`).text).toBe(`# x\n${NVS}\nfctry,data,nvs,0xF000,0x6000`);
    expect(insert('').text).toBe('fctry, data, nvs, 0x9000, 0x6000\n');
  });

  it('uses a gap between rows if the end of the flash is full, and moves nothing', () => {
    const text = `${NVS}\n# the app\napp,app,factory,0x20000,-0x400000\n`;
    const { text: result, partition } = insert(text);
    expect(partition.offset).toBe(0xf000);
    expect(result.split('\n')[1]).toBe('fctry,data,nvs,0xF000,0x6000');
    const blank = `${NVS}\nphy,data,phy,,4K\napp,app,factory,,-0x400000`;
    expect(() => insert(blank)).toThrow('partition-table.no-space');
  });

  it('does not change an invalid table', () => {
    expect(() => insert('nvs,data,nsv,,0x6000')).toThrow('partition-table.subtype-unknown');
  });

  it('rejects more rows than fit in a table', () => {
    const rows = Array.from({ length: 95 }, (_, index) => `p${index},64,1,,4K`).join('\n');
    const { partitions } = parsePartitionsCsv(rows);
    expect(() => encodePartitionTable(partitions)).toThrow('partition-table.rows-too-many');
    expect(encodePartitionTable(partitions, { md5: false })).toHaveLength(0xc00);
  });
});

test('the help for a missing offset of the bootloader has those of all chips', () => {
  const { help = '' } = partitionTableErrors.finding('partition-table.bootloader-offset-unknown', {
    which: 'primary',
  });
  const offsets = [0x1000, 0x2000].map((offset) => {
    const names = CHIPS.filter((chip) => chip.bootloaderOffset === offset).map(({ name }) => name);
    return `0x${offset.toString(16)} for ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  });
  expect(help).toContain(`${offsets.join(', ')}, 0 for all others`);
  expect(CHIPS.filter(({ bootloaderOffset }) => ![0, 0x1000, 0x2000].includes(bootloaderOffset))).toEqual([]);
});
