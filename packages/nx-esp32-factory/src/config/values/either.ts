import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { annotated, parsed } from './field';
import { kindOf } from './leaf';
import { passOn } from './pass-on';
import { isRecord } from './record';

/**
 * A field with one of two objects: the first where `key` stands in it, else the second. Unlike a union it reports
 * the issues of the object that was meant.
 */
export function either<A extends z.ZodMiniType, B extends z.ZodMiniType>(
  what: string,
  key: string,
  a: A,
  b: B,
) {
  return annotated(
    parsed((value, context): z.output<A> | z.output<B> => {
      if (!isRecord(value)) {
        const finding = configErrors.finding('config.wrong-type', {
          what,
          got: kindOf(value),
          must: 'an object',
        });
        context.issues.push({ code: 'custom', input: value, message: finding.message, params: { finding } });
        return z.NEVER;
      }
      const result = (Object.hasOwn(value, key) ? a : b).safeParse(value);
      if (result.success) return result.data;
      passOn(result.error.issues, context);
      return z.NEVER;
    }),
    { either: [b, a] },
  );
}
