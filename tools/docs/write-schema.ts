/**
 * Writes factory.config.schema.json and docs/config.md from the schema:
 * node -r @swc-node/register tools/docs/write-schema.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '../../packages/nx-esp32-factory/src/config/json-schema';
import { configMarkdown } from './config-markdown';

const root = join(__dirname, '../..');
const schema = `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
writeFileSync(join(root, 'packages/nx-esp32-factory/factory.config.schema.json'), schema);
writeFileSync(join(root, 'docs/config.md'), configMarkdown());
