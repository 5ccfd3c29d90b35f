// Fails where the tests of all projects together make no package produce one of its error codes.
//
// node tools/codes/check.mjs [folder of the repository]
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../..'));
const files = globSync(['packages/*/test-output/codes.json', 'tools/test-output/codes.json'], {
  cwd: root,
}).sort();
const runs = files.map((file) => ({ file, ...JSON.parse(readFileSync(join(root, file), 'utf8')) }));

const parts = runs.filter(({ whole }) => !whole);
const declared = new Set(runs.flatMap((run) => run.declared));
const produced = new Set(runs.flatMap((run) => run.produced));
const missing = [...declared].filter((code) => !produced.has(code)).sort();

if (declared.size === 0) {
  console.error('error codes: the tests have not run: "npx nx run-many -t test"');
  process.exit(1);
}
if (missing.length === 0) {
  console.log(`error codes: tests produce all ${declared.size}`);
} else if (parts.length > 0) {
  // Skipped tests, which CI does not have, may produce them.
  console.log(
    `error codes: not checked, some tests did not run: ${parts.map(({ file }) => file).join(', ')}`,
  );
} else {
  const list = missing.join('\n  ');
  console.error(`no test produces these error codes; write one for each, or delete its row:\n  ${list}`);
  process.exit(1);
}
