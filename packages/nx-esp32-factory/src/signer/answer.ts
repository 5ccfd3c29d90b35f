import type { SignatureAlgorithm } from 'nvs-core';

/** No signature of a supported algorithm comes near. */
export const MAX_ANSWER_LENGTH = 4096;

const DER_SEQUENCE = 0x30;
const RAW_LENGTH = 64;

/**
 * The DER signature of an answer, or undefined where it is neither of the two forms. 64 bytes are r and s; a DER
 * signature of that length begins with 30 3E and happens once in 2^32 times, so that one which verifies is taken as it is.
 */
export async function signatureOf(
  answer: Uint8Array,
  algorithm: SignatureAlgorithm,
  isValid: (signature: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array | undefined> {
  if (answer.length === RAW_LENGTH && !(await isValid(answer))) return algorithm.fromRaw(answer);
  return answer[0] === DER_SEQUENCE ? answer : undefined;
}

/** What an answer is that is no signature, for a message; never its bytes. */
export function describeAnswer(answer: Uint8Array): string {
  if (answer.length === 0) return 'nothing';
  if (answer.length > MAX_ANSWER_LENGTH) return `more than ${MAX_ANSWER_LENGTH} bytes`;
  const text = Buffer.from(answer).toString('latin1').trim();
  if (/^([0-9a-f]{2})+$/i.test(text)) return `${answer.length} bytes of hexadecimal text`;
  if (/^[a-z0-9+/]+={0,2}$/i.test(text)) return `${answer.length} bytes of base64 text`;
  if (/^[\t\n\r -~]*$/.test(text)) return `${answer.length} bytes of text`;
  return `${answer.length} bytes that are neither`;
}
