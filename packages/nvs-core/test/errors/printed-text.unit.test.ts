import fc from 'fast-check';
import {
  errorTable,
  isDescribed,
  printable,
  printableJson,
  printableLines,
  row,
  shown,
  withoutSecrets,
} from '../../src/errors';

const HEX = '53e6e5bb5825bd04ad1e4b1a598a7454c2e4f592a5762ddc827e35498991f05d';
const BASE64 = 'U+blu1glvQStHksaWYp0VMLk9ZKldi3cgn41SYmR8F0=';
const PEM = `-----BEGIN EC PRIVATE KEY-----\n${BASE64}\n-----END EC PRIVATE KEY-----\n`;
const pairs = (separator: string) => HEX.replace(/../g, `$&${separator}`).slice(0, -separator.length);

test.each<[string, string]>([
  [PEM, `[text of ${PEM.length} characters that looks like a PEM private key]`],
  [
    `there is no file /build/${PEM}`,
    `there is no file /build/[text of ${PEM.length} characters that looks like a PEM private key]`,
  ],
  [JSON.stringify(PEM), `"[text of ${PEM.length + 3} characters that looks like a PEM private key]"`],
  ['-----BEGIN CERTIFICATE-----\nMII', '[text of 31 characters that looks like PEM]'],
  [HEX, '[64 hexadecimal digits]'],
  [HEX.toUpperCase(), '[64 hexadecimal digits]'],
  [`key${HEX}`, 'key[64 hexadecimal digits]'],
  [`keys/${HEX}.bin`, 'keys/[64 hexadecimal digits].bin'],
  [pairs(':'), '[64 hexadecimal digits]'],
  [pairs(' '), '[64 hexadecimal digits]'],
  [`0x${pairs(', 0x')}`, '[64 hexadecimal digits]'],
  [BASE64, '[text of 44 characters that looks like base64]'],
  [`"${BASE64}" is not a field`, '"[text of 44 characters that looks like base64]" is not a field'],
  ['c2Vj/mV0+GtleXNP/bm9ib2R5WmF2MTIzNDU2Nzg', '[text of 40 characters that looks like base64]'],
  ['20202021', '[8 digits]'],
  ['34970112332', '[11 digits]'],
  ['3497-011-2332', '[11 digits]'],
  ['/build/20202021', '/build/[8 digits]'],
  ['nvs.extra[0]["20202021"]', 'nvs.extra[0]["[8 digits]"]'],
  ['env:20202021', 'env:[8 digits]'],
  ['pkcs11:token=a;object=b?pin-value=1234', 'pkcs11:token=a;object=b?pin-value=***'],
  ['pkcs11:pin-source=file:/pin;id=1', 'pkcs11:pin-source=***;id=1'],
])('%j is described', (text, described) => {
  expect(withoutSecrets(text)).toBe(described);
  expect(withoutSecrets(described)).toBe(described);
});

test.each([
  'deviceInstanceInfo.rotatingDeviceIdUniqueId',
  'CONFIG_CHIP_FACTORY_NAMESPACE_PARTITION_LABEL="fctry"',
  '/home/ci/builds/a1b2c3/apps/light-app/credentials/dac-key.pem',
  '/tmp/nx-esp32-factory-AbC3dE/partition.bin',
  '123e4567-e89b-12d3-a456-426614174000',
  '2025-04-16',
  '2025-04-16T12:00:00Z',
  '60:55:f9:f7:2c:a2',
  '0x1000 (4096) to 0x1000000 (16777216), a multiple of 4096',
  '0 to 18446744073709551615',
  '1.3.6.1.4.1.37244.2.1',
  'EXL-0000-0001',
])('%j is shown', (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

test('random keys are described', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 140 }), fc.boolean(), (bytes, isUrl) => {
      fc.pre(new Set(bytes).size > bytes.length / 2);
      const hex = Buffer.from(bytes).toString('hex');
      expect(withoutSecrets(hex)).toBe(`[${hex.length} hexadecimal digits]`);
      const padded = Buffer.from(bytes.subarray(0, 3 * Math.floor(bytes.length / 3) - 1));
      const base64 = isUrl
        ? padded.toString('base64').replace(/\+/g, '-').replace(/\//g, '_')
        : padded.toString('base64');
      expect(withoutSecrets(base64)).toBe(`[text of ${base64.length} characters that looks like base64]`);
    }),
  );
});

test('short text is shown, long text described', () => {
  expect(shown('pascode')).toBe('pascode');
  expect(shown('x'.repeat(61))).toBe('[text of 61 characters]');
  expect(shown('english', 3)).toBe('[text of 7 characters]');
  expect(shown(HEX)).toBe('[64 hexadecimal digits]');
  expect([isDescribed(shown(HEX)), isDescribed(shown('x'.repeat(61))), isDescribed('[8 bits]')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('invisible characters are escaped', () => {
  expect(printable('a\n\u001b[2J\u009b\u202e\u200b\ud800x\u{e0041}é💡')).toBe(
    'a\\u000a\\u001b[2J\\u009b\\u202e\\u200b\\ud800x\\udb40\\udc41é💡',
  );
  expect(printableLines('a\r\nb\tc\u001b')).toBe('a\nb\tc\\u001b');
  const value = { key: 'a\n\u009b\u202e', list: ['\u001b'] };
  expect(JSON.parse(printableJson(value))).toEqual(value);
  expect(printableJson(value)).not.toMatch(/[\u009b\u202e]/);
});

describe('the table of a subject', () => {
  const table = errorTable(
    {
      'test.one': row<{ text: string; list: readonly string[]; inner: { text: string }; keyId: string }>(
        (p) => `${p.text} ${p.list.join()} ${p.inner.text}`,
        (p) => `give ${p.text}`,
      ),
    },
    { digests: ['keyId'] },
  );

  test('takes secrets out of parameters of any depth, out of texts and out of the source location', () => {
    const params = { text: HEX, list: [PEM], inner: { text: BASE64 }, keyId: HEX };
    const error = table.error('test.one', params, { file: HEX, field: HEX }).at({ file: PEM });
    const [finding] = error.findings;
    expect({ ...finding.params, keyId: '' }).toEqual({
      text: '[64 hexadecimal digits]',
      list: [withoutSecrets(PEM)],
      inner: { text: withoutSecrets(BASE64) },
      keyId: '',
    });
    expect(finding.where).toEqual({ file: '[64 hexadecimal digits]', field: '[64 hexadecimal digits]' });
    expect(table.error('test.one', params).at({ file: PEM }).where).toEqual({ file: withoutSecrets(PEM) });
    expect(`${error.message} ${finding.message} ${finding.help}`).not.toMatch(/53e6|U\+blu/);
  });

  test('keeps digests that it names', () => {
    const params = { text: '', list: [], inner: { text: '' }, keyId: HEX };
    expect(table.error('test.one', params).params.keyId).toBe(HEX);
  });
});

test.each([
  'a',
  'aa:',
  'aag:',
  '-----BEGIN ',
  '/1234567',
  '"1 1 1 1 ',
  'aB1/',
  '0x',
  '\r\nabcdefghijklmnopq',
])('takes linear time for %j again and again', (unit) => {
  const time = (length: number) => {
    const text = `${unit.repeat(length / unit.length)}z!`;
    const start = performance.now();
    withoutSecrets(text);
    return performance.now() - start;
  };
  time(1e4);
  // Quadratic time would be a hundred times as long.
  expect(time(5e5)).toBeLessThan(30 * (time(5e4) + 20));
});
