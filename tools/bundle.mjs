// Bundles the plugin and the command into dist/: entries as executors.json and its like name them, and beside them one
// file a wing of the code, in dist/wings/. Node spends more time on finding and compiling four hundred files than a run
// takes to make an image; and a library is taken in without what is not used of it. A `require("./module")` in the
// source (see files/lazy.ts), which loads when it is used, keeps that meaning: the module becomes an entry.
//
//     node tools/bundle.mjs DIST
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** Not taken in: what the workspace has to have. */
const EXTERNAL = [/^@nx\//, /^@matter\//];

/** Folders of the source that others load: nothing loads them but by their entries. */
const ENTRIES = ['cli', 'plugin', 'executors', 'generators'];

/**
 * The file of dist/wings/ of a folder or module of the source, where that is not the name of its wing: what is used
 * together, apart from what few runs need. The longest match counts.
 */
const WINGS = {
  'nvs-core/errors': 'base',
  'nvs-core/bytes': 'base',
  'nvs-core/crypto': 'base',
  'nvs-core/chips': 'base',
  'nvs-core/attestation/certificate-request.ts': 'issuing',
  'nvs-core/attestation/describe.ts': 'issuing',
  'nvs-core/attestation/issue': 'issuing',
  'nvs-core/attestation/check.ts': 'commissioner',
  'nvs-core/attestation/check-certificate.ts': 'commissioner',
  'nvs-core/attestation/check-chain.ts': 'commissioner',
  'nvs-core/attestation/check-declaration.ts': 'commissioner',
  'nvs-core/attestation/findings.ts': 'commissioner',
  'nvs-core/attestation/private-key.ts': 'commissioner',
  'nvs-core/attestation/public-key.ts': 'commissioner',
  'nvs-core/attestation/results.ts': 'commissioner',
  'nvs-core/partition-table': 'firmware',
  'nvs-core/partition-table/layout.ts': 'base',
  'nvs-core/partition-table/partition.ts': 'base',
  'nvs-core/commissioning': 'data',
  'nvs-core/factory-data': 'data',
  'nvs-core/secure-cert': 'storage',
  'nvs-core/flash-encryption': 'storage',
  'nx-esp32-factory/errors': 'base',
  'nx-esp32-factory/errors/cli.ts': 'base',
  'nx-esp32-factory/errors/firmware.ts': 'source',
  'nx-esp32-factory/errors/flash.ts': 'factory',
  'nx-esp32-factory/files': 'base',
  'nx-esp32-factory/cli/arguments.ts': 'base',
  'nx-esp32-factory/cli/report.ts': 'base',
  'nx-esp32-factory/cli/values.ts': 'base',
  'nx-esp32-factory/config/document.ts': 'source',
  'nx-esp32-factory/config/merge.ts': 'source',
  'nx-esp32-factory/config/references.ts': 'source',
  'nx-esp32-factory/config/source.ts': 'source',
  'nx-esp32-factory/config/values/record.ts': 'source',
  'nx-esp32-factory/errors/config.ts': 'source',
  'nx-esp32-factory/firmware/app-firmware.ts': 'source',
  'nx-esp32-factory/cache/digest.ts': 'source',
  'nx-esp32-factory/cache/policy.ts': 'policy',
  'nx-esp32-factory/device/storage/encryption-scheme.ts': 'source',
  'nx-esp32-factory/files/trust-folder.ts': 'source',
  'nx-esp32-factory/artifacts/version.ts': 'source',
  'nx-esp32-factory/firmware/files.ts': 'source',
  'nx-esp32-factory/firmware/project.ts': 'source',
  'nx-esp32-factory/firmware/secure-cert.ts': 'source',
  'nx-esp32-factory/config/json-schema.ts': 'explanation',
  'nx-esp32-factory/config/variant.ts': 'target',
  'nx-esp32-factory/cache/digest-command.ts': 'target',
  'nx-esp32-factory/generators/init/development.ts': 'issuing',
  'nx-esp32-factory/device/attestation/issue.ts': 'issuing',
  'nx-esp32-factory/signer': 'issuing',
  'nx-esp32-factory/artifacts/burn-job.ts': 'flash',
  'nx-esp32-factory/artifacts/flash-job.ts': 'flash',
  'nx-esp32-factory/efuse': 'factory',
  'nx-esp32-factory/efuse/burn.ts': 'flash',
  'nx-esp32-factory/flash/chip-name.ts': 'factory',
  'nx-esp32-factory/flash/command.ts': 'factory',
  'nx-esp32-factory/flash/plan.ts': 'factory',
  zod: 'config',
  'jsonc-parser': 'places',
  qrcode: 'factory',
  dijkstrajs: 'factory',
};

/** Bundles into a folder, and answers the names of the npm packages that it took in. */
export async function bundle(root, dist = join(root, 'packages/nx-esp32-factory/dist')) {
  const source = join(root, 'packages/nx-esp32-factory/src');
  const build = await rolldown({
    cwd: root,
    platform: 'node',
    transform: { target: 'node20.19' },
    input: entriesOf(root, source),
    external: EXTERNAL,
    resolve: {
      alias: { 'nvs-core': join(root, 'packages/nvs-core/src/index.ts') },
      mainFields: ['module', 'main'],
    },
    preserveEntrySignatures: 'allow-extension',
    treeshake: { moduleSideEffects: false },
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
    plugins: [ownVersion(root, source), lazyRequire(root, source)],
  });
  const { output } = await build.write({
    dir: dist,
    format: 'cjs',
    exports: 'named',
    comments: { legal: true, annotation: false, jsdoc: false },
    entryFileNames: '[name].js',
    chunkFileNames: 'wings/[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ debugName: 'wing', name: (id) => wingOf(root, id) }],
    },
  });
  await build.close();
  checkAcyclic(output);
  const modules = output.flatMap((chunk) => chunk.moduleIds ?? []);
  return [...new Set(modules.map(packageOf).filter((name) => name !== undefined))].sort();
}

