/** Secrets in the forms in which people paste them, made for these tests. */
import { createPrivateKey } from 'node:crypto';

const KEY = createPrivateKey({
  format: 'der',
  type: 'sec1',
  key: Buffer.from(
    'MHcCAQEEIFPm5btYJb0ErR5LGlmKdFTC5PWSpXYt3IJ+NUmJkfBdoAoGCCqGSM49AwEHoUQDQgAEUB5/mCVTQaPlJXkExBAg8A/dkCYRj8nOqK+UYloLUwVoy+j7y/0DayKUJ5IiYH0OT5qpHASXOivZN5BMp8MpiQ==',
    'base64',
  ),
});

const sec1 = KEY.export({ format: 'der', type: 'sec1' });

export const SECRETS = {
  'PEM (SEC1)': KEY.export({ format: 'pem', type: 'sec1' }).toString(),
  'PEM (PKCS#8)': KEY.export({ format: 'pem', type: 'pkcs8' }).toString(),
  'base64 of DER': sec1.toString('base64'),
  'base64 of 32 bytes': sec1.subarray(7, 39).toString('base64'),
  'hex of 32 bytes': sec1.subarray(7, 39).toString('hex'),
  passcode: '73519264',
} as const;

export type SecretForm = keyof typeof SECRETS;

const WINDOW_LENGTH = 12;

/** Parts of a secret in an output: 12 characters in a row, or all of a shorter one, however it is split into lines. */
export function partsIn(output: string, secret: string): string[] {
  const body = secret.replace(/-----[A-Z0-9 ]+-----/g, '').replace(/\s/g, '');
  // Line breaks of PEM are printed as they are, as escapes, or as percent escapes.
  const text = output.replace(/\s|\\[rn]|\\u000[ad]|%0[AD]/gi, '');
  const length = Math.min(WINDOW_LENGTH, body.length);
  const found: string[] = [];
  for (let index = 0; index + length <= body.length; index++) {
    const part = body.slice(index, index + length);
    if (text.includes(part)) found.push(part);
  }
  const hex = body.length < WINDOW_LENGTH ? Number(body).toString(16) : '';
  if (hex !== '' && new RegExp(hex, 'i').test(text)) found.push(`0x${hex}`);
  return found;
}
