/**
 * Writes what is made from the schema: factory.config.schema.json, docs/config.md, and the options of factory-image that
 * override fields.
 * node -r @swc-node/register packages/nx-esp32-factory/src/config/write-schema.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configMarkdown } from './documentation';
import { configJsonSchema, optionSchemas } from './json-schema';
import { OVERRIDES } from './overrides';
import type { JsonSchema } from './values/record';

const packageFolder = join(__dirname, '../..');
writeJson(join(packageFolder, 'factory.config.schema.json'), configJsonSchema());
writeFileSync(join(packageFolder, '../../docs/config.md'), configMarkdown());

const executor = join(packageFolder, 'src/executors/factory-image/schema.json');
const schema = JSON.parse(readFileSync(executor, 'utf8')) as { properties: JsonSchema };
const own = Object.entries(schema.properties).filter(([name]) => !Object.hasOwn(OVERRIDES, name));
writeJson(executor, { ...schema, properties: { ...Object.fromEntries(own), ...optionSchemas() } });

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
