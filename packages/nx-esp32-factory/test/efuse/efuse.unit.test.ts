import fc from 'fast-check';
import { CHIPS, FactoryError } from 'nvs-core';
import {
  assertEfuseKeys,
  buildBurnCommand,
  buildSummaryCommand,
  burnFindings,
  confirmedMac,
  type EfuseKey,
  efuseCommandsText,
  espefuseOf,
  parseSummary,
} from '../../src/efuse';
import type { Esptool } from '../../src/flash';

const codesOf = (work: () => unknown): string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return error.findings.map(({ code }) => code);
    throw error;
  }
  return [];
};

const hmac = (block: number): EfuseKey => ({ block, purpose: 'HMAC_UP' });
const ecdsa = (block: number): EfuseKey => ({ block, purpose: 'ECDSA_KEY' });

describe('keys and blocks', () => {
  it.each([
    ['esp32c6', [hmac(0)]],
    ['ESP32-S3', [hmac(5)]],
    ['esp32h2', [hmac(5), ecdsa(4)]],
    ['esp32c61', [ecdsa(5)]],
    [undefined, []],
  ])('fit the %s: %j', (chip, keys) => {
    expect(assertEfuseKeys(chip, keys)).toBe(keys);
  });

  it.each<[string | undefined, EfuseKey[], string[]]>([
    [undefined, [hmac(0)], ['efuse.chip-unknown']],
    ['esp33', [hmac(0)], ['chips.unknown']],
    ['esp32', [hmac(0)], ['efuse.no-peripheral']],
    ['esp32c2', [hmac(0)], ['efuse.no-peripheral']],
    ['esp32c61', [hmac(0)], ['efuse.no-peripheral']],
    ['esp32c6', [ecdsa(0)], ['efuse.no-peripheral']],
    ['esp32c6', [hmac(6)], ['efuse.block-unknown']],
    ['esp32c6', [hmac(-1)], ['efuse.block-unknown']],
    ['esp32h2', [ecdsa(5)], ['efuse.block-unknown']],
    ['esp32h2', [hmac(2), ecdsa(2)], ['efuse.block-twice']],
    ['esp32c3', [hmac(7), ecdsa(7)], ['efuse.block-unknown', 'efuse.no-peripheral', 'efuse.block-twice']],
  ])('do not fit the %s: %j', (chip, keys, codes) => {
    expect(codesOf(() => assertEfuseKeys(chip, keys))).toEqual(codes);
  });

  it('are rejected on each chip without the peripheral, and on no other', () => {
    for (const { name, hmac: hasHmac, ecdsa: hasEcdsa } of CHIPS) {
      expect([name, codesOf(() => assertEfuseKeys(name, [hmac(0)]))]).toEqual([
        name,
        hasHmac ? [] : ['efuse.no-peripheral'],
      ]);
      expect([name, codesOf(() => assertEfuseKeys(name, [ecdsa(0)]))]).toEqual([
        name,
        hasEcdsa ? [] : ['efuse.no-peripheral'],
      ]);
    }
  });
});

describe('commands', () => {
  const espefuse = (major: number) => ({ command: ['espefuse'] as const, major });
  const connection = (major: number) => ({
    espefuse: espefuse(major),
    chip: 'ESP32-C6',
    target: { port: 'COM3' },
  });
  const keys = [
    { ...hmac(1), file: 'hmac.bin' },
    { ...ecdsa(2), file: '-key.pem' },
  ];

  it('are spelled as each version requires', () => {
    const start = ['espefuse', '--chip', 'esp32c6', '--port', 'COM3'];
    const groups = ['BLOCK_KEY1', 'hmac.bin', 'HMAC_UP', 'BLOCK_KEY2', './-key.pem', 'ECDSA_KEY'];
    expect(buildBurnCommand(connection(5), keys, { confirmed: false })).toEqual([
      ...start,
      'burn-key',
      ...groups,
    ]);
    expect(buildBurnCommand({ ...connection(4), before: 'usb-reset' }, keys, { confirmed: true })).toEqual([
      ...start,
      '--before',
      'usb_reset',
      '--do-not-confirm',
      'burn_key',
      ...groups,
    ]);
    expect(buildSummaryCommand({ ...connection(5), target: { virtual: 'e.bin' } })).toEqual([
      ...['espefuse', '--chip', 'esp32c6', '--virt', '--path-efuse-file', 'e.bin'],
      ...['summary', '--format', 'json'],
    ]);
  });

  it.each<[Esptool['command'], string[]]>([
    [['esptool'], ['espefuse']],
    [['/opt/esptool/bin/esptool.py'], ['/opt/esptool/bin/espefuse.py']],
    [['C:\\tools\\esptool.exe'], ['C:\\tools\\espefuse.exe']],
    [
      ['python3', '-m', 'esptool'],
      ['python3', '-m', 'espefuse'],
    ],
    [
      ['python', '/idf/components/esptool_py/esptool/esptool.py'],
      ['python', '/idf/components/esptool_py/esptool/espefuse.py'],
    ],
  ])('run with the espefuse of %j', (command, expected) => {
    expect(espefuseOf({ command, version: '5.0', major: 5 }).command).toEqual(expected);
  });

  it('appear in a text with both spellings, and never skip the confirmation', () => {
    const text = efuseCommandsText('esp32h2', keys, ['a note']);
    expect(text).toContain(
      'espefuse --chip esp32h2 --port PORT burn-key BLOCK_KEY1 hmac.bin HMAC_UP BLOCK_KEY2',
    );
    expect(text).toContain('espefuse.py --chip esp32h2 --port PORT burn_key BLOCK_KEY1');
    expect(text).toContain('# a note\n');
    expect(text).not.toContain('--do-not-confirm');
  });
});

