#!/usr/bin/env node
// The command. An installed package holds dist/ and runs that; in the repository src/ stands beside it and runs
// through swc, so that no build is ever needed and none can be stale.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, '..', 'src', 'cli', 'main.ts');
const argv = process.argv.slice(2);
if (existsSync(source)) {
  process.env.TS_NODE_PROJECT ??= join(__dirname, '..', '..', '..', 'tsconfig.base.json');
  require('@swc-node/register');
  require(source).main(argv);
} else {
  require('../dist/cli/start.js').start(argv);
}
