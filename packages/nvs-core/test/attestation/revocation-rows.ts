/** Revocation sets for DAC and PAI of the test chain, with what the Matter SDK answers: tools/sdk asks it. */
import { parseAnyCertificate } from '../../src/attestation/certificate';
import { keyIdOf } from '../../src/attestation/known-cd-signers';
import { toBase64, toHex } from '../../src/bytes/text';

import { sequence as createSequence, set as createSet, oid, utf8String } from './asn1';
import { extension, forgeCertificate, KEYS, NAMES, usage } from './forgery';

export interface RevocationRow {
  readonly name: string;
  /** The text of the revocation set. */
  readonly text: string;
  /** What the SDK answers; 0 if it finds nothing revoked. */
  readonly sdk: 0 | 202 | 302 | 208;
  /** Revoked, but overlooked by the SDK: by subject, a part of the reason. */
  readonly overlooked?: Partial<Record<'dac' | 'pai', string>>;
  readonly dac?: Uint8Array;
  readonly pai?: Uint8Array;
  /** Other checks refuse these credentials. */
  readonly isRefused?: true;
}

export const DAC = forgeCertificate('dac');
export const PAI = forgeCertificate('pai');
export const PAA = forgeCertificate('paa');
/** Signs the lists of another: its subject is nobody's issuer. */
const delegate = (issuer: 'paa' | 'pai') =>
  forgeCertificate('dac', {
    subject: { commonName: 'CRL signer' },
    issuer: NAMES[issuer],
    signer: KEYS[issuer],
    keyUsage: usage('cRLSign'),
  });

export const SERIAL = '5A01020304050607';
const OTHER = '5A01020304050608';

type Entry = Readonly<Record<string, unknown>>;

/** An entry of a certificate that signs its lists itself. */
export function entryOf(
  issuer: Uint8Array,
  serialNumbers: readonly string[] = [SERIAL],
  change: Entry = {},
): Entry {
  const { subject, skid = new Uint8Array() } = parseAnyCertificate(issuer);
  return {
    type: 'revocation_set',
    issuer_subject_key_id: toHex(skid).toUpperCase(),
    issuer_name: toBase64(subject.der),
    revoked_serial_numbers: serialNumbers,
    crl_signer_cert: toBase64(issuer),
    ...change,
  };
}

const set = (...entries: Entry[]) => JSON.stringify(entries, null, 4);
const delegated = (issuer: Uint8Array, by: 'paa' | 'pai', change: Entry = {}) =>
  entryOf(issuer, [SERIAL], {
    crl_signer_cert: toBase64(delegate(by)),
    crl_signer_delegator: toBase64(issuer),
    ...change,
  });
const serial = (...bytes: number[]) => ({ serialNumber: Uint8Array.from(bytes) });
const lowered = (entry: Entry, key: string): Entry => ({ ...entry, [key]: String(entry[key]).toLowerCase() });

/** A PAI with a subject of `length` bytes, of 100 and more, and its DAC. */
function named(length: number): Pick<Required<RevocationRow>, 'dac' | 'pai' | 'text'> {
  const attribute = (type: string, text: string) => createSet(createSequence(oid(type), utf8String(text)));
  const subject = createSequence(
    attribute('2.5.4.10', 'x'.repeat(length - OTHER_PARTS)),
    attribute('1.3.6.1.4.1.37244.2.1', 'FFF1'),
  );
  const pai = forgeCertificate('pai', { subject });
  return { pai, dac: forgeCertificate('dac', { issuer: subject }), text: set(entryOf(pai)) };
}
const OTHER_PARTS = 39;

/** A PAI with an extension of about so many bytes. */
function extended(length: number): Pick<Required<RevocationRow>, 'pai' | 'text'> {
  const pai = forgeCertificate('pai', {
    more: [extension('1.2.3.4', false, utf8String('x'.repeat(length)))],
  });
  return { pai, text: set(entryOf(pai)) };
}

