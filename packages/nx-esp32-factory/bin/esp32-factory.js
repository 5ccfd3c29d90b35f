#!/usr/bin/env node
// The command. An installed package holds dist/ and runs that; in the repository src/ stands beside it and runs
// through swc, so that no build is ever needed and none can be stale.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, '..', 'src', 'cli', 'main.ts');
const bundle = join(__dirname, '..', 'dist', 'cli', 'main.js');
const argv = process.argv.slice(2);
if (existsSync(source)) {
  process.env.TS_NODE_PROJECT ??= join(__dirname, '..', '..', '..', 'tsconfig.base.json');
  require('@swc-node/register');
  require(source).main(argv);
} else if (process.env.NODE_DISABLE_COMPILE_CACHE) {
  require(bundle).main(argv);
} else {
  // Beside the package, where only those may write who may change its code; if they may not, nothing is kept.
  const version = `${process.version}-${process.arch}`;
  const cache = join(__dirname, '../../.cache/nx-esp32-factory', version);
  require('./code-cache').load(bundle, cache).main(argv);
}
