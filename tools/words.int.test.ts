import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'words-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function check(files: Record<string, string | Uint8Array>): { status: number | null; output: string[] } {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  execFileSync('git', ['add', '.'], { cwd: root });
  const args = [join(__dirname, 'words.mjs'), root];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}`.trim().split('\n') };
}

test('every word of the table is found, at any position', () => {
  const { status, output } = check({
    'a.ts': [
      'data.rotatingIdUniqueId;',
      'const rdIdUid = 1;',
      'check.commissionerResult;',
      'literalSecrets(config);',
      'strangerFinding(key);',
      'Options stand in place of the config; in place of what it says.',
      '// is held',
      '//   against a table, and holds it against another',
      'looked for in vain',
      'counts for nothing',
      'Mended, mendEntry(), to mend',
      'turned away',
      'only a memory',
    ].join('\n'),
    'b.md': 'A literal\nsecret.',
  });
  expect(output.slice(0, -2).map((line) => line.replace(/: say .*/, ''))).toEqual([
    'a.ts:1: "rotatingIdUniqueId"',
    'a.ts:2: "rdIdUid"',
    'a.ts:3: "commissionerResult"',
    'a.ts:4: "literalSecrets"',
    'a.ts:5: "strangerFinding"',
    'a.ts:6: "stand in place of"',
    'a.ts:6: "in place of what"',
    'a.ts:7: "held against"',
    'a.ts:8: "holds it against"',
    'a.ts:9: "in vain"',
    'a.ts:10: "counts for nothing"',
    'a.ts:11: "Mended"',
    'a.ts:11: "mend"',
    'a.ts:11: "mend"',
    'a.ts:12: "turned away"',
    'a.ts:13: "only a memory"',
    'b.md:1: "literal secret"',
  ]);
  expect(output.at(-1)).toMatch(/^17 words/);
  expect(status).toBe(1);
});

test('what is right passes, and so do the history and binary files', () => {
  const { status, output } = check({
    'a.ts':
      "'rd-id-uid'; '--rd-id-uid'; RD_ID_UID; recommend; amended; in place of the key; it holds. Against",
    'CHANGELOG.md': 'mended',
    'b.bin': Buffer.from('\0mended'),
  });
  expect(output).toEqual(['words: as agreed']);
  expect(status).toBe(0);
});
