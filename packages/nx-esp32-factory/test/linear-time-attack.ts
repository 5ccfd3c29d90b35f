/** Inputs that take more than linear time where code is careless. */
import { type GrowthRow, named } from '../../../tools/testing/growth';
import { loadConfig, resolveConfig } from '../src/config';
import { parseDocument } from '../src/config/document';
import { applySdkconfigFixes, isEspIdfProject, readFirmware } from '../src/firmware';
import { parseVersion } from '../src/flash/esptool';
import { interpretFailure, needsForce } from '../src/flash/failure';

const IDS = { deviceInstanceInfo: { vendorId: 0xfff1, productId: 0x8000 } };

const loading = (text: string) => {
  const bytes = Buffer.from(text);
  return () => loadConfig('factory.config.json', { readFile: () => bytes });
};
/** A config with so many entries, each on lines of its own. */
const config = (make: (size: number) => object) => (size: number) =>
  loading(JSON.stringify({ ...IDS, ...make(size) }, null, 1));
const listOf = <T>(size: number, make: (index: number) => T) =>
  Array.from({ length: size }, (_, index) => make(index));
const extra = (size: number, change: (index: number) => object = () => ({})) => ({
  nvs: {
    extra: listOf(size, (index) => ({
      namespace: 'n',
      key: `k${index}`,
      type: 'u8',
      value: 1,
      ...change(index),
    })),
  },
});
const keys = (size: number, make: (index: number) => [string, unknown]) =>
  Object.fromEntries(listOf(size, make));
const repeatedJson =
  (piece: string, start = '', end = '') =>
  (size: number) =>
    loading(start + piece.repeat(size) + end);

const CONFIGS: readonly GrowthRow[] = [
  ['unknown keys', 250, config((size) => keys(size, (index) => [`unknown${index}`, 1]))],
  [
    'unknown keys in a section',
    800,
    config((size) => ({ partition: keys(size, (index) => [`k${index}`, 1]) })),
  ],
  ['entries', 120, config((size) => extra(size))],
  ['entries with an unknown key', 120, config((size) => extra(size, () => ({ other: 1 })))],
  ['entries of no type', 120, config((size) => extra(size, () => ({ type: 'u9' })))],
  ['entries of a wrong value', 120, config((size) => extra(size, () => ({ value: {} })))],
  ['entries out of range', 120, config((size) => extra(size, () => ({ value: 256 })))],
  ['entries with one key', 120, config((size) => extra(size, () => ({ key: 'k' })))],
  ['a long unknown key', 10_000, config((size) => ({ ['x'.repeat(size)]: 1 }))],
  ['a long text', 10_000, config((size) => ({ chip: 'x'.repeat(size) }))],
  ['a long number', 10_000, config((size) => ({ partition: { size: `0x${'1'.repeat(size)}` } }))],
  ['labels', 120, config((size) => ({ deviceInfo: { fixedLabels: listOf(size, () => ({ label: 1 })) } }))],
  ['locales', 250, config((size) => ({ deviceInfo: { locales: listOf(size, () => 'e'.repeat(40)) } }))],
  ['keys twice', 250, repeatedJson('"a": 1,\n', '{', '"b": 1}')],
  ['brackets', 10_000, repeatedJson('[')],
  ['comments', 10_000, repeatedJson('/*')],
  ['line comments', 10_000, repeatedJson('//\n')],
  ['spaces', 100_000, repeatedJson(' ')],
  ['an open text', 100_000, repeatedJson('\\"', '{"')],
  ['commas', 10_000, repeatedJson(',', '{')],
];

const referring = (value: object) => (size: number) => {
  const loaded = config((count) => extra(count, () => ({ value })))(size)();
  const readFile = () => {
    throw Object.assign(new Error('nothing'), { code: 'ENOENT', errno: -2 });
  };
  return () => resolveConfig(loaded, { readFile, env: {} });
};
const REFERENCES: readonly GrowthRow[] = [
  ['missing files', 120, referring({ file: 'nothing' })],
  ['unset variables', 120, referring({ env: 'NOTHING' })],
];

const MANY_LOCATIONS: GrowthRow = [
  'the source locations of many keys of one object',
  500,
  (size) => {
    const text = JSON.stringify(keys(size, (index) => [`k${index}`, 1]));
    return () => {
      const document = parseDocument(Buffer.from(text), 'x');
      return listOf(size, (index) => document.place([`k${index}`]));
    };
  },
];

const LOCATIONS: GrowthRow = [
  'the source locations of a valid config',
  250,
  (size) => {
    const loaded = config((count) => extra(count))(size)();
    return () => listOf(size, (index) => loaded.where(['nvs', 'extra', index, 'key']));
  },
];

const app = (files: Readonly<Record<string, string>>) => {
  const encoded = new Map(
    Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]),
  );
  const readFile = (path: string) => encoded.get(path);
  return () => ({ is: isEspIdfProject('.', { readFile }), firmware: readFirmware('.', { readFile }) });
};
const cmake =
  (piece: string, start = '', end = '') =>
  (size: number) =>
    app({ 'CMakeLists.txt': start + piece.repeat(size) + end });
