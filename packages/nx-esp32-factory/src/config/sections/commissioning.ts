/** What a phone needs to find and pair the device: Matter Core Specification, section 5.1. */
import { checkPasscode, checkSalt, VERIFIER_LENGTH } from 'nvs-core';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { encodedBytes } from '../values/bytes';
import { type Dynamic, isDynamic, isRandom, markerShape, type Random, randomShape } from '../values/chosen';
import { numbered } from '../values/enumeration';
import { described } from '../values/field';
import { checkRange, integer, integerShape, parseInteger } from '../values/integer';
import { kindOf, leaf, wrongType } from '../values/leaf';
import { isRecord } from '../values/record';
import {
  contentText,
  isReference,
  parseReference,
  type Reference,
  referenceShape,
} from '../values/reference';

export const FLOWS = ['standard', 'user-intent', 'custom'] as const;

/** RegulatoryLocationTypeEnum of the General Commissioning cluster. */
export const LOCATIONS = ['indoor', 'outdoor', 'indoor-outdoor'] as const;

/** Bit by bit of the discovery capabilities (section 5.1.1.4). */
export const DISCOVERIES = ['soft-ap', 'ble', 'on-network', 'wifi-paf', 'nfc', 'thread'] as const;

const PASSCODE_DIGITS = /^[0-9]{1,8}$/;
const PASSCODE = {
  what: 'the passcode',
  must: 'a number of 1 to 99999998, {"env": NAME}, {"file": path}, {"random": true} or {"dynamic": true}',
};

/** Eight digits are often written with leading zeros, in files too. */
function passcodeOf(value: unknown, what: string): number {
  if (typeof value === 'number') return checkPasscode(value);
  if (typeof value === 'string' && PASSCODE_DIGITS.test(value)) return checkPasscode(Number(value));
  if (typeof value === 'string') {
    throw configErrors.error('config.not-an-integer', { what, must: 'a passcode of one to eight digits' });
  }
  throw wrongType(PASSCODE, value);
}

const passcode = leaf(
  PASSCODE,
  {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: 99999998 },
      { type: 'string', pattern: PASSCODE_DIGITS.source },
      ...referenceShape.anyOf,
      randomShape,
      markerShape(
        'dynamic',
        'The firmware makes its own passcode: no verifier is stored, and no codes are made.',
      ),
    ],
    shown: [20202021, { env: 'LIGHT_PASSCODE' }, { random: true }],
  },
  (value): number | Reference<number> | Random | Dynamic => {
    if (isReference(value)) {
      return parseReference(value, (content) =>
        passcodeOf(contentText(content), `${PASSCODE.what} (${content.what})`),
      );
    }
    if (isRandom(value)) return { random: true };
    if (isDynamic(value)) return { dynamic: true };
    return passcodeOf(value, PASSCODE.what);
  },
);

const DISCRIMINATOR = {
  what: 'the discriminator',
  min: 0,
  max: 0xfff,
  why: 'a discriminator has 12 bits: 0 to 4095 (0xFFF)',
};

const discriminator = leaf(
  { what: DISCRIMINATOR.what, must: 'a number of 0 to 4095, or {"random": true}' },
  { anyOf: [...(integerShape(DISCRIMINATOR).anyOf as unknown[]), randomShape], shown: [3840, '0xF00'] },
  (value): number | Random => {
    if (isRandom(value)) return { random: true };
    if (isRecord(value)) {
      throw wrongType(
        { what: DISCRIMINATOR.what, must: 'a number of 0 to 4095, or {"random": true}' },
        value,
      );
    }
    return Number(checkRange(parseInteger(value, DISCRIMINATOR.what), DISCRIMINATOR));
  },
);

const DISCOVERY = {
  what: 'the discovery mask',
  min: 1,
  max: 63,
  why: 'add up 1 soft-ap, 2 ble, 4 on-network, 8 wifi-paf, 16 nfc, 32 thread, or list the names',
};
const DISCOVERY_MUST = `a list of ${DISCOVERIES.join(', ')}, or their sum`;

