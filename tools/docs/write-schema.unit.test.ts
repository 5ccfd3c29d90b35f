import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configMarkdown } from './config-markdown';
import { configJsonSchema } from './config-schema';
import { initOptionSchemas, optionSchemas } from './option-schemas';

const ROOT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const INIT = 'src/init/schema';
const plugin = (path: string) => JSON.parse(read(`packages/nx-esp32-factory/${path}`));

describe('is as tools/docs/write-schema.ts writes it:', () => {
  it('factory.config.schema.json', () => {
    expect(plugin('factory.config.schema.json')).toEqual(configJsonSchema());
  });

  it('the options of factory-image', () => {
    const { config, outputPath, ...overrides } = plugin('src/executors/factory-image/schema.json').properties;
    expect([config, outputPath]).toEqual([expect.any(Object), expect.any(Object)]);
    expect(overrides).toEqual(optionSchemas());
  });

  it('the options of init', () => {
    const { properties } = plugin(`${INIT}.json`);
    const fields = initOptionSchemas();
    expect(Object.fromEntries(Object.keys(fields).map((name) => [name, properties[name]]))).toEqual(fields);
  });

  it('docs/config.md', () => {
    expect(read('docs/config.md')).toBe(configMarkdown());
  });
});

it('the options of init have in TypeScript the types of their schema', () => {
  const { properties } = plugin(`${INIT}.json`) as { properties: Record<string, Option> };
  const declared = read(`packages/nx-esp32-factory/src/init/options.ts`).matchAll(/readonly (\w+)\?: (.+);/g);
  expect(Object.fromEntries([...declared].map(([, name, type]) => [name, type]))).toEqual(
    Object.fromEntries(Object.entries(properties).map(([name, option]) => [name, typeOf(name, option)])),
  );
});

interface Option {
  readonly type?: string;
  readonly oneOf?: readonly Option[];
  readonly enum?: readonly string[];
}

function typeOf(name: string, { type, oneOf = [], enum: names = [] }: Option): string | undefined {
  // The names of chips are those of the config, which checks them.
  if (names.length > 0 && name !== 'chip') return names.map((one) => `'${one}'`).join(' | ');
  return type ?? oneOf.map((option) => typeOf(name, option)).join(' | ');
}
