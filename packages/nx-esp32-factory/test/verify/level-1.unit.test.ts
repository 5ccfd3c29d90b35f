import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdSignerOf } from 'nvs-core';
import { formatFinding } from 'nvs-core/errors';
import { type LevelResult, readSubject, readTrust, verify } from '../../src/verify';
import { makeParts, type Parts, writeDevice } from './device';
import { ROWS } from './rows';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOW = new Date('2025-06-01T00:00:00Z');

async function level1(parts: Parts): Promise<LevelResult> {
  writeDevice(folder, parts);
  const subject = readSubject({
    image: join(folder, 'partition.bin'),
    paas: readTrust(join(folder, 'paa')) ?? [],
    cdSigners: (readTrust(join(folder, 'cd')) ?? []).map(cdSignerOf),
    env: {},
    now: NOW,
  });
  const { levels } = await verify(subject, { level: 1, folders: [] });
  const [result] = levels;
  if (result === undefined) throw new Error('level 1 did not run');
  return result;
}

test('a correct device passes', async () => {
  const { parts } = await makeParts();
  const result = await level1(parts);
  expect(result.findings.map(({ code, severity }) => [code, severity])).toEqual([
    ['attestation.cd-signer-given', 'warning'],
  ]);
  expect(result).toMatchObject({ level: 1, outcome: 'passed' });
  expect(result.checked).toEqual(['19 keys', 'credentials', 'verifier', 'codes']);
});

describe('credentials are never passed over in silence', () => {
  const without = async (...keys: readonly string[]) => {
    const { parts } = await makeParts();
    parts.items = (items) => items.filter((item) => item.type === 'namespace' || !keys.includes(item.key));
    const { findings } = await level1(parts);
    return findings.map(({ code, severity }) => `${code} ${severity}`);
  };

  test('DAC and PAI without a declaration are checked', async () => {
    expect(await without('cert-dclrn')).toContain('attestation.cd-not-checked warning');
  });

  test('a chain that is not whole', async () => {
    expect(await without('pai-cert')).toContain('verify.attestation-not-checked warning');
    expect(await without('pai-cert', 'dac-cert', 'cert-dclrn')).not.toContain(
      'verify.attestation-not-checked warning',
    );
  });
});

describe('each error is reported with its code', () => {
  test.each(ROWS.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const { parts, authority } = await makeParts();
    await row.change(parts, authority);
    const result = await level1(parts);
    const errors = result.findings.filter(({ severity }) => severity === 'error');
    const texts = errors.map((finding) => formatFinding(finding).replaceAll('\n', ' '));
    const [code, words] = row[1] ?? [];
    if (code === undefined || words === undefined) {
      expect(texts).toEqual([]);
      return;
    }
    expect(result.outcome).toBe('failed');
    expect(errors.map((finding) => finding.code)).toContain(code);
    expect(texts.filter((text) => text.includes(code)).join('\n')).toMatch(words);
    // No key, and nothing that a passcode could be guessed from.
    const shown = JSON.stringify(result);
    for (const secret of [parts.salt, parts.verifier, parts.dacKey.raw]) {
      expect(shown).not.toContain(Buffer.from(secret).toString('hex'));
      expect(shown).not.toContain(Buffer.from(secret).toString('base64'));
    }
    expect(shown).not.toContain('20202021');
  });
});