const CMAKE: readonly GrowthRow[] = [
  ['open bracket comments', 20_000, cmake('#[[')],
  ['open bracket comments on lines', 20_000, cmake('#[[\n')],
  ['bracket comments', 20_000, cmake('#[[]]')],
  ['comments', 20_000, cmake('#')],
  ['lists of defaults', 5_000, cmake('set(SDKCONFIG_DEFAULTS ')],
  ['lists of defaults with an end', 5_000, cmake('set(SDKCONFIG_DEFAULTS ', '', ')')],
  ['ended lists of defaults', 5_000, cmake('set(SDKCONFIG_DEFAULTS a)\n')],
  ['defaults', 5_000, cmake(' a', 'set(SDKCONFIG_DEFAULTS', ')')],
  ['variables', 5_000, cmake('${', 'set(SDKCONFIG_DEFAULTS ', ')')],
  ['subtypes', 5_000, cmake('EXTRA_PARTITION_SUBTYPES ')],
  ['subtypes with an end', 5_000, cmake('EXTRA_PARTITION_SUBTYPES ', '', ')')],
  ['one list of subtypes', 5_000, cmake('data, x, 0x1 ', 'EXTRA_PARTITION_SUBTYPES ', ')')],
  ['subtypes without a number', 5_000, cmake('data, ', 'EXTRA_PARTITION_SUBTYPES ', ')')],
  ['spaces in subtypes', 20_000, cmake(' ', 'EXTRA_PARTITION_SUBTYPES data', ')')],
  ['includes', 10_000, cmake('include(')],
  ['includes with an end', 10_000, cmake('include(', '', ')')],
  ['includes of spaces', 10_000, cmake(' ', 'include(', 'x)')],
  ['paths', 5_000, cmake('/tools/cmake/project.cmake', 'include(', 'x)')],
  ['conditions', 20_000, cmake('if(')],
  ['spaces before parentheses', 20_000, cmake(' (', 'set')],
  ['parentheses', 10_000, cmake('(', '', ')')],
];

const sdkconfig =
  (piece: string, start = '', end = '') =>
  (size: number) =>
    app({ sdkconfig: start + piece.repeat(size) + end });
const SDKCONFIGS: readonly GrowthRow[] = [
  ['spaces after a value', 4_000, sdkconfig(' ', 'CONFIG_X=a', 'b')],
  ['spaces and comments', 20_000, sdkconfig(' # ', 'CONFIG_X=a')],
  ['lines that are ignored', 4_000, sdkconfig('x\n')],
  ['settings', 2_000, sdkconfig('CONFIG_X=y\n')],
  ['values that are ignored', 2_000, sdkconfig('CONFIG_NVS_ENCRYPTION=x\n')],
  ['an open text', 20_000, sdkconfig('\\"', 'CONFIG_X="')],
  ['backslashes', 20_000, sdkconfig('\\', 'CONFIG_X="')],
  ['a long symbol', 50_000, sdkconfig('X', 'CONFIG_')],
  ['unset symbols', 2_000, sdkconfig('# CONFIG_X is not set\n')],
  ['carriage returns', 40_000, sdkconfig('\r')],
];

const FIX: GrowthRow = [
  'a fix in a long sdkconfig',
  4_000,
  (size) => {
    const text = 'CONFIG_X=y\n'.repeat(size);
    return () => applySdkconfigFixes(text, [{ symbol: 'Y', line: 'CONFIG_Y=y' }]);
  },
];

const output =
  (piece: string, start = '', end = '') =>
  (size: number) => {
    const text = start + piece.repeat(size) + end;
    return () => [interpretFailure(text, 1, { port: 'x', parts: [] }), needsForce(text), parseVersion(text)];
  };
const OUTPUTS: readonly GrowthRow[] = [
  ['ports', 500, output('Could not open ')],
  ['ports with parentheses', 2_000, output(')', "Could not open x, the port is busy or doesn't exist. (")],
  [
    'spaces after a port',
    40_000,
    output(' ', "Could not open x, the port is busy or doesn't exist. (x)", 'x'),
  ],
  ['frames', 1_500, output('│', 'x', 'x')],
  ['frames with spaces', 1_500, output('│ ', 'x', 'x')],
  ['escapes', 20_000, output('\u001b[')],
  ['backspaces', 20_000, output('\b')],
  ['warnings', 5_000, output('Detected flash encryption and ')],
  ['chips', 5_000, output('This chip is ')],
  ['a long chip', 20_000, output('x,', 'This chip is ')],
  ['digits', 40_000, output('1', '', '\u0001')],
  ['dotted digits', 20_000, output('1.', '', '\u0001')],
  ['written parts', 5_000, output('Wrote 1 bytes at 0x\n')],
  ['errors', 5_000, output('A fatal error occurred: ')],
];

export const ROWS: readonly GrowthRow[] = [
  ...named('a config of', CONFIGS),
  ...named('a config that refers to', REFERENCES),
  MANY_LOCATIONS,
  LOCATIONS,
  ...named('a CMakeLists.txt of', CMAKE),
  ...named('an sdkconfig of', SDKCONFIGS),
  FIX,
  ...named('output of esptool:', OUTPUTS),
];
