import type * as z from 'zod';

/** Reports the issues of a schema that was run inside another one, with their paths. */
export function passOn(issues: readonly z.core.$ZodIssue[], context: z.RefinementCtx): void {
  for (const issue of issues) context.issues.push({ ...issue, input: undefined } as z.core.$ZodRawIssue);
}
