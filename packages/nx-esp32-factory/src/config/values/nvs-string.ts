import { utf8Length } from 'nvs-core';
import { configErrors } from '../../errors';
import { NVS_STRING_LENGTH } from '../limits';
import { leaf, wrongType } from './leaf';
import { type Content, isReference, parseReference, type Reference, referenceShape } from './reference';

/** NUL ends a string on the device; halves of surrogate pairs have no UTF-8. */
const UNSTORABLE = /[\0\p{Cs}]/u;

function check(text: string, what: string): string {
  if (UNSTORABLE.test(text)) {
    const must = 'text without NUL and halves of surrogate pairs';
    throw configErrors.error('config.text-invalid', { what, must });
  }
  const length = utf8Length(text);
  if (length <= NVS_STRING_LENGTH) return text;
  throw configErrors.error('config.text-too-long', { what, length, limit: NVS_STRING_LENGTH });
}

/** A field with an NVS string, which may be empty and have several lines; a file's last line break is not part of it. */
export function nvsString(what: string) {
  const named = { what, must: 'text, {"env": NAME} or {"file": path}' };
  const shape = { anyOf: [{ type: 'string', maxLength: NVS_STRING_LENGTH }, ...referenceShape.anyOf] };
  return leaf(named, shape, (value): string | Reference<string> => {
    if (typeof value === 'string') return check(value, what);
    if (isReference(value)) return parseReference(value, (content) => ofContent(content, what));
    throw wrongType(named, value);
  });
}

function ofContent(content: Content, what: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.bytes);
  } catch {
    throw configErrors.error('config.content-not-text', { what: content.what });
  }
  return check(content.from === 'file' ? text.replace(/\r?\n$/, '') : text, `${what} (${content.what})`);
}
