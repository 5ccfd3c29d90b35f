/** Random factory configs, each with the command line of esp-matter-mfg-tool that means the same. */
import fc from 'fast-check';
import { computeVerifier } from 'nvs-core';
import { toBase64 } from 'nvs-core/bytes';
import { bytesArbitrary } from './seed';

/** Vendor and product ids for which there are credentials. */
export const PRODUCTS = [
  { vendorId: 0xfff1, productId: 0x8000 },
  { vendorId: 0xfff2, productId: 0x0001 },
  { vendorId: 0xfff4, productId: 0xffff },
] as const;

export interface FactoryCase {
  readonly product: (typeof PRODUCTS)[number];
  /** factory.config.json; its credentials are in the folder `credentials-<vendor id>`. */
  readonly config: Record<string, Record<string, unknown>>;
  /** The command line, without credentials and output. */
  readonly argv: readonly string[];
  /** Rows of --csv and --mcsv. */
  readonly extra: readonly { readonly key: string; readonly encoding: string; readonly cell: string }[];
  readonly storage: 'nvs' | 'dac' | 'all';
  readonly encrypt: boolean;
}

const FINISHES = ['other', 'matte', 'satin', 'polished', 'rugged', 'fabric'];
const COLORS =
  'black navy green teal maroon purple olive gray blue lime aqua red fuchsia yellow white nickel chrome brass copper silver gold'.split(
    ' ',
  );
const CALENDARS =
  'Buddhist Chinese Coptic Ethiopian Gregorian Hebrew Indian Islamic Japanese Korean Persian Taiwanese'.split(
    ' ',
  );

/** Text that the tool's own CSV files carry, and that no option starts with. */
const text = (maxBytes: number, forbidden = /[\0\r\n]/g) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: maxBytes }),
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: maxBytes }),
      fc.constantFrom('Light, "white"', "it's", '#1', 'Größe 3', '灯', '0', '00', '"'),
    )
    .map((drawn) => {
      let points = [...drawn.replace(forbidden, '').replace(/^[-\s\p{Z}]+|[\s\p{Z}\p{C}]+$/gu, '')];
      while (Buffer.byteLength(points.join('')) > maxBytes) points = points.slice(0, -1);
      return points.join('').trim();
    })
    .filter((drawn) => drawn !== '');

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const extraArbitrary = fc.uniqueArray(
  fc.record({
    key: fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/).map((name) => `x${name}`),
    value: fc.oneof(
      // No i16: the tool doesn't know it.
      fc.constantFrom('u8', 'i8', 'u16', 'u32', 'i32', 'u64', 'i64').chain((type) => {
        const bits = BigInt(type.slice(1));
        const signed = type.startsWith('i');
        return fc
          .bigInt({
            min: signed ? -(1n << (bits - 1n)) : 0n,
            max: (signed ? 1n << (bits - 1n) : 1n << bits) - 1n,
          })
          .map((drawn) => ({ type, encoding: type, cell: String(drawn), value: String(drawn) as unknown }));
      }),
      text(60).map((drawn) => ({ type: 'string', encoding: 'string', cell: drawn, value: drawn as unknown })),
      bytesArbitrary(fc.integer({ min: 1, max: 60 })).map((bytes) => ({
        type: 'blob',
        encoding: 'hex2bin',
        cell: Buffer.from(bytes).toString('hex'),
        value: { hex: Buffer.from(bytes).toString('hex') } as unknown,
      })),
      bytesArbitrary(fc.integer({ min: 1, max: 60 })).map((bytes) => ({
        type: 'blob',
        encoding: 'base64',
        cell: toBase64(bytes),
        value: { base64: toBase64(bytes) } as unknown,
      })),
    ),
  }),
  { maxLength: 6, selector: ({ key }) => key },
);

const passcodeArbitrary = fc
  .integer({ min: 1, max: 99_999_998 })
  .filter((drawn) => drawn % 11_111_111 !== 0 && drawn !== 12_345_678 && drawn !== 87_654_321);
