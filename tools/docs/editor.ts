/**
 * What an editor completes and explains by, beyond JSON Schema: the keywords defaultSnippets and errorMessage of
 * VS Code's language service for JSON, which other editors know or ignore.
 */
import {
  isRecord,
  type JsonSchema,
  VALUE_KEYS,
} from '../../packages/nx-esp32-factory/src/config/values/record';
import { definitionOf, wordsOf } from '../../packages/nx-esp32-factory/src/config/words';

/** The schema with those keywords, and without the titles that only our own texts need. */
export function forEditor<T>(schema: T, definitions: JsonSchema): T {
  if (Array.isArray(schema)) return schema.map((element) => forEditor(element, definitions)) as T;
  if (!isRecord(schema)) return schema;
  const { title, ...rest } = withForms(schema, definitions);
  const entries = Object.entries(rest).map(([key, value]) => [
    key,
    key === 'default' || key === 'examples' ? value : forEditor(value, definitions),
  ]);
  return { ...Object.fromEntries(entries), ...snippetOf(schema) } as T;
}

function withForms(schema: JsonSchema, definitions: JsonSchema): JsonSchema {
  if (Array.isArray(schema.oneOf)) return { ...schema, oneOf: withTags(schema.oneOf as JsonSchema[]) };
  if (!Array.isArray(schema.anyOf)) return schema;
  const options = schema.anyOf as JsonSchema[];
  // Types, for what is inserted with the name of the field.
  const typed = { type: typesOf(schema, definitions), ...schema };
  if (options.some(isSection)) return typed;
  const errorMessage = `Expected ${wordsOf(schema, definitions)}.`;
  // Where no form is closer than another, an editor shows the error of the first, and equal errors once.
  const [first, ...others] = options;
  return { ...typed, errorMessage, anyOf: [{ errorMessage, ...first }, ...others] };
}

/** Sections with a field that selects their form: a wrong value of it is not an error of the first form alone. */
function withTags(options: readonly JsonSchema[]): JsonSchema[] {
  const fieldsOf = ({ properties }: JsonSchema) => properties as Readonly<Record<string, JsonSchema>>;
  return options.map((option) => {
    const fields = Object.entries(fieldsOf(option)).map(([name, field]) => {
      if (field.const === undefined) return [name, field];
      const tags = options.map((other) => fieldsOf(other)[name]?.const);
      return [name, { ...field, errorMessage: `Expected ${wordsOf({ enum: tags })}.` }];
    });
    return { ...option, properties: Object.fromEntries(fields) };
  });
}

/** The types of JSON that a schema allows; editors insert the first. */
function typesOf(schema: JsonSchema, definitions: JsonSchema): unknown[] {
  if (typeof schema.$ref === 'string') return typesOf(definitionOf(schema.$ref, definitions), definitions);
  const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (options === undefined) return [schema.type].flat();
  return [...new Set(options.flatMap((option) => typesOf(option, definitions)))];
}

/** {"file": path} and the like: what is fixed in it, or a place to type. */
function snippetOf({ title, description, properties }: JsonSchema): JsonSchema {
  if (!isRecord(properties) || isSection({ properties }) || typeof title !== 'string') return {};
  const [[key, field] = ['', {}]] = Object.entries(properties) as [string, JsonSchema][];
  // Labelled like a default or an example, so that an editor offers an equal one once.
  const label = title.replace(' ', '');
  const body = { [key]: field.const ?? '$1' };
  return { defaultSnippets: [{ label, description: description ?? field.description, body }] };
}

/** Whether a schema describes an object with described fields, and not one that represents one value. */
export function isSection({ properties }: JsonSchema): boolean {
  return isRecord(properties) && !VALUE_KEYS.some((key) => Object.hasOwn(properties, key));
}
