import { utf8Length } from 'nvs-core';
import { configErrors } from '../../errors';
import { leaf, type Named, wrongType } from './leaf';
import { contentText, isReference, parseReference, type Reference, referenceShape } from './reference';

export interface TextRule {
  readonly what: string;
  /** The most bytes of UTF-8 that the device holds. */
  readonly maxLength: number;
  readonly pattern?: RegExp;
  /** Further demands; throws a FactoryError. */
  readonly check?: (text: string) => void;
  readonly mayBeEmpty?: boolean;
  /** What `pattern` or `check` asks for, in words. */
  readonly must?: string;
}

/** Control characters, and halves of surrogate pairs, which have no UTF-8. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/** The text, if it keeps the rule. */
export function checkText(text: string, rule: TextRule): string {
  const { what, maxLength, pattern, must, check, mayBeEmpty = false } = rule;
  if (text === '' && !mayBeEmpty) throw configErrors.error('config.text-empty', { what });
  if (UNPRINTABLE.test(text)) {
    const plain = 'text without control characters and halves of surrogate pairs';
    throw configErrors.error('config.text-invalid', { what, must: plain });
  }
  const length = utf8Length(text);
  if (length > maxLength)
    throw configErrors.error('config.text-too-long', { what, length, limit: maxLength });
  if (pattern !== undefined && !pattern.test(text)) {
    throw configErrors.error('config.text-invalid', { what, must: must ?? `text like ${pattern.source}` });
  }
  check?.(text);
  return text;
}

function named({ what, maxLength, must, mayBeEmpty = false }: TextRule): Named {
  return { what, must: must ?? `text of ${mayBeEmpty ? 0 : 1} to ${maxLength} bytes` };
}

function shapeOf({ maxLength, pattern, mayBeEmpty = false }: TextRule) {
  return {
    type: 'string',
    ...(mayBeEmpty ? {} : { minLength: 1 }),
    maxLength,
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
  };
}

/** A field with text, written where it stands. */
export function plainText(rule: TextRule) {
  return leaf(named(rule), shapeOf(rule), (value): string => {
    if (typeof value !== 'string') throw wrongType(named(rule), value);
    return checkText(value, rule);
  });
}

/** A field with text, written where it stands or by reference. */
export function text(rule: TextRule) {
  const shape = { anyOf: [shapeOf(rule), ...referenceShape.anyOf] };
  const must = `${named(rule).must}, {"env": NAME} or {"file": path}`;
  return leaf({ what: rule.what, must }, shape, (value): string | Reference<string> => {
    if (typeof value === 'string') return checkText(value, rule);
    if (isReference(value)) return parseReference(value, (content) => textOf(content, rule));
    throw wrongType({ what: rule.what, must }, value);
  });
}

/** Text that a reference led to, under the rule of its field. */
export function textOf(content: Parameters<typeof contentText>[0], rule: TextRule): string {
  return checkText(contentText(content), { ...rule, what: `${rule.what} (${content.what})` });
}
