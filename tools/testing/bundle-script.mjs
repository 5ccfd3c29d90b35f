// Bundles a script and what it imports into one file, for tests that start it many times: it starts ten times faster
// than through a TypeScript loader.
//
// node tools/testing/bundle-script.mjs SCRIPT.ts OUTPUT.cjs
import { rolldown } from 'rolldown';

const [input, file] = process.argv.slice(2);
const build = await rolldown({
  input,
  platform: 'node',
  resolve: { conditionNames: ['@nx-esp32-factory/source'] },
});
await build.write({ file, format: 'cjs', codeSplitting: false });
await build.close();
