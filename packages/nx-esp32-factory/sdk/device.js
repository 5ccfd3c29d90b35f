#!/usr/bin/env node
// The device that level 4 of a verification commissions, as a process of its own; commission.py starts it. In the
// repository src/ runs through swc, as the command does.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, '..', 'src', 'verify', 'sdk', 'device-process.ts');
if (existsSync(source)) {
  process.env.TS_NODE_PROJECT ??= join(__dirname, '..', '..', '..', 'tsconfig.base.json');
  require('@swc-node/register');
  require(source).main();
} else {
  require('../dist/verify/sdk/device-process.js').main();
}
