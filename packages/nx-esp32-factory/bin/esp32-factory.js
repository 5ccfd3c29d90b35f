#!/usr/bin/env node
// The command. An installed package holds dist/ and runs that; in the repository src/ stands beside it and runs
// through swc, so that no build is ever needed and none can be stale.
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');

const source = join(__dirname, '..', 'src', 'cli', 'main.ts');
const argv = process.argv.slice(2);
if (existsSync(source)) {
  process.env.TS_NODE_PROJECT ??= join(__dirname, '..', '..', '..', 'tsconfig.base.json');
  require('@swc-node/register');
  require(source).main(argv);
} else {
  // Not in Node 20. Beside the package, where only those may write who may change its code; if they may not, nothing is kept.
  enableCompileCache?.(join(__dirname, '..', '..', '.cache', 'nx-esp32-factory'));
  require('../dist/cli/main.js').main(argv);
}
