import { parseFlasherArgs } from '../../src/board/flasher-args';

const entry = (offset: string, file: string, more: object = {}) => ({ offset, file, ...more });
const GOOD = {
  flash_files: { '0x8000': 'table.bin', '0x1000': 'boot.bin', '0x10000': 'app.bin', '0xd000': 'ota.bin' },
  bootloader: entry('0x1000', 'boot.bin', { encrypted: 'true' }),
  'partition-table': entry('0x8000', 'table.bin', { encrypted: 'true' }),
  app: entry('0x10000', 'app.bin', { encrypted: 'true' }),
  extra_esptool_args: { after: 'no_reset', before: 'default_reset', stub: false, chip: 'esp32' },
};

it('reads the files by address, with their names and encryption', () => {
  expect(parseFlasherArgs(JSON.stringify(GOOD))).toEqual({
    args: {
      files: [
        { address: 0x1000, file: 'boot.bin', name: 'bootloader', isEncrypted: true },
        { address: 0x8000, file: 'table.bin', name: 'partition-table', isEncrypted: true },
        { address: 0xd000, file: 'ota.bin', name: undefined, isEncrypted: undefined },
        { address: 0x10000, file: 'app.bin', name: 'app', isEncrypted: true },
      ],
      chip: 'esp32',
      before: 'default_reset',
      after: 'no_reset',
      noStub: true,
    },
  });
});

it('reads what ESP-IDF 4 wrote: no chip, another spelling, no encryption', () => {
  const { 'partition-table': table, extra_esptool_args: _, app, ...rest } = GOOD;
  const old = { ...rest, partition_table: table, app: entry(app.offset, app.file) };
  const parsed = parseFlasherArgs(JSON.stringify(old));
  expect(parsed).toMatchObject({ args: { chip: undefined, noStub: false } });
  expect('args' in parsed && parsed.args.files.find(({ name }) => name === 'app')?.isEncrypted).toBe(
    undefined,
  );
});

it.each<[string, unknown, RegExp]>([
  ['no JSON', undefined, /not JSON/],
  ['a list', [], /not an object/],
  ['no files', { ...GOOD, flash_files: undefined }, /"flash_files"/],
  ['an address that is none', { ...GOOD, flash_files: { ...GOOD.flash_files, here: 'x' } }, /flash_files/],
  ['an address that is too large', { ...GOOD, flash_files: { '0x123456789': 'x' } }, /flash_files/],
  ['a file without a name', { ...GOOD, flash_files: { '0x0': '' } }, /flash_files/],
  ['a chip that is no text', { ...GOOD, extra_esptool_args: { chip: 3 } }, /extra_esptool_args\.chip/],
  ['no app', { ...GOOD, app: undefined }, /"app" is not among/],
  ['no table', { ...GOOD, 'partition-table': entry('0x9000', 'x') }, /"partition-table" is not among/],
])('rejects %s', (_, value, problem) => {
  const parsed = parseFlasherArgs(value === undefined ? '{' : JSON.stringify(value));
  expect('problem' in parsed && parsed.problem).toMatch(problem);
});
