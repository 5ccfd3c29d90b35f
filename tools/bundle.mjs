// Bundles the plugin and the command into dist/, including the code they use from nvs-core and libraries: otherwise a
// short process would spend more time finding hundreds of files than working.
//
//     node tools/bundle.mjs DIST
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const script = fileURLToPath(import.meta.url);
const root = resolve(dirname(script), '..');
const folder = join(root, 'packages/nx-esp32-factory');

/** Bundles into a folder, and returns the names of the npm packages that are in the bundles. */
export async function bundle(dist = join(folder, 'dist')) {
  // Separately: together they would be split into twice as many files, and the command would start more slowly.
  const modules = [
    ...(await bundleEntries(dist, ['cli/main'], 'cli')),
    ...(await bundleEntries(dist, nxEntries(), 'shared')),
    ...(await bundleEntries(dist, ['verify/sdk/device-process'], 'device')),
  ];
  const packages = modules.map((id) => /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(id)?.[1]);
  return [...new Set(packages.filter((name) => name !== undefined))].sort();
}

/** Bundles modules of src/, with shared code in a separate folder, and returns all modules in the bundles. */
async function bundleEntries(dist, names, shared) {
  const build = await rolldown({
    cwd: root,
    platform: 'node',
    transform: { target: 'node20.19' },
    input: Object.fromEntries(names.map((name) => [name, join(folder, 'src', `${name}.ts`)])),
    // The workspace provides it.
    external: [/^@nx\//],
    resolve: { conditionNames: ['@nx-esp32-factory/source'], mainFields: ['module', 'main'] },
    treeshake: { moduleSideEffects: false },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir: dist,
    format: 'cjs',
    exports: 'named',
    comments: { legal: true, annotation: false, jsdoc: false },
    entryFileNames: '[name].js',
    chunkFileNames: `${shared}/[name].js`,
  });
  await build.close();
  return output.flatMap(({ moduleIds }) => moduleIds ?? []);
}

/** The modules that Nx and other programs load: the package's exports, executors and generators. */
function nxEntries() {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const files = [
    ...Object.values(read('package.json').exports).map((entry) => entry.default),
    ...Object.values(read('executors.json').executors).map((entry) => entry.implementation),
    ...Object.values(read('generators.json').generators).map((entry) => entry.factory),
    // Loaded by the entry above if @nx/devkit is installed.
    './dist/generators/init/generator',
  ];
  return files.flatMap((file) => /^\.\/dist\/(.+?)(?:\.js)?$/.exec(file)?.slice(1) ?? []);
}

/** The licences of bundled packages, which must be distributed with them. */
export function licencesOf(names) {
  const licences = names.map((name) => {
    const from = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt'].find((one) =>
      existsSync(join(from, one)),
    );
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(from, file), 'utf8').trim()}\n`;
  });
  return licences.join(`\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] === script) await bundle(resolve(process.argv[2]));
