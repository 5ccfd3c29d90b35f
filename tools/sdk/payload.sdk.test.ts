/** Random onboarding codes: what the Matter SDK makes and reads, and what we do. */
import fc from 'fast-check';
import {
  decodeManualCode,
  decodeQrCodes,
  encodeManualCode,
  encodeQrCode,
  encodeQrCodes,
  FactoryError,
  type QrCodePayload,
} from 'nvs-core';
import { decodeBase38, encodeBase38 } from '../../packages/nvs-core/src/commissioning/base38';
import { FORBIDDEN_PASSCODES } from '../../packages/nvs-core/src/commissioning/passcode';
import { parametersOf, printSeed, runsOf } from '../conformance/seed';
import { peerProgram } from '../testing/peer-program';
import { requires } from '../testing/requires';
import { type SdkCodes, type SdkReading, sdkCodes, sdkReadings } from './payload';

const BASE38 = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.'];
/** Discovery over NFC and Thread. */
const NEW_DISCOVERIES = 0x30;

/** Codes that the SDK reads and we refuse: against the specification, or something of them would be lost. */
const STRICTER: Readonly<Record<string, { readonly why: string; readonly only?: RegExp }>> = {
  'commissioning.qr-code-data-invalid': {
    why: 'the SDK reads the elements that it knows and ignores what is around them',
  },
  'commissioning.qr-code-data-value': {
    why: 'the SDK ignores elements of other types, and cuts text at U+0000 and U+001F',
  },
  'commissioning.base38-character': {
    why: 'the SDK reads the first part that begins with "MT:" of a text with "%"',
    only: /%/,
  },
  'commissioning.manual-code-overflow': { why: 'the SDK drops the bits above those of a number' },
};

/** Whether the SDK reads a code that we refuse for a known reason. */
const isStricter = (code: string, text: string) => STRICTER[code]?.only?.test(text) ?? code in STRICTER;

/** Codes that we read and SDK 2025.7.0 refuses: its later source reads them. */
function isNewer(payload: QrCodePayload): boolean {
  const { pbkdfIterations, numberOfDevices, commissioningTimeout } = payload;
  return (
    (payload.discovery & NEW_DISCOVERIES) !== 0 ||
    [pbkdfIterations, numberOfDevices, commissioningTimeout].some((value) => value !== undefined)
  );
}

/** The result, or the code of the error. */
function attempt<T>(work: () => T): { readonly value: T } | { readonly code: string } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof FactoryError) return { code: error.code };
    throw error;
  }
}

const orNull = <T>(work: () => T): T | null => {
  const result = attempt(work);
  return 'value' in result ? result.value : null;
};

const tally: Record<string, number> = {};
const count = (what: string) => {
  tally[what] = (tally[what] ?? 0) + 1;
};
const sdk = requires(isInstalled(), 'the Matter SDK: node tools/peers/install.mjs sdk');

function isInstalled(): boolean {
  try {
    return peerProgram('sdk', 'python') !== '';
  } catch {
    return false;
  }
}

const samplesOf = <T>(arbitrary: fc.Arbitrary<T>, usual: number): T[] => {
  const { seed, numRuns } = parametersOf<T>(usual);
  return fc.sample(arbitrary, { seed, numRuns } as fc.Parameters<T>);
};
/** In most cases the first, sometimes the second. */
const mostly = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: other });

const validPasscode = fc
  .integer({ min: 1, max: 99999998 })
  .filter((passcode) => !FORBIDDEN_PASSCODES.includes(passcode));
const validFields = {
  vendorId: fc.oneof(fc.integer({ min: 1, max: 0xfff4 }), fc.integer({ min: 0xfff0, max: 0xfff4 })),
  productId: fc.integer({ min: 1, max: 0xffff }),
  flow: fc.integer({ min: 0, max: 2 }),
  discovery: fc.integer({ min: 0, max: 15 }),
  discriminator: fc.integer({ min: 0, max: 4095 }),
  passcode: validPasscode,
};
const valid = fc.record(validFields);
const anything = fc.record({
  ...validFields,
  vendorId: mostly(validFields.vendorId, fc.oneof(fc.constant(0), fc.integer({ min: 0xfff5, max: 0xffff }))),
  productId: mostly(validFields.productId, fc.constant(0)),
  flow: mostly(validFields.flow, fc.constant(3)),
  discovery: mostly(validFields.discovery, fc.integer({ min: 0, max: 63 })),
  passcode: mostly(
    validPasscode,
    fc.oneof(fc.constantFrom(0, ...FORBIDDEN_PASSCODES), fc.integer({ min: 99999990, max: 2 ** 27 - 1 })),
  ),
});