const labelArbitrary = text(15, /[\0\r\n/]/g);

const fieldsArbitrary = fc.record({
  product: fc.constantFrom(...PRODUCTS),
  numerals: fc.constantFrom(10, 16),
  passcode: passcodeArbitrary,
  discriminator: fc.integer({ min: 1, max: 0xfff }),
  salt: bytesArbitrary(fc.integer({ min: 16, max: 32 })),
  iterations: fc.integer({ min: 1000, max: 2000 }),
  flow: fc.constantFrom(0, 1, 2),
  discovery: fc.constantFrom(2, 4, 6),
  vendorName: maybe(text(32)),
  productName: maybe(text(32)),
  hardwareVersion: maybe(fc.integer({ min: 0, max: 0xffff })),
  hardwareVersionString: maybe(text(64)),
  manufacturingDate: maybe(
    fc.tuple(fc.constantFrom('20240229', '20250416', '19991231'), fc.stringMatching(/^[A-Z0-9]{0,8}$/)),
  ),
  serialNumber: text(16),
  rotatingId: maybe(bytesArbitrary(fc.constant(16))),
  finish: maybe(fc.constantFrom(...FINISHES)),
  color: maybe(fc.constantFrom(...COLORS)),
  partNumber: maybe(text(32)),
  calendars: maybe(fc.uniqueArray(fc.constantFrom(...CALENDARS), { minLength: 1 })),
  locales: maybe(
    fc.uniqueArray(fc.constantFrom('en-US', 'de', 'zh-Hans-CN', 'fr-CA', 'x-klingon'), { minLength: 1 }),
  ),
  labels: maybe(
    fc.array(fc.record({ endpoint: fc.nat(20), label: labelArbitrary, value: labelArbitrary }), {
      minLength: 1,
      maxLength: 5,
    }),
  ),
  modes: maybe(
    fc.uniqueArray(
      fc.record({
        endpoint: fc.nat(15),
        mode: fc.nat(255),
        label: text(64, /[\0\r\n/]/g),
        tags: fc.array(fc.record({ value: fc.nat(0xffff), mfgCode: fc.nat(0xffff) }), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 4, selector: ({ endpoint, mode }) => `${endpoint} ${mode}` },
    ),
  ),
  productLabel: maybe(text(64)),
  productUrl: maybe(fc.webUrl().filter((url) => Buffer.byteLength(url) <= 256)),
  extra: extraArbitrary,
  extraNamespace: fc.constantFrom('app', 'zz.conf'),
  size: fc.constantFrom(0x6000, 0x8000, 0x5000),
  storage: fc.constantFrom('nvs' as const, 'nvs' as const, 'dac' as const, 'all' as const),
  encrypt: fc.nat(3).map((drawn) => drawn === 0),
});

export const factoryCaseArbitrary: fc.Arbitrary<FactoryCase & { readonly extraNamespace: string }> =
  fieldsArbitrary.map((fields) => {
    const { product, passcode, salt, iterations, storage, rotatingId, labels, modes, extraNamespace } =
      fields;
    const numeral = (value: number) => (fields.numerals === 10 ? String(value) : `0x${value.toString(16)}`);
    const verifier = toBase64(computeVerifier({ passcode, salt, iterations }).bytes);
    const uniqueId = storage === 'all' ? (rotatingId ?? salt.subarray(0, 16)) : rotatingId;
    const hex = uniqueId && Buffer.from(uniqueId).toString('hex');
    const option = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value]);
    const many = (name: string, values: readonly string[] | undefined) =>
      values === undefined ? [] : [name, ...values];
    const number = (name: string, value: number | undefined) =>
      option(name, value === undefined ? value : numeral(value));
    const date = fields.manufacturingDate?.join('');
    // The tool takes a colour without a finish, which no firmware reads.
    const color = fields.finish === undefined ? undefined : fields.color;
    const argv = [
      ...number('--vendor-id', product.vendorId),
      ...number('--product-id', product.productId),
      ...number('--passcode', passcode),
      ...number('--discriminator', fields.discriminator),
      ...option('--salt', toBase64(salt)),
      ...option('--verifier', verifier),
      ...number('--iteration-count', iterations),
      ...option('--commissioning-flow', String(fields.flow)),
      ...option('--discovery-mode', String(fields.discovery)),
      ...option('--vendor-name', fields.vendorName),
      ...option('--product-name', fields.productName),
      ...number('--hw-ver', fields.hardwareVersion),
      ...option('--hw-ver-str', fields.hardwareVersionString),
      ...option('--mfg-date', date),
      ...option('--serial-num', fields.serialNumber),
      ...(hex === undefined ? [] : ['--enable-rotating-device-id', '--rd-id-uid', hex]),
      ...option('--product-finish', fields.finish),
      ...option('--product-color', color),
      ...option('--part-number', fields.partNumber),
      ...many('--calendar-types', fields.calendars),
      ...many('--locales', fields.locales),
      ...many(
        '--fixed-labels',
        labels?.map(({ endpoint, label, value }) => `${endpoint}/${label}/${value}`),
      ),
      ...many(
        '--supported-modes',
        modes?.map(({ endpoint, mode, label, tags }) => {
          const list = tags.map(({ value, mfgCode }) => `${value}\\${mfgCode.toString(16)}`).join(', ');
          return `${mode}/${label}/${endpoint}${tags.length === 0 ? '' : `/${list}`}`;
        }),
      ),
      ...option('--product-label', fields.productLabel),
      ...option('--product-url', fields.productUrl),
      ...number('--size', fields.size),
      ...(storage === 'nvs' ? [] : ['--dac-in-secure-cert']),
      ...(storage === 'all' ? ['--commissionable-data-in-secure-cert', '--rd-id-uid-in-secure-cert'] : []),
      ...(fields.encrypt ? ['--encrypt'] : []),
    ];
    const config = withoutUndefined({
      deviceInstanceInfo: {
        ...product,
        vendorName: fields.vendorName,
        productName: fields.productName,
        productLabel: fields.productLabel,
        productUrl: fields.productUrl,
        productFinish: fields.finish,
        productColor: color,
        partNumber: fields.partNumber,
        serialNumber: fields.serialNumber,
        manufacturingDate: date,
        hardwareVersion: fields.hardwareVersion,
        hardwareVersionString: fields.hardwareVersionString,
        rotatingDeviceIdUniqueId: hex,
      },
      commissioning: {
        passcode,
        discriminator: fields.discriminator,
        iterations,
        salt: toBase64(salt),
        flow: fields.flow,
        discovery: fields.discovery,
      },
      deviceInfo: {
        locales: fields.locales,
        calendarTypes: fields.calendars,
        fixedLabels: labels,
        supportedModes: modes?.map(({ endpoint, mode, label, tags }) => ({
          endpoint,
          mode,
          label,
          semanticTags: tags.map(({ value, mfgCode }) => ({ value, manufacturerCode: mfgCode })),
        })),
      },
      nvs: {
        extra: fields.extra.map(({ key, value: { type, value } }) => ({
          namespace: extraNamespace,
          key,
          type,
          value,
        })),
      },
      partition: { size: fields.size },
      storage: {
        attestation: storage === 'nvs' ? 'nvs' : 'secure-cert',
        commissioning: storage === 'all' ? 'secure-cert' : 'nvs',
      },
    });
    const extra = fields.extra.map(({ key, value: { encoding, cell } }) => ({ key, encoding, cell }));
    return { product, config, argv, extra, extraNamespace, storage, encrypt: fields.encrypt };
  });

function withoutUndefined(config: Record<string, Record<string, unknown>>) {
  return JSON.parse(JSON.stringify(config)) as Record<string, Record<string, unknown>>;
}
