import { FactoryError, type Finding } from 'nvs-core';
import * as z from 'zod/mini';

// A run validates one config: compiling its schema would take longer than walking it.
z.config({ jitless: true });

/** Returns what a value means, or throws a FactoryError, in whose findings `what` names the field. */
export type Check<I, O = unknown> = (value: I, what: string) => O;

/** A refinement: the result of the check is dropped. */
export function refined<T>(check: Check<T>) {
  return (payload: z.core.ParsePayload<T>) => void run(check, payload.value, payload);
}

/** A field whose value differs from what is written. */
export function decoded<S extends z.core.$ZodType, O>(written: S, check: Check<z.output<S>, O>) {
  return z.pipe(
    written,
    z.transform((value: z.output<S>, payload) => run(check, value, payload)),
  );
}

/** An issue of zod carries the check, because the name of the field is only known from the path. */
function run<T, O>(check: Check<T, O>, value: T, payload: z.core.ParsePayload): O {
  try {
    return check(value, '');
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const findings = (what: string) => findingsOf(() => check(value, what));
    payload.issues.push({ code: 'custom', input: value, params: { findings } });
    return z.NEVER;
  }
}

/** The findings of a check that throws; none if it passes. */
export function findingsOf(work: () => unknown): readonly Finding[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof FactoryError) return error.findings;
    throw error;
  }
}