const text = (minLength: number, maxLength: number) =>
  fc.string({ unit: 'grapheme', minLength, maxLength }).filter((value) => {
    const { length } = Buffer.from(value);
    return length >= minLength && length <= maxLength && !value.includes('\0') && !value.includes('\u001f');
  });
const optionalData = fc.record(
  {
    serialNumber: fc.oneof(text(1, 32), fc.nat(2 ** 32 - 1)),
    vendorData: fc.dictionary(
      fc.integer({ min: 128, max: 255 }).map(String),
      fc.oneof(text(0, 12), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      { minKeys: 1, maxKeys: 4 },
    ),
  },
  { requiredKeys: [] },
);
const withData = fc
  .tuple(valid, optionalData)
  .map(([payload, data]): QrCodePayload => ({ ...payload, ...data }));

/** TLV elements of a structure, some with a tag or a type that none may have. */
const element = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 5, 0x7f, 0x80, 0x81, 0xff),
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 1 }).map((value) => [0x24, ...value]),
      fc.uint8Array({ minLength: 2, maxLength: 2 }).map((value) => [0x25, ...value]),
      fc.uint8Array({ minLength: 4, maxLength: 4 }).map((value) => [0x26, ...value]),
      fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => [0x27, ...value]),
      fc.uint8Array({ minLength: 1, maxLength: 1 }).map((value) => [0x20, ...value]),
      fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => [0x23, ...value]),
      fc.uint8Array({ maxLength: 34 }).map((value) => [0x30, value.length, ...value]),
      fc.string({ maxLength: 34 }).map((value) => [0x2c, value.length, ...Buffer.from(value)]),
      fc.uint8Array({ maxLength: 6 }).map((value) => [0x2c, value.length, ...value]),
      fc.constantFrom([0x28], [0x29], [0x34]),
    ),
  )
  .map(([tag, [control = 0, ...value]]) => [control, tag, ...value]);
const structure = fc
  .array(element, { maxLength: 3 })
  .map((elements) => Uint8Array.of(0x15, ...elements.flat(), 0x18));
const tlv = fc.oneof(
  { weight: 6, arbitrary: structure },
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
  fc
    .tuple(structure, fc.uint8Array({ minLength: 1, maxLength: 3 }))
    .map(([whole, tail]) => Uint8Array.of(...whole, ...tail)),
  structure.map((whole) => whole.slice(0, -1)),
);
const changed = fc
  .tuple(
    withData.map((payload) => encodeQrCode(payload)),
    fc.nat(120),
    fc.nat(2),
    fc.constantFrom(...BASE38, '*', ' ', 'a', '%'),
  )
  .map(([code, position, remove, insert]) => {
    const at = position % (code.length + 1);
    return code.slice(0, at) + insert + code.slice(at + remove);
  });
/** Elements that the SDK does not know before its later source. */
const newerFields = {
  pbkdfIterations: fc.integer({ min: 1000, max: 100000 }),
  pbkdfSalt: fc.uint8Array({ minLength: 16, maxLength: 32 }),
  numberOfDevices: fc.integer({ min: 1, max: 255 }),
  commissioningTimeout: fc.nat(0xffff),
};
const qrCodes = fc.oneof(
  { weight: 2, arbitrary: withData.map((payload) => encodeQrCode(payload)) },
  { weight: 3, arbitrary: changed },
  {
    weight: 3,
    arbitrary: fc
      .tuple(valid, tlv)
      .map(
        ([payload, tail]) =>
          `MT:${encodeBase38(Uint8Array.of(...decodeBase38(encodeQrCode(payload), 3), ...tail))}`,
      ),
  },
  fc.tuple(valid, fc.integer({ min: 1, max: 15 })).map(([payload, padding]) => {
    const bytes = decodeBase38(encodeQrCode(payload), 3);
    bytes[10] = (bytes[10] ?? 0) | (padding << 4);
    return `MT:${encodeBase38(bytes)}`;
  }),
  fc.tuple(valid, fc.record(newerFields)).map(([payload, data]) => encodeQrCode({ ...payload, ...data })),
  withData.map((payload) => `${encodeQrCode(payload)}%0`),
  fc.uint8Array({ minLength: 11, maxLength: 11 }).map((bytes) => `MT:${encodeBase38(bytes)}`),
);

const manualCodes = fc
  .tuple(
    valid.map((payload) => encodeManualCode(payload)),
    fc.boolean(),
    fc.nat(30),
    fc.nat(2),
    fc.constantFrom(...'0123456789', '-', ' ', '\n', 'a', ''),
  )
  .map(([code, isChanged, position, remove, insert]) => {
    const at = position % (code.length + 1);
    return isChanged ? code.slice(0, at) + insert + code.slice(at + remove) : code;
  });
