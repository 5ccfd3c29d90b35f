import * as z from 'zod';

/** A field with a list of one or more; what it is called in messages goes along as metadata. */
export function list<S extends z.ZodType>(what: string, element: S) {
  return z.array(element).min(1).meta({ what });
}