const ZEROS = Array(32).fill('00').join(' ');
const field = (value: unknown, readable = true, writeable = true) => ({ value, readable, writeable });
const summaryText = (more: Record<string, unknown> = {}) =>
  `espefuse v5.6.0\n\n=== Run "summary" command ===\n${JSON.stringify({
    MAC: field('60:55:F9:f7:2c:a2 (OK)'),
    RD_DIS: field(0),
    SECURE_BOOT_EN: field(false),
    KEY_PURPOSE_0: field('USER'),
    BLOCK_KEY0: field(ZEROS),
    KEY_PURPOSE_1: field('HMAC_UP', true, false),
    BLOCK_KEY1: field('?? '.repeat(32).trim(), false, false),
    ...more,
  })}\n`;

describe('the summary', () => {
  it('has the state of each block', () => {
    expect(parseSummary(summaryText())).toEqual({
      mac: '60:55:f9:f7:2c:a2',
      canReadProtect: true,
      secureBoot: false,
      encryptsDownloads: true,
      blocks: [
        {
          block: 0,
          isReadable: true,
          isEmpty: true,
          isWritable: true,
          purpose: 'USER',
          isPurposeWritable: true,
        },
        {
          block: 1,
          isReadable: false,
          isEmpty: false,
          isWritable: false,
          purpose: 'HMAC_UP',
          isPurposeWritable: false,
        },
      ],
    });
  });

  it.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['half of it', summaryText().slice(0, 200)],
    ['no MAC', summaryText({ MAC: undefined })],
    ['a MAC of another form', summaryText({ MAC: field('n/a') })],
    ['a MAC without a text', summaryText({ MAC: field({ toString: 1 }) })],
    ['no RD_DIS', summaryText({ RD_DIS: undefined })],
  ])('is rejected with %s', (_, text) => {
    expect(codesOf(() => parseSummary(text))).toEqual(['efuse.summary-unreadable']);
  });

  const MAC = '60-55-F9-F7-2C-A2';
  it.each<[string, Record<string, unknown>, number, string, string[]]>([
    ['nothing', {}, 0, MAC, []],
    ['another device', {}, 0, '60:55:f9:f7:2c:a3', ['efuse.mac-differs']],
    ['secure boot', { RD_DIS: field(0, true, false) }, 0, MAC, ['efuse.read-protection-locked']],
    ['a burned block', {}, 1, MAC, ['efuse.block-not-empty']],
    ['a readable key', { BLOCK_KEY0: field(`01${ZEROS.slice(2)}`) }, 0, MAC, ['efuse.block-not-empty']],
    ['a purpose', { KEY_PURPOSE_0: field('HMAC_UP') }, 0, MAC, ['efuse.block-not-empty']],
    ['write protection', { BLOCK_KEY0: field(ZEROS, true, false) }, 0, MAC, ['efuse.write-protected']],
    ['a fixed purpose', { KEY_PURPOSE_0: field('USER', true, false) }, 0, MAC, ['efuse.write-protected']],
    ['no such block', {}, 4, MAC, ['efuse.summary-unreadable']],
  ])('has reasons not to burn: %s', (_, more, block, confirm, codes) => {
    const keys = [{ ...hmac(block), file: 'k' }];
    const found = burnFindings(parseSummary(summaryText(more)), { keys, confirm });
    expect(found.map(({ code }) => code)).toEqual(codes);
    expect(JSON.stringify(found)).not.toContain(ZEROS);
  });
});

it.each([
  [undefined, 'efuse.confirm-missing'],
  ['', 'efuse.confirm-missing'],
  ['yes', 'efuse.confirm-invalid'],
  ['60:55:f9:f7:2c', 'efuse.confirm-invalid'],
])('does not accept %j as confirmation', (value, code) => {
  expect(codesOf(() => confirmedMac(value))).toEqual([code]);
});

it('parses or rejects any text as a summary', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '"MAC"',
    ':',
    '"RD_DIS"',
    'null',
    '[]',
    '{}',
    ',',
    '"value"',
    '1',
    summaryText(),
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (output) => {
      const codes = codesOf(() => parseSummary(output));
      expect(codes.every((code) => code === 'efuse.summary-unreadable')).toBe(true);
    }),
  );
});