/** Digits with a right check digit. */
const checkedDigits = fc
  .tuple(fc.constantFrom(10, 10, 20, 20, 9, 11), fc.infiniteStream(fc.integer({ min: 0, max: 9 })))
  .map(([length, digits]) => Array.from({ length }, () => digits.next().value).join(''))
  .map((digits) => [...'0123456789'].map((digit) => digits + digit));

sdk('onboarding codes of the Matter SDK', () => {
  beforeAll(() => printSeed('onboarding codes of the Matter SDK', runsOf(4000)));
  afterAll(() => void process.stderr.write(`onboarding codes of the Matter SDK: ${JSON.stringify(tally)}\n`));

  test('payloads of every kind give the same codes, or are refused by both', async () => {
    const payloads = samplesOf(anything, 4000);
    const theirs = await sdkCodes(payloads);
    const unequal = payloads.flatMap((payload, index): object[] => {
      const { qrCode, manualCode } = theirs[index] as SdkCodes;
      const ours = {
        qrCode: orNull(() => encodeQrCode(payload)),
        manualCode: orNull(() => encodeManualCode(payload)),
      };
      count(ours.qrCode === null ? 'refused payloads' : 'codes made');
      const isKnown = qrCode === null && ours.qrCode !== null && (payload.discovery & NEW_DISCOVERIES) !== 0;
      if (isKnown) count('codes of a newer discovery');
      const isEqual = (qrCode === ours.qrCode || isKnown) && manualCode === ours.manualCode;
      return isEqual ? [] : [{ payload, ours, theirs: { qrCode, manualCode } }];
    });
    expect(unequal).toEqual([]);
  });

  test('optional data is encoded as the SDK encodes it', async () => {
    const payloads = samplesOf(withData, 3000);
    const theirs = await sdkCodes(payloads);
    expect(payloads.map((payload) => encodeQrCode(payload))).toEqual(theirs.map(({ qrCode }) => qrCode));
  });

  test('codes of several devices are read by both', async () => {
    const lists = samplesOf(fc.array(withData, { minLength: 1, maxLength: 6 }), 500);
    const codes = lists.map((payloads) => encodeQrCodes(payloads));
    const readings = await sdkReadings(codes);
    expect(readings).toEqual(
      lists.map((payloads) => ({ codes: payloads.map((payload) => encodeQrCode(payload)) })),
    );
    expect(codes.map(decodeQrCodes)).toEqual(lists);
  });

  test('QR codes of every kind are read alike, or refused by both', async () => {
    const codes = samplesOf(qrCodes, 6000);
    const readings = await sdkReadings(codes);
    const unequal = codes.flatMap((code, index): object[] => {
      const theirs = readings[index] as SdkReading;
      const ours = attempt(() => decodeQrCodes(code));
      if ('code' in ours) {
        count('error' in theirs ? 'codes refused by both' : `stricter: ${ours.code}`);
        return 'error' in theirs || isStricter(ours.code, code) ? [] : [{ code, ours, theirs }];
      }
      if ('error' in theirs) {
        count('newer codes');
        return ours.value.some(isNewer) ? [] : [{ code, ours, theirs }];
      }
      count('codes read by both');
      const again = ours.value.map((payload) => encodeQrCode(payload));
      return JSON.stringify(theirs) === JSON.stringify({ codes: again }) ? [] : [{ code, ours, theirs }];
    });
    expect(unequal).toEqual([]);
  });

  test('manual codes of every kind are read alike, or refused by both', async () => {
    const codes = [...samplesOf(manualCodes, 3000), ...samplesOf(checkedDigits, 500).flat()];
    const readings = await sdkReadings(codes);
    const unequal = codes.flatMap((code, index): object[] => {
      const theirs = readings[index] as SdkReading;
      const ours = attempt(() => decodeManualCode(code));
      if ('code' in ours) {
        count('error' in theirs ? 'manual codes refused by both' : `stricter: ${ours.code}`);
        return 'error' in theirs || isStricter(ours.code, code) ? [] : [{ code, ours, theirs }];
      }
      count('manual codes read by both');
      const { vendorId, productId } = ours.value;
      const flow = vendorId === undefined ? 0 : 2;
      const full = { vendorId: 0, productId: 0, ...ours.value, flow };
      return 'passcode' in theirs &&
        Object.entries(theirs).every(([name, value]) => full[name as keyof typeof full] === value)
        ? []
        : [{ code, ours, theirs, productId }];
    });
    expect(unequal).toEqual([]);
  });

  test('each known difference occurs', () => {
    expect(Object.keys(tally)).toEqual(
      expect.arrayContaining([
        ...Object.keys(STRICTER).map((code) => `stricter: ${code}`),
        'newer codes',
        'codes of a newer discovery',
      ]),
    );
  });
});
