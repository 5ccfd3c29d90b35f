import * as fc from 'fast-check';
import { sha256 } from '../../src/crypto/hash';
import type { Finding } from '../../src/errors';
import {
  decodeSecureCert,
  encodeSecureCert,
  type SecureCertContents,
  secureCertContents,
} from '../../src/secure-cert';
import type { SecureCertDecodeOptions } from '../../src/secure-cert/decode';
import { encodeTlv } from '../../src/secure-cert/layout';
import { commissioning, counting, DECODE_ONLY, dac, efuseKey, full, pai, plain, vector } from './vectors';

const codes = (findings: readonly Finding[]) =>
  findings.map(({ code, severity, where }) => {
    const mark = severity === 'error' ? '' : ` (${severity})`;
    return `${code.replace('secure-cert.', '')}${where.offset === undefined ? '' : ` @${where.offset}`}${mark}`;
  });
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const tlv = (type: number, data: Uint8Array, { subtype = 0, flags = 0 } = {}) =>
  encodeTlv({ type, subtype, flags, data });
const image = encodeSecureCert(plain, { pad: false });
const fullImage = encodeSecureCert(full, { sha256 });

describe('round trips', () => {
  test.each([
    ['plain', plain],
    ['full', full],
    ['efuse key', efuseKey],
    ['commissionable data alone', { commissioning }],
  ] as const)('%s', (_name, contents: SecureCertContents) => {
    for (const options of [{}, { pad: false }, { sha256 }]) {
      const { tlvs, findings } = decodeSecureCert(encodeSecureCert(contents, options), { sha256 });
      expect(findings).toEqual([]);
      expect(secureCertContents(tlvs)).toEqual(contents);
    }
  });

  test('any custom entries', () => {
    const entry = fc.record({
      type: fc.integer({ min: 51, max: 253 }).filter((type) => type !== 201),
      subtype: fc.nat(253),
      data: fc.uint8Array({ maxLength: 100 }),
    });
    const entries = fc.uniqueArray(entry, {
      minLength: 1,
      maxLength: 20,
      selector: ({ type, subtype }) => type * 256 + subtype,
    });
    fc.assert(
      fc.property(entries, fc.boolean(), (custom, pad) => {
        const { tlvs, findings } = decodeSecureCert(encodeSecureCert({ ...plain, custom }, { pad }));
        expect(findings).toEqual([]);
        expect(secureCertContents(tlvs)).toEqual({ ...plain, custom });
      }),
    );
  });

  test('offsets, lengths and flags of entries', () => {
    const { tlvs } = decodeSecureCert(vector('efuse-key.bin'));
    expect(tlvs.map(({ data, ...rest }) => rest)).toEqual([
      { type: 1, subtype: 0, flags: 0, offset: 0, length: 297, intact: true },
      { type: 0, subtype: 0, flags: 0, offset: 320, length: 389, intact: true },
      { type: 2, subtype: 0, flags: 8, offset: 736, length: 0, intact: true },
      { type: 6, subtype: 0, flags: 0, offset: 752, length: 40, intact: true },
    ]);
  });
});

/** The DAC with a byte changed and the CRC recomputed, then the other entries. */
const withDacByte = (at: number, value: number) => {
  const first = image.slice(0, 320).with(at, value);
  new DataView(first.buffer).setUint32(316, crc(first.subarray(0, 316)), true);
  return join(first, image.subarray(320));
};

function crc(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

const withReserved = (value: number) => {
  const first = image.slice(0, 320).fill(value, 5, 8);
  new DataView(first.buffer).setUint32(316, crc(first.subarray(0, 316)), true);
  return join(first, image.subarray(320));
};

const PEM = Buffer.from('-----BEGIN X-----\nAAAA\n-----END X-----\0');
const der = (length: number, ...start: readonly number[]) =>
  Uint8Array.from(
    { length },
    (_, index) => [0x30, 0x82, (length - 4) >> 8, (length - 4) & 0xff, ...start][index] ?? 7,
  );
const LARGE = der(640);
const RSA = der(600, 2, 1, 0, 2, 0x82, 1, 1);
const OTHERS = (...offsets: readonly number[]) => offsets.map((offset) => `not-matter @${offset} (warning)`);

/** 64 bytes of metadata, with the magic number at `at` and the length of the device certificate. */
function legacy(at: number, length = 1104): Uint8Array {
  const bytes = new Uint8Array(length > 4096 ? 0x2000 : 0x6000);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, length, true);
  view.setUint16(12, 1104, true);
  view.setUint32(at, 0x12345678, true);
  return bytes;
}

const blank = (length: number) => new Uint8Array(length).fill(0xff);
const KEY_AT = 736;
const missing = ['entry-missing', 'entry-missing'];