const discovery = leaf(
  { what: DISCOVERY.what, must: DISCOVERY_MUST },
  {
    anyOf: [
      { type: 'array', items: { enum: [...DISCOVERIES] }, minItems: 1, uniqueItems: true },
      ...(integerShape(DISCOVERY).anyOf as unknown[]),
    ],
    shown: [['ble'], ['ble', 'on-network'], 2],
  },
  (value): number => {
    if (!Array.isArray(value)) {
      if (typeof value !== 'number' && typeof value !== 'string') {
        throw wrongType({ what: DISCOVERY.what, must: DISCOVERY_MUST }, value);
      }
      return Number(checkRange(parseInteger(value, DISCOVERY.what), DISCOVERY));
    }
    if (value.length === 0) {
      throw configErrors.error('config.list-length', {
        what: DISCOVERY.what,
        length: 0,
        must: 'one or more',
      });
    }
    return value.reduce<number>((mask, name, index) => mask | discoveryBit(name, mask, index), 0);
  },
);

function discoveryBit(name: unknown, mask: number, index: number): number {
  const what = `element ${index} of ${DISCOVERY.what}`;
  if (typeof name !== 'string') {
    throw configErrors.error('config.wrong-type', { what, got: kindOf(name), must: 'a name' });
  }
  const bit = (DISCOVERIES as readonly string[]).indexOf(name);
  if (bit < 0) throw configErrors.error('config.not-one-of', { what, got: name, allowed: DISCOVERIES });
  if ((mask & (1 << bit)) !== 0) {
    throw configErrors.error('config.duplicate', { what, first: 'an element before it' });
  }
  return 1 << bit;
}

const ITERATIONS = {
  what: 'the iteration count',
  min: 1000,
  max: 100000,
  why: 'choose 1000 to 100000 iterations of PBKDF2; 10000 is usual',
};

function checkVerifierLength(bytes: Uint8Array): Uint8Array {
  if (bytes.length === VERIFIER_LENGTH) return bytes;
  throw configErrors.error('config.bytes-length', {
    what: 'the verifier',
    length: bytes.length,
    must: `${VERIFIER_LENGTH} bytes: w0 (32) and L (65)`,
  });
}

export const commissioningSchema = described(
  z.strictObject({
    passcode: described(
      z.prefault(passcode, { random: true }),
      'The setup passcode, 1 to 99999998 without the trivial ones. An inline one is for development only; in production refer to it. {"dynamic": true} is for firmware that makes its own.',
    ),
    discriminator: described(
      z.prefault(discriminator, { random: true }),
      'Tells this device from others that are being commissioned: 12 bits, 0 to 4095.',
    ),
    iterations: described(
      z.prefault(integer(ITERATIONS), 10000),
      'PBKDF2 iterations of the verifier, 1000 to 100000.',
    ),
    salt: described(
      z.exactOptional(encodedBytes({ what: 'the salt', encoding: 'base64', check: checkSalt })),
      'PBKDF2 salt of 16 to 32 bytes, base64. Random for every image if it is not given.',
    ),
    verifier: described(
      z.exactOptional(encodedBytes({ what: 'the verifier', encoding: 'base64', check: checkVerifierLength })),
      'SPAKE2+ verifier (w0 and L, 97 bytes), base64, if it was computed elsewhere; needs the salt and the passcode, and is checked against them.',
    ),
    flow: described(
      z.prefault(numbered('the commissioning flow', FLOWS), 'standard'),
      'How the device gets into commissioning mode: by itself, by a button, or as its vendor says.',
    ),
    discovery: described(
      z.prefault(discovery, ['ble']),
      'Where a phone finds the device: a list of names, or the mask as a number.',
    ),
    deviceType: described(
      z.exactOptional(integer({ what: 'the device type', min: 0, max: 0xffffffff, hex: true })),
      'Primary device type that is advertised while commissioning, such as 0x0101 for a dimmable light.',
    ),
    locationCapability: described(
      z.exactOptional(numbered('the location capability', LOCATIONS)),
      'Where the device may stand, by its radio: General Commissioning, LocationCapability.',
    ),
  }),
  'How the device is found and paired.',
);
