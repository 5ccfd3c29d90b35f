import { FactoryError, type Finding } from 'nvs-core';
import { FINDINGS_MAX } from 'nvs-core/errors';
import { loadConfig, resolveConfig } from '../src/config';
import { readFirmware } from '../src/firmware';

const MANY = 1_000;
const list = <T>(make: (index: number) => T) => Array.from({ length: MANY }, (_, index) => make(index));

function findingsOf(work: () => unknown): readonly Finding[] {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return error.findings;
    throw error;
  }
  return [];
}

/** The first of them, and the number of the others. */
function expectLimited(findings: readonly Finding[], code: string): void {
  expect(new Set(findings.slice(0, FINDINGS_MAX).map((finding) => finding.code))).toEqual(new Set([code]));
  expect(findings.slice(FINDINGS_MAX)).toMatchObject([
    { code: 'findings.more', params: { count: MANY - FINDINGS_MAX } },
  ]);
}

const load = (text: string) => loadConfig('x.json', { readFile: () => Buffer.from(text) });
const config = (fields: object) =>
  load(JSON.stringify({ deviceInstanceInfo: { vendorId: 0xfff1, productId: 0x8000 }, ...fields }));

test('unknown keys of a config', () => {
  expectLimited(
    findingsOf(() => config(Object.fromEntries(list((index) => [`unknown${index}`, 1])))),
    'config.unknown-key',
  );
});

test('keys twice in a config', () => {
  const findings = findingsOf(() => load(`{${list(() => '"a": 1').join(',')}, "a": 1}`));
  expectLimited(findings, 'config.duplicate-key');
});

test('unset variables of a config', () => {
  const extra = list((index) => ({ namespace: 'n', key: `k${index}`, type: 'u8', value: { env: 'X' } }));
  const loaded = config({ nvs: { extra } });
  const readFile = () => new Uint8Array();
  expectLimited(
    findingsOf(() => resolveConfig(loaded, { readFile, env: {} })),
    'config.env-unset',
  );
});

test.each([
  ['lines of an sdkconfig that are ignored', 'x\n', 'firmware.line-ignored'],
  ['values of an sdkconfig that are ignored', 'CONFIG_NVS_ENCRYPTION=x\n', 'firmware.value-ignored'],
])('%s', (_, line, code) => {
  const data = Buffer.from(line.repeat(MANY));
  const { findings } = readFirmware('.', { readFile: (path) => (path === 'sdkconfig' ? data : undefined) });
  expectLimited(
    findings.filter((finding) => [code, 'findings.more'].includes(finding.code)),
    code,
  );
});

test('a partition table with subtypes that many lines add', () => {
  const subtypes = list((index) => `data, s${index}, 0x1`).join(' ');
  const files: Readonly<Record<string, string>> = {
    'CMakeLists.txt': `set(EXTRA_PARTITION_SUBTYPES ${subtypes})`,
    sdkconfig: 'CONFIG_PARTITION_TABLE_CUSTOM=y\n',
    'partitions.csv': 'a,data,other,,4K\n',
  };
  const readFile = (path: string) => (files[path] === undefined ? undefined : Buffer.from(files[path]));
  const { findings } = readFirmware('.', { readFile });
  const unknown = findings.find(({ code }) => code === 'partition-table.subtype-unknown');
  const params = unknown?.params as { known: readonly string[] } | undefined;
  expect(params?.known.length).toBeLessThan(300);
});
