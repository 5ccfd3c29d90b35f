/** What a field may be, in words. */
import { isRecord, type JsonSchema } from './values/record';

/** The forms of a value: "text of at most 32 bytes", "{"env": NAME}". */
export function formsOf(schema: JsonSchema, defs: JsonSchema = {}): string[] {
  const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (Array.isArray(schema.enum))
    return [`one of ${schema.enum.map((name) => JSON.stringify(name)).join(', ')}`];
  if (options !== undefined) return [...new Set(options.flatMap((option) => formsOf(option, defs)))];
  if (typeof schema.$ref === 'string') return formsOf(definitionOf(schema.$ref, defs), defs);
  // In a variant, null removes any field, so it is not listed as a form.
  if (schema.type === 'null') return [];
  return [String(schema.title ?? formOf(schema, defs))];
}

/** The forms of a value, as one phrase. */
export function wordsOf(schema: JsonSchema, defs?: JsonSchema): string {
  const forms = formsOf(schema, defs);
  return forms.length < 3 ? forms.join(' or ') : `${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`;
}

/** The schema to which "#/$defs/..." refers. */
export function definitionOf(reference: string, definitions: JsonSchema): JsonSchema {
  const [, , ...path] = reference.split('/');
  return path.reduce((schema, key) => schema[key] as JsonSchema, definitions);
}

function formOf(schema: JsonSchema, defs: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  switch (schema.type) {
    case 'array':
      return `a list of ${isRecord(schema.items) ? wordsOf(schema.items, defs) : 'values'}`;
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number ${rangeOf(schema)}`;
    case 'string':
      return schema.maxLength === undefined ? 'text' : `text of at most ${String(schema.maxLength)} bytes`;
    default:
      return 'an object';
  }
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
  // JSON numbers end there: the rest of the range is written in quotes.
  if (maximum === Number.MAX_SAFE_INTEGER)
    return `of 64 bits, ${Number(minimum) < 0 ? 'with' : 'without'} sign`;
  return `of ${String(minimum)} to ${String(maximum)}`;
}

/** Describes the kind of a value, without the value. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const kinds = { string: 'text', number: 'a number', boolean: 'true or false', object: 'an object' };
  return kinds[typeof value as keyof typeof kinds] ?? 'nothing';
}
