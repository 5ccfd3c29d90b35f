import { FactoryError, fromBase64, fromHex } from 'nvs-core';
import { configErrors } from '../../errors';
import { leaf, onlyKeys, wrongType } from './leaf';
import { isRecord } from './record';
import {
  type Content,
  contentText,
  isReference,
  parseReference,
  type Reference,
  referenceShape,
} from './reference';

export interface BytesRule {
  readonly what: string;
  readonly encoding: 'hex' | 'base64';
  /** Checks the decoded bytes; throws a FactoryError without their content. */
  readonly check?: (bytes: Uint8Array) => Uint8Array;
}

const HEX = { type: 'string', pattern: '^([0-9a-fA-F]{2})+$' };
const BASE64 = { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' };

/** Bytes of encoded text; errors say what is wrong with it, never what it is. */
function decode(encoded: string, rule: BytesRule, what: string): Uint8Array {
  const { encoding, check = (bytes) => bytes } = rule;
  if (encoded === '') throw configErrors.error('config.text-empty', { what });
  return check(decodeText(encoded, encoding, what));
}

function decodeText(encoded: string, encoding: 'hex' | 'base64', what: string): Uint8Array {
  try {
    return encoding === 'hex' ? fromHex(encoded, what) : fromBase64(encoded, what);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const problem =
      encoding === 'base64' ? 'a stray character, padding or length' : 'a stray or missing digit';
    throw configErrors.error('config.bytes-invalid', { what, encoding, problem });
  }
}

/** A field with bytes as hex or base64 text, or by reference to such text. */
export function encodedBytes(rule: BytesRule) {
  const { what, encoding } = rule;
  const must = `${encoding} text, {"env": NAME} or {"file": path} with such text`;
  const shape = { anyOf: [encoding === 'hex' ? HEX : BASE64, ...referenceShape.anyOf] };
  return leaf({ what, must }, shape, (value): Uint8Array | Reference<Uint8Array> => {
    if (typeof value === 'string') return decode(value, rule, what);
    if (isReference(value)) {
      return parseReference(value, (content) =>
        decode(contentText(content), rule, `${what} (${content.what})`),
      );
    }
    throw wrongType({ what, must }, value);
  });
}

const BLOB_FORMS = '{"hex": digits}, {"base64": text}, {"file": path} or {"env": NAME} with base64';

/** A field with a blob: literal as hex or base64, the bytes of a file, or base64 in an environment variable. */
export function blob(what: string) {
  const literal = (key: 'hex' | 'base64', shape: typeof HEX) => ({
    type: 'object',
    properties: { [key]: { ...shape, pattern: shape.pattern.replace('+$', '*$').replace(']+=', ']*=') } },
    required: [key],
    additionalProperties: false,
  });
  const shape = { anyOf: [literal('hex', HEX), literal('base64', BASE64), ...referenceShape.anyOf] };
  return leaf({ what, must: BLOB_FORMS }, shape, (value): Uint8Array | Reference<Uint8Array> => {
    if (isReference(value)) return parseReference(value, (content) => blobContent(content, what));
    if (!isRecord(value)) throw wrongType({ what, must: BLOB_FORMS }, value);
    onlyKeys(value, ['hex', 'base64', 'file', 'env']);
    const [[encoding, encoded] = [], second] = Object.entries(value);
    if (second !== undefined || (encoding !== 'hex' && encoding !== 'base64')) {
      throw configErrors.error('config.missing', {
        what: `the form of ${what}`,
        must: `one of ${BLOB_FORMS}`,
      });
    }
    if (typeof encoded !== 'string') throw wrongType({ what, must: `${encoding} text` }, encoded);
    return decodeText(encoded, encoding, what);
  });
}

function blobContent(content: Content, what: string): Uint8Array {
  // An empty file is an empty blob: NVS has those.
  if (content.from === 'file') return content.bytes;
  return decodeText(contentText(content), 'base64', `${what} (${content.what})`);
}
