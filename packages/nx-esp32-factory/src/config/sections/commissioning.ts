/** What a phone needs to find and pair the device: Matter Core Specification, section 5.1. */
import { assertPasscode, PASSCODE_MAX, PASSCODE_MIN } from 'nvs-core';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { fieldsOf } from '../fields';
import { decoded } from '../values/check';
import { annotated, described, withExamples } from '../values/field';
import { DYNAMIC, type Dynamic, RANDOM, type Random } from '../values/forms';
import { integerForms, namedNumber, rangedInteger } from '../values/integer';
import { nonEmptyText, valueOrReference } from '../values/reference';
import { kindOf } from '../words';

const FLOWS = ['standard', 'user-intent', 'custom'] as const;

/** Bit by bit of the discovery capabilities (section 5.1.1.4). */
const DISCOVERIES = ['soft-ap', 'ble', 'on-network', 'wifi-paf', 'nfc', 'thread'] as const;

const PASSCODE_DIGITS = /^[0-9]{1,8}$/;

/** Eight digits are often written with leading zeros, in files too. */
function passcodeNumber(value: string | number, what: string): number {
  if (typeof value === 'string' && !PASSCODE_DIGITS.test(value))
    throw configErrors.error('config.not-an-integer', { what, must: 'a passcode of one to eight digits' });
  return assertPasscode(Number(value));
}

const passcode = valueOrReference(
  [
    annotated(z.number(), { type: 'integer', minimum: PASSCODE_MIN, maximum: PASSCODE_MAX }),
    annotated(z.string(), { title: 'its digits', pattern: PASSCODE_DIGITS.source }),
    RANDOM,
    DYNAMIC,
  ],
  (value, what): number | Random | Dynamic =>
    typeof value === 'object' ? value : passcodeNumber(value, what),
  (content, what) => passcodeNumber(nonEmptyText(content), what),
);

const DISCOVERY = {
  min: 1,
  max: 63,
  why: 'add up 1 soft-ap, 2 ble, 4 on-network, 8 wifi-paf, 16 nfc, 32 thread, or list the names',
};

/** The elements are checked with the list: their findings name the field. */
const discoveries = annotated(z.array(z.unknown()), {
  items: { enum: DISCOVERIES },
  minItems: 1,
  uniqueItems: true,
});

const discovery = decoded(z.union([discoveries, ...integerForms(DISCOVERY)]), (value, what): number => {
  if (!Array.isArray(value)) return Number(rangedInteger(value, what, DISCOVERY));
  if (value.length === 0)
    throw configErrors.error('config.list-length', { what, length: 0, must: 'one or more' });
  return value.reduce<number>(
    (mask, name, index) => mask | discoveryBit(name, mask, `element ${index} of ${what}`),
    0,
  );
});

function discoveryBit(name: unknown, mask: number, what: string): number {
  if (typeof name !== 'string')
    throw configErrors.error('config.wrong-type', { what, got: kindOf(name), must: 'a name' });
  const bit = (DISCOVERIES as readonly string[]).indexOf(name);
  if (bit < 0) throw configErrors.error('config.not-one-of', { what, got: name, allowed: DISCOVERIES });
  if ((mask & (1 << bit)) !== 0)
    throw configErrors.error('config.duplicate', { what, first: 'an element before it' });
  return 1 << bit;
}

export const commissioningSchema = described(
  z.strictObject({
    passcode: described(
      z.prefault(withExamples(passcode, [20202021, { env: 'LIGHT_PASSCODE' }, { random: true }]), {
        random: true,
      }),
      'The setup passcode, 1 to 99999998 without the trivial ones. An inline one is for development only; in production refer to it. {"dynamic": true} is for firmware that makes its own.',
    ),
    ...fieldsOf('commissioning'),
    flow: described(
      z.prefault(namedNumber(FLOWS), 'standard'),
      'How the device gets into commissioning mode: by itself, by a button, or as its vendor describes.',
    ),
    discovery: described(
      z.prefault(withExamples(discovery, [['ble'], ['ble', 'on-network'], 2]), ['ble']),
      'Where a phone finds the device: a list of names, or the mask as a number.',
    ),
    qrCode: described(
      z.prefault(
        z.strictObject({
          serialNumber: described(
            z.prefault(z.boolean(), false),
            'Whether the QR code also has the serial number of the device.',
          ),
        }),
        {},
      ),
      'What the QR code holds beside what every code has.',
    ),
    nfcTag: described(
      z.prefault(z.boolean(), false),
      'Whether onboarding.ndef is written: the content of an NFC tag with the QR code. For a device that is commissioned over NFC, see "discovery".',
    ),
  }),
  'How the device is found and paired.',
);
