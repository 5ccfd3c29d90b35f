/** Levels 2 and 3 on correct devices and on those of the negative table, all in one warm process. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from 'nvs-core';
import { formatFinding } from 'nvs-core/errors';
import type { LevelResult, VerifyReport } from '../../src/verify';
import { type Change, codesOf, makeParts, writeDevice } from './device';
import { MATTER_PEER, needMatter, REPOSITORY } from './matter-peer';
import { ROWS } from './rows';

jest.setTimeout(300_000);

const RIGHT: readonly (readonly [name: string, change: Change])[] = [
  ['a device', () => undefined],
  ['the same device in a warm process', () => undefined],
  [
    'a device with only its ids, and the longest codes',
    (parts) => {
      parts.info = { vendorId: parts.info?.vendorId, productId: parts.info?.productId };
      Object.assign(parts, codesOf(parts, { flow: 2 }));
    },
  ],
  [
    'a device whose QR code has its serial number',
    (parts) => void Object.assign(parts, codesOf(parts, { serialNumber: parts.info?.serialNumber })),
  ],
  [
    'a device with every value at its limit',
    (parts, { random }) => {
      parts.info = {
        ...parts.info,
        vendorName: 'v'.repeat(32),
        productName: 'ü'.repeat(16),
        serialNumber: 's'.repeat(32),
        partNumber: 'p'.repeat(32),
        productLabel: 'l'.repeat(64),
        productUrl: `https://example.com/${'u'.repeat(236)}`,
        hardwareVersion: 0xffff,
        hardwareVersionString: 'h'.repeat(64),
        manufacturingDate: '20240229ABCDEFGH',
        rotatingDeviceIdUniqueId: random(16),
        productFinish: 'fabric',
        productColor: undefined,
      };
    },
  ],
];

let folder: string;
let reports: ReadonlyMap<string, VerifyReport>;

beforeAll(async () => {
  needMatter();
  folder = mkdtempSync(join(tmpdir(), 'verify-levels-'));
  const names = [...RIGHT.map(([name]) => name), ...ROWS.map(({ name }) => name)];
  const changes = [...RIGHT.map(([, change]) => change), ...ROWS.map(({ change }) => change)];
  const folders: string[] = [];
  for (const [index, change] of changes.entries()) {
    const { parts, authority } = await makeParts();
    await change(parts, authority);
    const own = join(folder, String(index).padStart(2, '0'));
    writeDevice(own, parts);
    folders.push(own);
  }
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['-r', '@swc-node/register', join(__dirname, 'matter-runner.ts'), MATTER_PEER, ...folders],
    {
      cwd: REPOSITORY,
      env: { ...process.env, TS_NODE_PROJECT: join(REPOSITORY, 'tsconfig.base.json') },
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status !== 0) throw new Error(`the runner ended with ${status}: ${stderr}`);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { report: VerifyReport });
  reports = new Map(lines.map(({ report }, index) => [names[index] ?? '', report]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function levelOf(name: string, level: number): LevelResult {
  const result = reports.get(name)?.levels.find((one) => one.level === level);
  if (result === undefined) throw new Error(`level ${level} of "${name}" did not run`);
  return result;
}

const errorsOf = ({ findings }: LevelResult): Finding[] =>
  findings.filter(({ severity }) => severity === 'error');

describe('a correct device passes every level', () => {
  test.each(RIGHT)('%s', (name) => {
    const report = reports.get(name);
    expect(report?.levels.flatMap(errorsOf)).toEqual([]);
    expect(report?.levels.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed']);
    expect(levelOf(name, 2).checked).toEqual(
      expect.arrayContaining(['codes', 'verifier', 'key exchange', 'attestation']),
    );
  });

  test('the attributes of the image are read over the secure session', () => {
    const attributes = (name: string) => levelOf(name, 3).checked.find((text) => /attributes/.test(text));
    expect(attributes('a device')).toBe('9 attributes of Basic Information');
    expect(attributes('a device with only its ids, and the longest codes')).toBe(
      '2 attributes of Basic Information',
    );
    expect(attributes('a device with every value at its limit')).toBe('12 attributes of Basic Information');
  });

  test('in a warm process a commissioning takes less than three seconds', () => {
    expect(levelOf('the same device in a warm process', 3).milliseconds).toBeLessThan(3000);
  });
});

describe.each([2, 3] as const)('level %i', (level) => {
  const rows = ROWS.filter(({ skip = [] }) => !skip.includes(level));

  test.each(rows.map((row) => [row.name, row[level]] as const))('%s', (name, expected) => {
    const result = levelOf(name, level);
    const errors = errorsOf(result);
    const texts = errors.map((finding) => formatFinding(finding).replaceAll('\n', ' '));
    if (expected === undefined) {
      expect([result.outcome, texts]).toEqual(['passed', []]);
      return;
    }
    const [code, words] = expected;
    expect(errors.map((finding) => finding.code)).toContain(code);
    expect(texts.join('\n')).toMatch(words);
    expect(result.outcome).toBe('failed');
  });
});

test('no level shows anything that the passcode could be guessed from', async () => {
  const { parts } = await makeParts();
  const shown = JSON.stringify([...reports.values()]);
  for (const secret of [parts.salt, parts.verifier, parts.dacKey.raw]) {
    expect(shown).not.toContain(Buffer.from(secret).toString('hex'));
    expect(shown).not.toContain(Buffer.from(secret).toString('base64'));
  }
  expect(shown).not.toMatch(/20202021|31415926/);
});

test('each row is found by at least one level', () => {
  const unfound = ROWS.filter((row) => row[1] === undefined && row[2] === undefined && row[3] === undefined);
  expect(unfound).toEqual([]);
  expect(ROWS.length).toBeGreaterThanOrEqual(20);
});
