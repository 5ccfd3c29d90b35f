/**
 * Writes factory.config.schema.json and docs/config.md from the schema:
 * node -r @swc-node/register packages/nx-esp32-factory/src/config/write-schema.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configMarkdown } from './documentation';
import { configJsonSchema } from './json-schema';

const packageFolder = join(__dirname, '../..');
const schema = `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
writeFileSync(join(packageFolder, 'factory.config.schema.json'), schema);
writeFileSync(join(packageFolder, '../../docs/config.md'), configMarkdown());
