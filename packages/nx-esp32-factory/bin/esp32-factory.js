#!/usr/bin/env node
// The command. An installed package holds dist/ and runs that; in the repository src/ stands beside it and runs
// through swc, so that no build is ever needed and none can be stale.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, '..', 'src', 'cli', 'main.ts');
const fromSource = existsSync(source);
if (fromSource) {
  process.env.TS_NODE_PROJECT ??= join(__dirname, '..', '..', '..', 'tsconfig.base.json');
  require('@swc-node/register');
}
require(fromSource ? source : '../dist/cli/main.js').main(process.argv.slice(2));
