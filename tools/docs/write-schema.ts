/**
 * Writes what is made from the schema of the config: factory.config.schema.json, docs/config.md, and the options of
 * factory-image and init that are fields. Biome then formats the JSON.
 * node -r @swc-node/register tools/docs/write-schema.ts && npx biome check --write packages
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OVERRIDES } from '../../packages/nx-esp32-factory/src/config';
import { configMarkdown } from './config-markdown';
import { configJsonSchema } from './config-schema';
import { initOptionSchemas, optionSchemas } from './option-schemas';

const root = join(__dirname, '../..');
const plugin = join(root, 'packages/nx-esp32-factory');
writeJson(join(plugin, 'factory.config.schema.json'), configJsonSchema());
writeFileSync(join(root, 'docs/config.md'), configMarkdown());

const init = join(plugin, 'src/init/schema.json');
const initSchema = JSON.parse(readFileSync(init, 'utf8')) as { readonly properties: object };
writeJson(init, { ...initSchema, properties: { ...initSchema.properties, ...initOptionSchemas() } });

const executor = join(plugin, 'src/executors/factory-image/schema.json');
const schema = JSON.parse(readFileSync(executor, 'utf8')) as { readonly properties: object };
const own = Object.entries(schema.properties).filter(([name]) => !Object.hasOwn(OVERRIDES, name));
writeJson(executor, { ...schema, properties: { ...Object.fromEntries(own), ...optionSchemas() } });

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