/** Files that require one another in a circle would see each other unfinished. */
function checkAcyclic(output) {
  const importsOf = new Map(output.map(({ fileName, imports }) => [fileName, imports ?? []]));
  const done = new Set();
  const visit = (file, path) => {
    if (path.includes(file)) throw new Error(`files require one another: ${[...path, file].join(' > ')}`);
    if (done.has(file)) return;
    for (const imported of importsOf.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of importsOf.keys()) visit(file, []);
}

/** What others load: the package's entries, executors and generators, and the command. */
function entriesOf(root, source) {
  const folder = join(root, 'packages/nx-esp32-factory');
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const manifest = read('package.json');
  const files = [
    ...Object.values(manifest.exports).map((entry) => entry.default),
    ...Object.values(read('executors.json').executors).map((entry) => entry.implementation),
    ...Object.values(read('generators.json').generators).map((entry) => entry.factory),
    './dist/cli/main',
    './dist/cli/start',
  ];
  const names = files
    .filter((file) => file?.startsWith('./dist/'))
    .map((file) => file.slice('./dist/'.length).replace(/\.js$/, ''));
  return Object.fromEntries(names.map((name) => [name, join(source, `${name}.ts`)]));
}

/** Writes the version where the source asks the package's manifest for it. */
function ownVersion(root, source) {
  const { version } = JSON.parse(readFileSync(join(root, 'packages/nx-esp32-factory/package.json'), 'utf8'));
  return {
    name: 'own-version',
    transform(code, id) {
      if (!id.startsWith(source)) return undefined;
      return code.replaceAll("require('../../package.json')", JSON.stringify({ version }));
    },
  };
}

/** Makes an entry of each module that a source file requires, and has it required from where it ends up. */
function lazyRequire(root, source) {
  return {
    name: 'lazy-require',
    resolveId: {
      order: 'pre',
      async handler(request, importer, { kind }) {
        if (kind !== 'require-call' || importer?.startsWith(join(root, 'packages')) !== true)
          return undefined;
        if (request.startsWith('node:') || EXTERNAL.some((pattern) => pattern.test(request)))
          return undefined;
        const { id } = await this.resolve(request, importer, { kind: 'import-statement' });
        const library = packageOf(id);
        const name =
          library === undefined
            ? relative(source, id).split(sep).join('/').replace(/\.ts$/, '')
            : `libraries/${library.replace('/', '-')}`;
        this.emitFile({ type: 'chunk', id, fileName: `${name}.js` });
        return { id: `lazy:${id}`, external: true };
      },
    },
    generateBundle(_, files) {
      for (const file of Object.values(files)) {
        file.code = file.code?.replace(/require\((["'`])lazy:([^"'`]+)\1\)/g, (_, quote, id) => {
          const { fileName } = Object.values(files).find(({ moduleIds }) => moduleIds?.includes(id));
          const path = posix.relative(posix.dirname(file.fileName), fileName);
          return `require(${quote}${path.startsWith('.') ? path : `./${path}`}${quote})`;
        });
      }
    },
  };
}

/** The file of dist/wings/ that a module goes to; entries and what only they use stay where they are. */
function wingOf(root, id) {
  const library = packageOf(id);
  if (library !== undefined) return /json-schema/.test(id) ? 'explanation' : (WINGS[library] ?? null);
  const [, name, , ...path] = relative(root, id).split(sep);
  const [wing] = path;
  if (wing === undefined || path.length < 2) return null;
  const placed = (prefix) => WINGS[[name, ...prefix].join('/')];
  for (let length = path.length; length > 1; length--) {
    const found = placed(path.slice(0, length));
    if (found !== undefined) return found;
  }
  if (ENTRIES.includes(wing)) return null;
  // The errors of a wing go with it.
  const subject = path[1].replace(/\.ts$/, '');
  if (wing === 'errors' && existsSync(join(root, 'packages', name, 'src', subject)))
    return placed([subject]) ?? subject;
  return placed([wing]) ?? wing;
}

function packageOf(id) {
  const [, path] = /.*[\\/]node_modules[\\/](.+)$/.exec(id) ?? [];
  const [scope, name] = path?.split(/[\\/]/) ?? [];
  return scope?.startsWith('@') ? `${scope}/${name}` : scope;
}

/** The licences of packages that were taken in, as they ask to be passed on. */
export function licencesOf(root, names) {
  return names
    .map((name) => {
      const folder = join(root, 'node_modules', name);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt'].find((one) =>
        existsSync(join(folder, one)),
      );
      if (file === undefined) throw new Error(`${name} has no licence file`);
      return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

const script = fileURLToPath(import.meta.url);
if (process.argv[1] === script) await bundle(resolve(dirname(script), '..'), resolve(process.argv[2]));
