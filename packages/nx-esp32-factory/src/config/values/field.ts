/** What goes along with a schema, for editors and for docs/config.md. Each field has a schema of its own to carry it. */
import * as z from 'zod/mini';

/** Takes anything, and so is there for every field that judges by itself. */
const anything = z.unknown();

/** A field that must be there and that `parse` reads, with issues of its own. */
export function parsed<T>(parse: (value: unknown, context: z.core.ParsePayload) => T) {
  return z.pipe(anything, z.transform(parse));
}

/** The schema, with what its field is, in a sentence. */
export function described<S extends z.core.$ZodType>(schema: S, description: string): S {
  return annotated(schema, { description });
}

/** The schema, with keywords of JSON Schema and others that json-schema.ts knows. */
export function annotated<S extends z.core.$ZodType>(
  schema: S,
  keywords: Readonly<Record<string, unknown>>,
): S {
  z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), ...keywords });
  return schema;
}
