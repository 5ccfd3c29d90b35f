/** A text field is one row of the table: with a row more, everything knows the field. */
import Ajv2020 from 'ajv/dist/2020';
import { decodeFactoryData, encodeFactoryData, type FactoryData, type NvsEntry } from 'nvs-core';
import { run } from '../../packages/nx-esp32-factory/src/cli/main';
import { SCRIPT_FLAGS } from '../../packages/nx-esp32-factory/src/cli/script-flags';
import { loadConfig, OVERRIDES } from '../../packages/nx-esp32-factory/src/config';
import {
  CONFIG,
  findingsOf,
  judge,
  MINIMAL,
  minimalWith,
  reader,
} from '../../packages/nx-esp32-factory/test/config/samples';
import { FakeTerminal, LightApp } from '../../packages/nx-esp32-factory/test/light-app';
import { configMarkdown } from './config-markdown';
import { configJsonSchema } from './config-schema';
import { optionSchemas } from './option-schemas';

jest.mock('../../packages/nvs-core/src/factory-data/fields', () => {
  const fields = jest.requireActual('../../packages/nvs-core/src/factory-data/fields');
  const { text } = jest.requireActual('../../packages/nvs-core/src/factory-data/kinds');
  const row = {
    section: 'deviceInstanceInfo',
    name: 'testText',
    key: 'z-test-text',
    kind: text(1, 20),
    label: 'test text',
    description: 'The text of a test.',
    flag: { name: 'test-text' },
  };
  return { ...fields, FACTORY_FIELDS: [...fields.FACTORY_FIELDS, row] };
});

const PATH = 'deviceInstanceInfo.testText';
const options = OVERRIDES as Readonly<Record<string, unknown>>;

test('the config takes it within its limit, in bytes', () => {
  const longest = 'ö'.repeat(10);
  expect(judge(minimalWith(PATH, longest)).config.deviceInstanceInfo).toMatchObject({ testText: longest });
  expect(findingsOf(() => judge(minimalWith(PATH, `${longest}x`)))).toMatchObject([
    { code: 'config.text-too-long', where: { field: PATH }, params: { what: 'the test text', limit: 20 } },
  ]);
  expect(findingsOf(() => judge(minimalWith(PATH, 7))).map(({ code }) => code)).toEqual([
    'config.wrong-type',
  ]);
});

test('editors and the documentation know it', () => {
  const validate = new Ajv2020({ strict: false }).compile(configJsonSchema());
  expect(validate(minimalWith(PATH, 'a'))).toBe(true);
  expect(validate(minimalWith(PATH, { env: 'A' }))).toBe(true);
  expect(validate(minimalWith(PATH, 'a'.repeat(21)))).toBe(false);
  expect(configMarkdown()).toContain(
    '| `testText` | text of at most 20 bytes or a reference |  | The text of a test, at most 20 bytes. |',
  );
});

test('an option overrides it', () => {
  expect(options.testText).toEqual({ path: ['deviceInstanceInfo', 'testText'], list: false });
  expect(optionSchemas().testText).toEqual({
    type: 'string',
    description: 'The text of a test, at most 20 bytes. Overrides the config.',
  });
  const loaded = loadConfig(CONFIG, {
    readFile: reader({ [CONFIG]: MINIMAL }),
    overrides: { testText: 'b' },
  });
  expect(loaded.config.deviceInstanceInfo).toMatchObject({ testText: 'b' });
});

test('a flag of the script gives it', () => {
  expect(SCRIPT_FLAGS.find(({ name }) => name === 'test-text')).toMatchObject({
    value: 'TEXT',
    description: 'text of a test, at most 20 bytes',
  });
});

test('factory data holds it', () => {
  const data = { deviceInstanceInfo: { testText: 'c' } } as FactoryData;
  const { items } = encodeFactoryData(data);
  expect(items).toContainEqual({
    namespace: 'chip-factory',
    key: 'z-test-text',
    type: 'string',
    value: 'c',
    where: { field: PATH },
  });
  expect(encodeFactoryData(data, { order: 'mfg-tool' }).items).toEqual(items);
  const entries = items.filter((item): item is NvsEntry => item.type !== 'namespace');
  expect(decodeFactoryData(entries)).toMatchObject({ data, extra: [], findings: [] });
});

describe('an image', () => {
  let app: LightApp;
  const home = process.cwd();
  beforeAll(() => {
    app = new LightApp();
    process.chdir(app.folder);
  });
  afterAll(() => {
    process.chdir(home);
    app.remove();
  });
  const command = async (...argv: string[]) => {
    const terminal = new FakeTerminal();
    return [await run(argv, terminal), terminal.stdout] as const;
  };

  test('is made with it, inspected and verified', async () => {
    app.set('deviceInstanceInfo', { testText: 'from the config' });
    expect((await command('image', 'factory.config.json'))[0]).toBe(0);
    const [status, out] = await command('inspect', 'bin/factory_partition.bin', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out).nvs.entries).toContainEqual(
      expect.objectContaining({
        key: 'z-test-text',
        type: 'string',
        label: 'test text',
        group: 'deviceInstanceInfo',
        text: 'from the config',
      }),
    );
    const verified = await command('verify', '--config', 'factory.config.json', '--level', '1');
    expect(verified).toEqual([0, expect.stringContaining('46 keys')]);
  });
});