export const REVOCATION_ROWS: readonly RevocationRow[] = [
  { name: 'no entry', text: '[]', sdk: 0 },
  { name: 'another serial number', text: set(entryOf(PAI, [OTHER]), entryOf(PAA, [OTHER])), sdk: 0 },
  { name: 'no serial number', text: set(entryOf(PAI, []), entryOf(PAA, [])), sdk: 0 },
  { name: 'DAC', text: set(entryOf(PAI)), sdk: 302 },
  { name: 'PAI', text: set(entryOf(PAA)), sdk: 202 },
  { name: 'DAC and PAI', text: set(entryOf(PAI), entryOf(PAA)), sdk: 208 },
  { name: 'DAC, last of several', text: set(entryOf(PAA, [OTHER]), entryOf(PAI, [OTHER, SERIAL])), sdk: 302 },
  {
    name: 'DAC, in the second entry of its issuer',
    text: set(entryOf(PAI, [OTHER]), entryOf(PAI)),
    sdk: 302,
  },
  { name: 'entry twice', text: set(entryOf(PAI), entryOf(PAI)), sdk: 302 },
  { name: 'serial number twice', text: set(entryOf(PAI, [SERIAL, SERIAL])), sdk: 302 },
  { name: 'unknown field', text: set(entryOf(PAI, [SERIAL], { more: 1 })), sdk: 302 },
  { name: 'delegated DAC', text: set(delegated(PAI, 'pai')), sdk: 302 },
  { name: 'delegated PAI', text: set(delegated(PAA, 'paa')), sdk: 202 },
  { name: 'delegated DAC and PAI', text: set(delegated(PAA, 'paa'), delegated(PAI, 'pai')), sdk: 208 },
  {
    name: 'null delegator: DAC',
    text: set(entryOf(PAI, [SERIAL], { crl_signer_delegator: null })),
    sdk: 0,
    overlooked: { dac: 'is null' },
  },
  {
    name: 'null delegator: PAI, and DAC without',
    text: set(entryOf(PAI), entryOf(PAA, [SERIAL], { crl_signer_delegator: null })),
    sdk: 302,
    overlooked: { pai: 'is null' },
  },
  {
    name: 'null delegator of another serial number, before the entry of the DAC',
    text: set(entryOf(PAI, [OTHER], { crl_signer_delegator: null }), entryOf(PAI)),
    sdk: 0,
    overlooked: { dac: 'an earlier entry' },
  },
  {
    name: 'null delegator after the entry of the DAC',
    text: set(entryOf(PAI), entryOf(PAI, [OTHER], { crl_signer_delegator: null })),
    sdk: 302,
  },
  {
    name: 'delegate without delegator',
    text: set(entryOf(PAI, [SERIAL], { crl_signer_cert: toBase64(delegate('pai')) })),
    sdk: 0,
    overlooked: { dac: 'another key signed the list' },
  },
  {
    name: 'signer is a stranger to the issuer',
    text: set(entryOf(PAI, [SERIAL], { crl_signer_cert: toBase64(PAA) })),
    sdk: 0,
  },
  {
    name: 'delegator is a stranger to the issuer',
    text: set(delegated(PAI, 'pai', { crl_signer_delegator: toBase64(PAA) })),
    sdk: 0,
  },
  {
    name: 'delegator is null, signer a stranger',
    text: set(entryOf(PAI, [SERIAL], { crl_signer_cert: toBase64(PAA), crl_signer_delegator: null })),
    sdk: 0,
  },
  {
    name: 'issuer with the key id of another',
    text: set(
      entryOf(PAI, [SERIAL], { issuer_subject_key_id: toHex(keyIdOf(KEYS.paa.publicKey)).toUpperCase() }),
    ),
    sdk: 0,
  },
  {
    name: 'issuer with the name of another',
    text: set(entryOf(PAI, [SERIAL], { issuer_name: entryOf(PAA).issuer_name })),
    sdk: 0,
  },
  {
    name: 'serial number in lower case',
    text: set(entryOf(PAI, [SERIAL.toLowerCase()])),
    sdk: 0,
    overlooked: { dac: 'upper case' },
  },
  {
    name: 'serial number with a leading zero byte',
    text: set(entryOf(PAI, [`00${SERIAL}`])),
    sdk: 0,
    overlooked: { dac: 'upper case' },
  },
  {
    name: 'key id in lower case',
    text: set(lowered(entryOf(PAI), 'issuer_subject_key_id')),
    sdk: 0,
    overlooked: { dac: 'upper case' },
  },
  ...(
    [
      ['above 0x7F', serial(0x00, 0xda, 1, 2), 'DA0102', 302],
      ['above 0x7F, with the byte of its sign', serial(0x00, 0xda, 1, 2), '00DA0102', 0],
      ['zero', serial(0), '00', 0],
      ['of 1 digit', serial(5), '05', 302],
      ['of 20 bytes', serial(...Array.from({ length: 20 }, () => 0x11)), '11'.repeat(20), 302],
      ['of 21 bytes', serial(...Array.from({ length: 21 }, () => 0x11)), '11'.repeat(21), 0],
      ['of 20 bytes and a sign', serial(0, ...Array.from({ length: 20 }, () => 0x91)), '91'.repeat(20), 302],
    ] as const
  ).map(
    ([name, change, written, sdk]): RevocationRow => ({
      name: `serial number ${name}`,
      dac: forgeCertificate('dac', change),
      text: set(entryOf(PAI, [written])),
      sdk,
      ...(sdk === 0 ? { overlooked: { dac: '' } } : {}),
    }),
  ),
  {
    name: 'serial number of an odd number of digits',
    dac: forgeCertificate('dac', serial(5)),
    text: set(entryOf(PAI, ['5'])),
    sdk: 0,
    overlooked: { dac: 'two for each byte' },
  },
  { name: 'issuer of 200 bytes', ...named(200), sdk: 302, isRefused: true },
  {
    name: 'issuer of 201 bytes',
    ...named(201),
    sdk: 0,
    isRefused: true,
    overlooked: { dac: 'more than 200 bytes' },
  },
  { name: 'PAI of about 580 bytes', ...extended(120), sdk: 302 },
  {
    name: 'PAI of about 660 bytes',
    ...extended(200),
    sdk: 0,
    isRefused: true,
    overlooked: { dac: 'more than 600' },
  },
  {
    name: 'DAC without authority key identifier',
    dac: forgeCertificate('dac', { akid: undefined }),
    text: set(entryOf(PAI)),
    sdk: 0,
    isRefused: true,
  },
];
