import * as z from 'zod';
import { isRandom, type Random, randomShape } from './chosen';
import type { JsonShape } from './leaf';
import { passOn } from './pass-on';

/** The field of `schema`, or {"random": true} in its place. */
export function orRandom<S extends z.ZodType>(schema: S) {
  const shape = (schema.meta() ?? {}) as JsonShape;
  return z
    .unknown()
    .transform((value, context): z.output<S> | Random => {
      try {
        if (isRandom(value)) return { random: true };
      } catch {
        // A wrong key beside "random": the field's own schema says it better.
      }
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      passOn(result.error.issues, context);
      return z.NEVER;
    })
    .meta({ ...shape, anyOf: [...(shape.anyOf as unknown[]), randomShape] });
}
