/** Metadata of a schema, for editors and for docs/config.md. Each field has its own schema to carry it. */
import * as z from 'zod/mini';

/** The schema, with what its field is, in a sentence. */
export function described<S extends z.core.$ZodType>(schema: S, description: string): S {
  return annotated(schema, { description });
}

/** The schema, with keywords of JSON Schema. */
export function annotated<S extends z.core.$ZodType>(
  schema: S,
  keywords: Readonly<Record<string, unknown>>,
): S {
  z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), ...keywords });
  return schema;
}

/** The schema, with what a person may write there. */
export function withExamples<S extends z.core.$ZodType>(schema: S, examples: readonly unknown[]): S {
  // zod leaves them out of the JSON Schema of a value that is decoded: they belong to what is written.
  const { def } = schema._zod;
  annotated('in' in def ? (def.in as z.core.$ZodType) : schema, { examples });
  return schema;
}

/** A field with a list of one or more. */
export function list<S extends z.core.$ZodType>(element: S) {
  return z.array(element).check(z.minLength(1));
}
