import { isDeepStrictEqual } from 'node:util';
import { isRecord, type JsonSchema } from '../../packages/nx-esp32-factory/src/config/values/record';
import { formsOf } from '../../packages/nx-esp32-factory/src/config/words';
import { plainConfigSchema } from './config-schema';
import { isSection } from './editor';

const INTRODUCTION = `# factory.config.json

<!-- Made from the schema by tools/docs/write-schema.ts; do not edit. -->

The config file of an app is next to its project file. It is strict: a field that is not listed here is rejected.
Everything that is wrong is reported in one run, each with its line.

\`\`\`json
{
  "$schema": "../../node_modules/nx-esp32-factory/factory.config.schema.json",
  "deviceInstanceInfo": { "vendorId": "0xFFF1", "productId": "0x8000" },
  "commissioning": { "passcode": { "env": "LIGHT_PASSCODE" }, "discriminator": 3840 }
}
\`\`\`

- **Whole numbers** are numbers, or text of decimal or \`0x\` digits: \`65521\`, \`"65521"\`, \`"0xFFF1"\`.
- **References**: \`{"file": path}\` is the content of a file, \`{"env": NAME}\` that of an environment variable. Text loses
  one line break at the end of a file. Certificates and keys are PEM or DER in a file, PEM or the base64 of DER in a
  variable. An encrypted PKCS#8 key has its passphrase by reference beside it:
  \`{"file": "dac_key.pem", "passphrase": {"env": "DAC_PASSPHRASE"}}\`.
- **Paths** start at the folder of the file that writes them, and may leave the workspace.
- **Generated values**: \`{"random": true}\` is generated anew for every image. An image with a generated passcode, serial number,
  rotating id or key is never cached by Nx, for a replay would issue it twice; a generated salt or discriminator does not matter.
- **Comments** and trailing commas are allowed.
- **Variants**: a \`factory.<variant>.config.json\` with \`"extends": "factory.config.json"\` overrides some fields. Objects
  are merged field by field; lists, references and values are replaced; \`null\` takes a field out (RFC 7396).
`;

/** docs/config.md: every field of the config, made from its schema. */
export function configMarkdown(): string {
  const root = plainConfigSchema();
  return [INTRODUCTION, '## Top level\n', ...table(root, ''), ...sections(root, '')]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function fieldsOf(schema: JsonSchema): [string, JsonSchema][] {
  const { properties } = schema;
  if (!isRecord(properties)) return [];
  return Object.entries(properties).filter((entry): entry is [string, JsonSchema] => isRecord(entry[1]));
}

/** Objects with described fields get a section of their own. */
function sections(schema: JsonSchema, path: string): string[] {
  return fieldsOf(schema).flatMap(([name, field]) => section(field, path === '' ? name : `${path}.${name}`));
}

function section(field: JsonSchema, path: string): string[] {
  const [parent, place] =
    field.type === 'array' && isRecord(field.items) ? [field.items, `${path}[]`] : [field, path];
  const options = objects(parent);
  const shared = sharedFields(options);
  if (shared !== undefined) return block(shared, place, shared);
  return options.flatMap((option) => block(option, place, parent));
}

/** Options with the same fields, as one object: what a field takes is then said option by option. */
function sharedFields(options: readonly JsonSchema[]): JsonSchema | undefined {
  const [first] = options;
  if (first === undefined || options.length < 2) return undefined;
  const names = (option: JsonSchema) => fieldsOf(option).map(([name]) => name);
  if (!options.every((option) => isDeepStrictEqual(names(option), names(first)))) return undefined;
  const merged = fieldsOf(first).map(([name, field]) => {
    const versions = options.map((option) => (option.properties as Record<string, JsonSchema>)[name] ?? {});
    if (versions.every((version) => takes(version) === takes(field))) return [name, field];
    const tags = options.map(
      (option) => fieldsOf(option).find(([, { const: tag }]) => tag !== undefined)?.[1].const,
    );
    const isTag = versions.every((version, index) => version.const === tags[index]);
    const words = versions.map((version, index) =>
      isTag ? takes(version) : `${code(tags[index])}: ${takes(version)}`,
    );
    const descriptions = [...new Set(versions.map((version) => version.description))];
    return [name, { description: descriptions.join(' '), words: words.join(isTag ? ', ' : '; ') }];
  });
  return { properties: Object.fromEntries(merged), required: first.required };
}

function block(option: JsonSchema, path: string, parent: JsonSchema): string[] {
  const tag = fieldsOf(option).find(([, { const: value }]) => typeof value === 'string');
  const several = objects(parent).length > 1;
  const title = several && tag !== undefined ? `${path}, ${tag[0]} "${String(tag[1].const)}"` : path;
  const description = (option.description ?? parent.description) as string | undefined;
  return [
    `\n## ${title}\n`,
    ...(description === undefined ? [] : [`${description}\n`]),
    ...table(option, path),
    ...sections(option, path),
  ];
}

/** The options of a field that are sections: not the forms of a value. */
function objects(schema: JsonSchema): JsonSchema[] {
  const options = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (options !== undefined) return options.flatMap(objects);
  return isSection(schema) ? [schema] : [];
}

function table(schema: JsonSchema, path: string): string[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const rows = fieldsOf(schema).map(([name, field]) => {
    const must = required.includes(name) ? '**required**' : preset(field);
    return `| \`${name}\` | ${takes(field)} | ${must} | ${cell(String(field.description ?? ''))}${example(field)} |`;
  });
  const what = path.endsWith('[]') ? 'field of an element' : 'field';
  return [`| ${what} | takes | default | meaning |`, '| --- | --- | --- | --- |', ...rows];
}

function preset(field: JsonSchema): string {
  if (field.default === undefined || (isRecord(field.default) && Object.keys(field.default).length === 0))
    return '';
  return code(field.default);
}

function example({ examples }: JsonSchema): string {
  if (!Array.isArray(examples)) return '';
  return ` Example: ${examples.map(code).join(', ')}.`;
}

function code(value: unknown): string {
  return `\`${cell(JSON.stringify(value))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** The forms of numbers and references that the introduction explains. */
const EXPLAINED: Readonly<Record<string, string | undefined>> = {
  '"0x..." in quotes': '',
  '{"file": path}': 'a reference',
  '{"env": NAME}': 'a reference',
};

/** What a field takes, in a few words. */
function takes(field: JsonSchema): string {
  if (field.words !== undefined) return String(field.words);
  const { $defs } = plainConfigSchema();
  const all = formsOf(field, $defs as JsonSchema);
  // A file alone is no reference: a variable cannot have the content.
  const isAlone = !all.includes('{"env": NAME}');
  const forms = all.map((form) => (isAlone && form === '{"file": path}' ? form : (EXPLAINED[form] ?? form)));
  return [...new Set(forms)]
    .filter((form) => form !== '')
    .map((form) => form.replace(/\{.*\}/, '`$&`').replace(/"[^"]*"(?![^`]*`)/g, '`$&`'))
    .join(' or ');
}
