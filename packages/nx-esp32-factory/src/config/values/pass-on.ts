import type * as z from 'zod/mini';

/** Reports the issues of a schema that was run inside another one, with their paths. */
export function passOn(issues: readonly z.core.$ZodIssue[], context: z.core.ParsePayload): void {
  for (const issue of issues) context.issues.push({ ...issue, input: undefined } as z.core.$ZodRawIssue);
}
