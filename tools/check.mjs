// Everything that must pass before a change lands and that is quick; CI runs the same before the slower tiers.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { resolve: bin } = createRequire(import.meta.url);

const STEPS = [
  ['format and lint', [bin('@biomejs/biome/bin/biome'), 'ci', '.']],
  ['types', [bin('nx/bin/nx.js'), 'run-many', '-t', 'typecheck']],
  ['import rules', ['tools/import-rules.mjs']],
  ['words', ['tools/words.mjs']],
  ['regular expressions', ['tools/regexps.mjs']],
  ['tests (schema and docs in step among them)', [bin('nx/bin/nx.js'), 'run-many', '-t', 'test', 'codes']],
];

// CI has already run the tests, with the command from the README.
const steps = process.argv.includes('--without-tests') ? STEPS.slice(0, -1) : STEPS;

const results = steps.map(([name, args]) => {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return { name, passed: status === 0, seconds: (performance.now() - start) / 1000 };
});

console.log('');
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? '✔' : '✖'} ${name} (${seconds.toFixed(1)} s)`);
}
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