type Row = readonly [string, Uint8Array, readonly string[], SecureCertDecodeOptions?];
const faulty: readonly Row[] = [
  ['no bytes', new Uint8Array(), ['empty']],
  ['blank flash', blank(0x2000), ['empty']],
  ['blank, then something', join(blank(100), counting(1)), ['empty', 'tail-not-blank @100 (warning)']],
  ['another partition', counting(64, 1), ['magic-wrong @0']],
  ['zeros', new Uint8Array(0x2000), ['magic-wrong @0']],
  ['three bytes', counting(3), ['empty', 'tail-not-blank @0 (warning)']],
  ['only the magic', image.subarray(0, 4), ['entry-truncated @0']],
  ['a header', image.subarray(0, 12), ['entry-truncated @0']],
  ['cut in the key', image.subarray(0, KEY_AT + 100), ['entry-truncated @736', 'entry-missing']],
  ['garbage after the key', join(image, counting(16, 1)), [`magic-wrong @${image.length}`]],
  [
    'leftovers after the key',
    join(image, blank(32), counting(1)),
    [`tail-not-blank @${image.length + 32} (warning)`],
  ],
  ['a flipped bit in the DAC', image.with(100, (image[100] ?? 0) ^ 1), ['crc-mismatch @0']],
  ['a flipped bit in the magic of the PAI', image.with(320, 0x10), ['magic-wrong @320', ...missing]],
  ['reserved bytes that are not zero', withDacByte(5, 1), ['filler-not-zero @0 (warning)']],
  ['padding that is not zero', withDacByte(12 + 297, 1), ['filler-not-zero @0 (warning)']],
  ['longer than the partition', join(image, blank(0x2000)), ['too-large']],
  ['a larger partition', encodeSecureCert(plain, { size: 0x6000 }), [], { size: 0x6000 }],
  ['two DACs', join(image, tlv(1, dac)), [`entry-duplicate @${image.length}`]],
  ['no PAI and no key', tlv(1, dac), missing],
  [
    'a PEM certificate',
    join(tlv(1, Buffer.from('-----BEGIN CERTIFICATE-----')), image.subarray(320)),
    ['certificate-invalid @0'],
  ],
  ['a PKCS#8 key', join(image.subarray(0, KEY_AT), tlv(2, vector('pkcs8.der'))), ['key-not-sec1 @736']],
  [
    'an eFuse key without block',
    join(image.subarray(0, KEY_AT), tlv(2, new Uint8Array(), { flags: 8 })),
    ['entry-missing'],
  ],
  [
    'an eFuse block of another chip',
    join(image, tlv(6, new Uint8Array(40).fill(10))),
    [`efuse-block-invalid @${image.length}`],
  ],
  ['a short SEC_CFG', join(image, tlv(6, Uint8Array.of(4))), [`efuse-block-invalid @${image.length}`]],
  ['a key that is not only in the eFuses', vector('peripheral.bin'), ['key-exposed @800'], { sha256 }],
  [
    'an encrypted key',
    join(image.subarray(0, KEY_AT), tlv(2, counting(137), { flags: 0x80 })),
    ['hmac-protected @736 (warning)'],
  ],
  [
    'a derived key',
    join(image.subarray(0, KEY_AT), tlv(2, new Uint8Array(), { flags: 0x40 })),
    ['hmac-protected @736 (warning)'],
  ],
  [
    'a DAC of another subtype',
    join(image, tlv(1, dac, { subtype: 1 })),
    [`subtype-other @${image.length} (warning)`],
  ],
  ['a derived DAC', join(tlv(1, dac, { flags: 0x40 }), image.subarray(320)), ['hmac-protected @0 (warning)']],
  ['flags that were left erased', join(tlv(1, dac, { flags: 0xff }), image.subarray(320)), []],
  [
    'flags whose HMAC field is that of plain data',
    join(tlv(1, dac, { flags: 0xc0 }), image.subarray(320)),
    ['flags-unexpected @0 (warning)'],
  ],
  ['an erased reserved field', withReserved(0xff), []],
  ['PEM texts of another device', join(tlv(1, PEM), tlv(0, PEM), tlv(2, PEM)), OTHERS(0, 64, 128)],
  ['PEM without CA certificate', join(tlv(1, PEM), tlv(2, PEM)), OTHERS(0, 64)],
  ['a large certificate', join(tlv(1, LARGE), tlv(2, RSA)), OTHERS(0, 656)],
  [
    'an encrypted key beside a PEM certificate',
    join(tlv(1, PEM), tlv(2, counting(137), { flags: 0x80 })),
    [...OTHERS(0), 'hmac-protected @64 (warning)'],
  ],
  [
    'DS data instead of a key',
    join(tlv(1, PEM), tlv(3, counting(40)), tlv(4, counting(8))),
    OTHERS(0, 64, 128),
  ],
  [
    'a PEM DAC beside data of Matter',
    join(tlv(1, PEM), tlv(201, counting(2))),
    ['certificate-invalid @0', ...missing, 'matter-incomplete'],
  ],
  ['an RSA key of a Matter device', join(image.subarray(0, KEY_AT), tlv(2, RSA)), ['key-not-sec1 @736']],
  ['the legacy format', legacy(24), ['legacy-format @0']],
  ['the legacy format with DS', legacy(36), ['legacy-format @0']],
  ['lengths that the legacy format does not allow', legacy(24, 5000), ['magic-wrong @0']],
  [
    'flags on custom data',
    join(image, tlv(51, dac, { flags: 8 })),
    [`flags-unexpected @${image.length} (warning)`],
  ],
  ['an undefined type', join(image, tlv(10, dac)), [`type-reserved @${image.length} (warning)`]],
  ['part of the commissionable data', join(image, tlv(201, Uint8Array.of(0, 1))), ['matter-incomplete']],
  [
    'discriminator and iterations of wrong width',
    join(
      encodeSecureCert({ commissioning }, { pad: false }).subarray(32, 208),
      tlv(201, Uint8Array.of(0)),
      tlv(201, counting(5), { subtype: 3 }),
      tlv(201, counting(16), { subtype: 4 }),
    ),
    ['matter-value-invalid @176', 'matter-value-invalid @208'],
  ],
  [
    'a fixed random value of another length',
    join(image, tlv(201, counting(31), { subtype: 128 })),
    [`matter-value-invalid @${image.length}`],
  ],
  ['a wrong digest', join(image, tlv(9, counting(32))), [`integrity-mismatch @${image.length}`], { sha256 }],
  [
    'a digest cut short',
    join(image, tlv(9, counting(31))),
    [`integrity-mismatch @${image.length}`],
    { sha256 },
  ],
  ['a digest that is not checked', join(image, tlv(9, counting(32))), []],
];

