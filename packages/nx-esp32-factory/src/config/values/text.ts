import { utf8Length } from 'nvs-core/bytes';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { type Check, refined } from './check';
import { annotated } from './field';
import { contentText, nonEmptyText, valueOrReference } from './reference';

export interface TextRule {
  /** The fewest and the most bytes of UTF-8; from one on, if it is not given. */
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp | undefined;
  /** What `pattern` asks for, in words. */
  readonly form?: string | undefined;
  /** Control characters are allowed, but for NUL, which ends a string on the device. */
  readonly control?: true;
  /** Further demands. */
  readonly further?: Check<string>;
}

/** Control characters, and halves of surrogate pairs, which have no UTF-8. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;
const UNSTORABLE = /[\0\p{Cs}]/u;

/** The text, if it keeps the rule. Errors: config.text-empty, config.text-invalid, config.text-too-long. */
export function assertText(text: string, what: string, rule: TextRule): string {
  const { min = 1, max, pattern, form, control, further } = rule;
  const length = utf8Length(text);
  if (length < min) throw configErrors.error('config.text-empty', { what });
  if ((control === true ? UNSTORABLE : UNPRINTABLE).test(text)) {
    const characters = control === true ? 'NUL' : 'control characters';
    const must = `text without ${characters} and halves of surrogate pairs`;
    throw configErrors.error('config.text-invalid', { what, must });
  }
  if (length > max) throw configErrors.error('config.text-too-long', { what, length, limit: max });
  if (pattern?.test(text) === false)
    throw configErrors.error('config.text-invalid', { what, must: form ?? `text like ${pattern.source}` });
  further?.(text, what);
  return text;
}

/** A field with inline text. */
export function text(rule: TextRule) {
  const { min = 1, max, pattern, form } = rule;
  return annotated(z.string().check(refined((value, what) => assertText(value, what, rule))), {
    ...(min > 0 ? { minLength: min } : {}),
    maxLength: max,
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
    ...(form === undefined ? {} : { patternErrorMessage: `Expected ${form}.` }),
  });
}

/** A field with text, inline or by reference, or one of `others`. */
export function textOrReference<const F extends readonly z.core.$ZodType[]>(rule: TextRule, others: F) {
  return valueOrReference(
    [text(rule), ...others],
    (value): string | z.output<F[number]> => value,
    (content, what) => {
      // What an app stores is taken as it is.
      const found = rule.control === true ? contentText(content, { ignoreBOM: true }) : nonEmptyText(content);
      return assertText(found, what, rule);
    },
  );
}

/** A field with a point in time. */
export function time() {
  return text({
    max: 20,
    pattern: /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/,
    form: 'a UTC date like 2025-04-16 or 2025-04-16T12:00:00Z',
  });
}
