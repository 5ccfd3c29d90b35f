import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configMarkdown } from './config-markdown';
import { configJsonSchema } from './config-schema';
import { optionSchemas } from './option-schemas';

const ROOT = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
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

  it('docs/config.md', () => {
    expect(read('docs/config.md')).toBe(configMarkdown());
  });
});
