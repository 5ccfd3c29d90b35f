import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureCertContents } from '../../src/secure-cert';

/** A file of test/vectors/secure-cert. */
export const vector = (name: string) =>
  Uint8Array.from(readFileSync(join(__dirname, '../vectors/secure-cert', name)));

export const counting = (length: number, start = 0) =>
  Uint8Array.from({ length }, (_, index) => start + index);

export const dac = vector('dac.der');
export const pai = vector('pai.der');
export const der = vector('key.der');
export const plain = { dac, pai, privateKey: { form: 'sec1', der } } as const satisfies SecureCertContents;
export const commissioning = {
  discriminator: 0xf00,
  verifier: counting(97, 1),
  salt: counting(32),
  iterations: 10000,
  rotatingDeviceIdUniqueId: counting(16, 0x40),
};
export const full = {
  ...plain,
  commissioning,
  random: [counting(32, 0x80), counting(32, 0xa0)],
  custom: [
    { type: 51, subtype: 0, data: counting(5, 9) },
    { type: 51, subtype: 1, data: counting(16, 0x70) },
  ],
} as const satisfies SecureCertContents;
export const efuseKey = {
  dac,
  pai,
  privateKey: { form: 'ecdsa-peripheral', keyBlock: 3 },
} as const satisfies SecureCertContents;

/** Codes that only decoding reports; every other one has a row among the rejected contents. */
export const DECODE_ONLY = [
  'secure-cert.magic-wrong',
  'secure-cert.entry-truncated',
  'secure-cert.crc-mismatch',
  'secure-cert.filler-not-zero',
  'secure-cert.tail-not-blank',
  'secure-cert.flags-unexpected',
  'secure-cert.hmac-protected',
  'secure-cert.subtype-other',
  'secure-cert.not-matter',
  'secure-cert.legacy-format',
  'secure-cert.key-exposed',
  'secure-cert.integrity-mismatch',
];
