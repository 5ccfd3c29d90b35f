import type { PublicKey } from 'nvs-core';

/** Bytes; far above any signature of a supported algorithm. */
export const MAX_ANSWER_LENGTH = 4096;

const DER_SEQUENCE = 0x30;
const RAW_LENGTH = 64;

/**
 * The signature of an answer in DER; undefined if it has neither form. 64 bytes are r and s, unless they verify as DER:
 * a DER signature of that length begins with 30 3E and occurs once in 2^32 times.
 */
export async function signatureOf(
  answer: Uint8Array,
  algorithm: PublicKey['algorithm']['signature'],
  isValid: (signature: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array | undefined> {
  if (answer.length === RAW_LENGTH && !(await isValid(answer))) return algorithm.fromRaw(answer);
  return answer[0] === DER_SEQUENCE ? answer : undefined;
}

/** Describes an answer that is not a signature, for a message; never shows its bytes. */
export function describeAnswer(answer: Uint8Array): string {
  if (answer.length === 0) return 'nothing';
  if (answer.length > MAX_ANSWER_LENGTH) return `more than ${MAX_ANSWER_LENGTH} bytes`;
  const text = Buffer.from(answer).toString('latin1').trim();
  if (/^([0-9a-f]{2})+$/i.test(text)) return `${answer.length} bytes of hexadecimal text`;
  if (/^[a-z0-9+/]+={0,2}$/i.test(text)) return `${answer.length} bytes of base64 text`;
  if (/^[\t\n\r -~]*$/.test(text)) return `${answer.length} bytes of text`;
  return `${answer.length} bytes in neither form`;
}
