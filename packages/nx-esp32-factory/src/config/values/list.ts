import * as z from 'zod/mini';
import { annotated } from './field';

/** A field with a list of one or more; what it is called in messages goes along as metadata. */
export function list<S extends z.core.$ZodType>(what: string, element: S) {
  return annotated(z.array(element).check(z.minLength(1)), { what });
}