describe('findings', () => {
  test.each(faulty.map(([name, bytes, expected, options = {}]) => ({ name, bytes, expected, options })))(
    '$name',
    ({ bytes, expected, options }) => {
      expect(codes(decodeSecureCert(bytes, options).findings)).toEqual(expected);
    },
  );

  test('every code that only decoding reports has a row', () => {
    const rows = faulty.flatMap(([, , expected]) => expected.join(' '));
    expect(DECODE_ONLY.filter((code) => !rows.some((row) => row.includes(code.slice(12))))).toEqual([]);
  });

  test('contents leave out damaged entries, and use the first of two', () => {
    const damaged = decodeSecureCert(image.with(100, 0)).tlvs;
    expect(secureCertContents(damaged)).toEqual({ pai, privateKey: plain.privateKey });
    const twice = join(tlv(51, counting(1, 1)), tlv(51, counting(1, 2)));
    expect(secureCertContents(decodeSecureCert(twice).tlvs)).toEqual({
      custom: [{ type: 51, subtype: 0, data: counting(1, 1) }],
    });
  });
});

describe('any bytes', () => {
  test('truncated at every length: without findings only if an entry ends there and nothing is missing', () => {
    const clean = [];
    for (let length = 0; length <= 1360; length++) {
      const { tlvs, findings } = decodeSecureCert(fullImage.subarray(0, length), { sha256 });
      expect(tlvs.every((entry) => entry.offset + 16 + entry.length <= length)).toBe(true);
      secureCertContents(tlvs);
      if (findings.length === 0) clean.push(length);
    }
    expect(clean).toEqual([880, 1152, 1200, 1248, 1280, 1312, 1360]);
  });

  test('every flipped byte is found', () => {
    for (let at = 0; at < 1376; at++) {
      const { tlvs, findings } = decodeSecureCert(fullImage.with(at, (fullImage[at] ?? 0) ^ 0xff), {
        sha256,
      });
      expect(findings.length).toBeGreaterThan(0);
      secureCertContents(tlvs);
    }
  });

  test('entries of any kind', () => {
    const entry = fc.record({
      type: fc.nat(255),
      subtype: fc.nat(255),
      flags: fc.nat(255),
      data: fc.uint8Array({ maxLength: 130 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.uint8Array({ maxLength: 40 }), (entries, tail) => {
        const { tlvs } = decodeSecureCert(join(...entries.map(encodeTlv), blank(4), tail), { sha256 });
        expect(tlvs.map(({ type, subtype, flags, data }) => ({ type, subtype, flags, data }))).toEqual(
          entries,
        );
        secureCertContents(tlvs);
      }),
    );
  });

  test('64 MiB of blank flash, of garbage and of entries: no more than 60 KiB are read', () => {
    const large = new Uint8Array(64 * 2 ** 20);
    const entry = tlv(51, new Uint8Array());
    for (let at = 0; at < large.length; at += entry.length) large.set(entry, at);
    const { tlvs, findings } = decodeSecureCert(large);
    expect(tlvs).toHaveLength(0xf000 / entry.length);
    expect(findings.length).toBeLessThan(0xf000 / entry.length + 10);
    expect(codes(decodeSecureCert(large.fill(0xff)).findings)).toEqual(['too-large', 'empty']);
    expect(codes(decodeSecureCert(large.fill(0xa5)).findings)).toEqual(['too-large', 'magic-wrong @0']);
  });
});
