import * as z from 'zod/mini';
import { isRandom, type Random, randomShape } from './chosen';
import { annotated, parsed } from './field';
import type { JsonShape } from './leaf';
import { passOn } from './pass-on';

/** The field of `schema`, or {"random": true}. */
export function orRandom<S extends z.ZodMiniType>(schema: S) {
  const shape = (z.globalRegistry.get(schema) ?? {}) as JsonShape;
  return annotated(
    parsed((value, context): z.output<S> | Random => {
      try {
        if (isRandom(value)) return { random: true };
      } catch {
        // A wrong key beside "random": the field's own schema says it better.
      }
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      passOn(result.error.issues, context);
      return z.NEVER;
    }),
    { ...shape, anyOf: [...(shape.anyOf as unknown[]), randomShape] },
  );
}
