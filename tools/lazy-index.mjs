// Rewrites the built entry of nvs-core so that each wing is loaded when something of it is first used: a command that
// only needs the partition table loads no ASN.1. What it exports stays the same, for `require` and for `import`.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export function makeIndexLazy(dist) {
  const path = join(dist, 'index.js');
  const require = createRequire(path);
  const wings = [...readFileSync(path, 'utf8').matchAll(/__exportStar\(require\("(\.\/[\w-]+)"\)/g)].map(
    ([, wing]) => wing,
  );
  const names = new Map();
  for (const wing of wings) {
    for (const name of Object.keys(require(wing))) {
      // The first of two equal names counts, as with `export *`.
      if (name !== '__esModule' && !names.has(name)) names.set(name, wing);
    }
  }
  if (names.size === 0) throw new Error(`${path} is not made of "export * from"`);
  const lines = [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    'const lazy = (name, get) => Object.defineProperty(exports, name, { enumerable: true, get });',
    ...[...names].map(([name, wing]) => `lazy("${name}", () => require("${wing}").${name});`),
    // Read by the parser with which Node finds the names that `import` may ask for; never run.
    `0 && (module.exports = { ${[...names.keys()].join(', ')} });`,
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
}
