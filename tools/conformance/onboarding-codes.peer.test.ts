/** Random onboarding codes through the codecs of matter.js and through ours. */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import {
  decodeManualCode,
  decodeQrCode,
  decodeQrCodes,
  encodeManualCode,
  encodeQrCode,
  encodeQrCodes,
  type QrCodePayload,
} from 'nvs-core';
import { FORBIDDEN_PASSCODES } from '../../packages/nvs-core/src/commissioning/passcode';
import { parametersOf, printSeed, runsOf } from './seed';

const COUNT = 3000;

interface MatterCode {
  readonly version: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly flowType: number;
  readonly discoveryCapabilities: number;
  readonly discriminator: number;
  readonly passcode: number;
  readonly tlvData?: Uint8Array | undefined;
}

interface MatterManualCode {
  readonly shortDiscriminator?: number;
  readonly discriminator?: number;
  readonly passcode: number;
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
}

interface Codecs {
  readonly QrPairingCodeCodec: {
    encode(codes: readonly MatterCode[]): string;
    decode(text: string): MatterCode[];
    encodeTlvData(data: object): Uint8Array;
    decodeTlvData(tlv: Uint8Array): Record<string, unknown>;
  };
  readonly ManualPairingCodeCodec: {
    encode(code: MatterManualCode): string;
    decode(text: string): MatterManualCode;
  };
}

const { QrPairingCodeCodec, ManualPairingCodeCodec } = createRequire(
  join(resolve(__dirname, '../peers/matter'), 'package.json'),
)('@matter/types') as Codecs;

beforeAll(() => printSeed('onboarding codes of matter.js', runsOf(COUNT)));

const fields = fc.record({
  vendorId: fc.integer({ min: 1, max: 0xfff4 }),
  productId: fc.integer({ min: 1, max: 0xffff }),
  flow: fc.integer({ min: 0, max: 2 }),
  discovery: fc.integer({ min: 0, max: 63 }),
  discriminator: fc.integer({ min: 0, max: 4095 }),
  passcode: fc
    .integer({ min: 1, max: 99999998 })
    .filter((passcode) => !FORBIDDEN_PASSCODES.includes(passcode)),
});
const pbkdf = fc.option(
  fc.record({
    pbkdfIterations: fc.integer({ min: 1000, max: 100000 }),
    pbkdfSalt: fc.uint8Array({ minLength: 16, maxLength: 32 }),
  }),
  { nil: {} },
);
/** The common elements. */
const data = fc
  .tuple(
    fc.record(
      {
        serialNumber: fc.oneof(
          fc.string({ unit: fc.constantFrom(...'ABCäß-0 '), minLength: 1, maxLength: 16 }),
          fc.nat(2 ** 32 - 1),
        ),
        numberOfDevices: fc.integer({ min: 1, max: 255 }),
        commissioningTimeout: fc.nat(0xffff),
      },
      { requiredKeys: [] },
    ),
    pbkdf,
  )
  .map(([common, pair]) => ({ ...common, ...pair }));

const theirsOf = ({ vendorId, productId, flow, discovery, discriminator, passcode }: QrCodePayload) => ({
  version: 0,
  ...{ vendorId, productId, flowType: flow, discoveryCapabilities: discovery, discriminator, passcode },
});

test('QR codes are those of matter.js, and read by both', () => {
  fc.assert(
    fc.property(fields, (payload) => {
      const code = encodeQrCode(payload);
      expect(QrPairingCodeCodec.encode([theirsOf(payload)])).toBe(code);
      expect(QrPairingCodeCodec.decode(code)).toMatchObject([theirsOf(payload)]);
    }),
    parametersOf(COUNT),
  );
});

/** What matter.js 0.17.9 cannot read: Base38 that ends with a whole group of five characters. */
const isOfWholeGroups = (code: string) => code.slice('MT:'.length).length % 5 === 0;
let wholeGroups = 0;

test('optional data is read by both', () => {
  fc.assert(
    fc.property(fields, data, (payload, optional) => {
      const code = encodeQrCode({ ...payload, ...optional });
      if (isOfWholeGroups(code)) {
        expect(() => QrPairingCodeCodec.decode(code)).toThrow('Invalid base38 encoded string length');
        wholeGroups++;
      } else {
        const [read] = QrPairingCodeCodec.decode(code);
        const theirs = read?.tlvData === undefined ? {} : QrPairingCodeCodec.decodeTlvData(read.tlvData);
        expect(plain(theirs)).toEqual(plain(optional));
      }
      if (Object.keys(optional).length === 0) return;
      const tlvData = QrPairingCodeCodec.encodeTlvData(optional);
      const theirs = QrPairingCodeCodec.encode([{ ...theirsOf(payload), tlvData }]);
      expect(plain(decodeQrCode(theirs))).toEqual(plain({ ...payload, ...optional }));
    }),
    parametersOf(COUNT),
  );
  expect(wholeGroups).toBeGreaterThan(0);
});

test('codes of several devices are those of matter.js, and read by both', () => {
  fc.assert(
    fc.property(fc.array(fields, { minLength: 1, maxLength: 5 }), (payloads) => {
      const code = encodeQrCodes(payloads);
      expect(QrPairingCodeCodec.encode(payloads.map(theirsOf))).toBe(code);
      expect(QrPairingCodeCodec.decode(code)).toMatchObject(payloads.map(theirsOf));
      expect(decodeQrCodes(code)).toEqual(payloads);
    }),
    parametersOf(COUNT / 5),
  );
});

test('manual codes are those of matter.js, and read by both', () => {
  fc.assert(
    fc.property(fields, (payload) => {
      const { discriminator, passcode, vendorId, productId, flow } = payload;
      const code = encodeManualCode(payload);
      const ids = flow === 0 ? {} : { vendorId, productId };
      expect(ManualPairingCodeCodec.encode({ discriminator, passcode, ...ids })).toBe(code);
      const {
        vendorId: theirVendor,
        productId: theirProduct,
        ...theirs
      } = ManualPairingCodeCodec.decode(code);
      const theirIds = theirVendor === undefined ? {} : { vendorId: theirVendor, productId: theirProduct };
      expect({ ...theirs, ...theirIds }).toEqual(decodeManualCode(code));
    }),
    parametersOf(COUNT),
  );
});

/** With bytes as hex and without fields that are undefined; matter.js has its own class of bytes and may use bigint. */
function plain(value: object): object {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      if (one === undefined) return [];
      return [[name, ArrayBuffer.isView(one) ? Buffer.from(one as Uint8Array).toString('hex') : one]];
    }),
  );
}
