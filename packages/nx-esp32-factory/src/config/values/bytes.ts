import { FactoryError } from 'nvs-core';
import { fromBase64, fromHex } from 'nvs-core/bytes';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import type { Check } from './check';
import { annotated } from './field';
import { type Content, nonEmptyText, valueOrReference } from './reference';

type Encoding = 'hex' | 'base64';

const PROBLEMS = { hex: 'a stray or missing digit', base64: 'a stray character, padding or length' } as const;
const NAMES = { hex: 'hexadecimal digits', base64: 'base64' } as const;
const PATTERNS = { hex: '^([0-9a-fA-F]{2})*$', base64: '^[A-Za-z0-9+/]*={0,2}$' } as const;

/** Bytes of encoded text; errors describe the problem, never the text. Errors: config.bytes-invalid. */
export function decodeBytes(encoded: string, what: string, encoding: Encoding, name: string = encoding) {
  try {
    return encoding === 'hex' ? fromHex(encoded, what) : fromBase64(encoded, what);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const problem = PROBLEMS[encoding];
    throw configErrors.error('config.bytes-invalid', { what, encoding: name, problem });
  }
}

/** A field with bytes as hex or base64 text, by reference to such text, or in one of `others`. */
export function encodedBytes<const F extends readonly z.core.$ZodType<object>[]>(
  encoding: Encoding,
  check: Check<Uint8Array>,
  others: F,
) {
  const decode = (encoded: string, what: string): Uint8Array => {
    if (encoded === '') throw configErrors.error('config.text-empty', { what });
    const bytes = decodeBytes(encoded, what, encoding);
    check(bytes, what);
    return bytes;
  };
  return valueOrReference(
    [annotated(z.string(), { title: NAMES[encoding], minLength: 1, pattern: PATTERNS[encoding] }), ...others],
    (value, what): Uint8Array | z.output<F[number]> =>
      typeof value === 'string' ? decode(value, what) : (value as z.output<F[number]>),
    (content, what) => decode(nonEmptyText(content), what),
  );
}

/** {"hex": digits} or {"base64": text}; what is no text is the field's to report. */
function encodedObject(encoding: Encoding, sample: string) {
  const keywords = {
    type: 'string',
    pattern: PATTERNS[encoding],
    patternErrorMessage: `Expected ${NAMES[encoding]}.`,
  };
  const shape = {
    [encoding]: annotated(z.unknown(), { description: `The bytes as ${NAMES[encoding]}.`, ...keywords }),
  };
  return annotated(z.strictObject(shape), { title: `{"${encoding}": ${sample}}` });
}

/** A field with a blob: written as hex or base64, the bytes of a file, or base64 in an environment variable. */
export function blob() {
  return valueOrReference(
    [encodedObject('hex', 'digits'), encodedObject('base64', 'text')],
    (value, what): Uint8Array => {
      const encoding = 'hex' in value ? 'hex' : 'base64';
      const encoded = value[encoding];
      if (typeof encoded === 'string') return decodeBytes(encoded, what, encoding);
      throw configErrors.error('config.wrong-type', { what, got: 'no text', must: `${encoding} text` });
    },
    blobContent,
  );
}

function blobContent(content: Content, what: string): Uint8Array {
  // An empty file is an empty blob: NVS has those.
  return content.from === 'file' ? content.bytes : decodeBytes(nonEmptyText(content), what, 'base64');
}
