// Checks which rooms may import which, for every file, without exemptions. Data flows one way:
//
//   nvs-core: errors <- bytes <- crypto, chips
//               <- nvs | commissioning | attestation | secure-cert | flash-encryption | partition-table
//               <- factory-data
//   nx-esp32-factory: errors <- files <- config | firmware | flash | signer <- efuse <- device <- artifacts
//               <- board | cache | inspect <- verify | init <- the edges: plugin | executors | generators | cli
//
// The tables below list the imports of each room; a room comes after all rooms that it imports. Files of one room may
// import one another, but not in a cycle; type imports count too.
//
// node tools/import-rules.mjs [folder of a repository...]
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import ts from 'typescript';

/** Each room with the rooms it may import, and the other packages and Node built-ins. */
const NVS_CORE = {
  errors: [[], []],
  bytes: [['errors'], ['node:zlib']],
  crypto: [
    ['errors', 'bytes'],
    ['node:crypto', '@noble/curves'],
  ],
  chips: [['errors'], []],
  nvs: [['errors', 'bytes', 'crypto'], ['csv-parse']],
  commissioning: [['errors', 'bytes', 'crypto'], []],
  attestation: [['errors', 'bytes', 'crypto'], ['node-forge']],
  'secure-cert': [['errors', 'bytes'], []],
  'flash-encryption': [['errors', 'bytes', 'crypto', 'chips'], []],
  'partition-table': [['errors', 'bytes', 'crypto'], []],
  'factory-data': [
    ['errors', 'bytes', 'crypto', 'nvs', 'commissioning', 'attestation', 'secure-cert', 'partition-table'],
    [],
  ],
};

const FACTORY = {
  errors: [[], ['nvs-core']],
  files: [['errors'], ['nvs-core', 'node:*']],
  config: [
    ['errors', 'files'],
    ['nvs-core', 'node:*', 'zod', 'jsonc-parser'],
  ],
  firmware: [
    ['errors', 'files'],
    ['nvs-core', 'node:*'],
  ],
  flash: [
    ['errors', 'files'],
    ['nvs-core', 'node:*'],
  ],
  signer: [
    ['errors', 'files'],
    ['nvs-core', 'node:*'],
  ],
  efuse: [
    ['errors', 'files', 'flash'],
    ['nvs-core', 'node:*'],
  ],
  inputs: [
    ['errors', 'files', 'config', 'firmware'],
    ['nvs-core', 'node:path'],
  ],
  // Pure: no file, clock, network or process.
  device: [
    ['errors', 'config', 'firmware', 'inputs', 'signer', 'efuse'],
    ['nvs-core', 'node:zlib', 'qr'],
  ],
  artifacts: [
    ['errors', 'files', 'config', 'firmware', 'flash', 'efuse', 'device'],
    ['nvs-core', 'node:*', 'zod'],
  ],
  // One board on a port.
  board: [
    ['errors', 'files', 'config', 'firmware', 'flash', 'efuse', 'inputs', 'artifacts'],
    ['nvs-core', 'node:*', 'zod'],
  ],
  cache: [
    ['errors', 'files', 'config', 'firmware', 'device', 'artifacts'],
    ['nvs-core', 'node:*'],
  ],
  inspect: [
    ['errors', 'files', 'artifacts'],
    ['nvs-core', 'node:*'],
  ],
  verify: [
    ['errors', 'files', 'config', 'firmware', 'flash', 'inputs', 'device', 'artifacts', 'inspect'],
    ['nvs-core', 'node:*', '@matter'],
  ],
  // What the generator and the command share: without Nx.
  init: [
    ['errors', 'files', 'config', 'firmware', 'signer', 'inputs', 'device'],
    ['nvs-core', 'node:*'],
  ],
};

/** The edges: executors, generators and commands may import every room, the plugin fewer, and no edge another. */
const ROOMS = Object.keys(FACTORY);
const EDGES = {
  plugin: [
    ['errors', 'files', 'config', 'firmware', 'cache'],
    ['nvs-core', 'node:*', '@nx/devkit'],
  ],
  executors: [ROOMS, ['nvs-core', 'node:*', '@nx/devkit']],
  generators: [ROOMS, ['nvs-core', 'node:*', '@nx/devkit']],
  cli: [ROOMS, ['nvs-core', 'node:*']],
};

const PACKAGES = {
  'packages/nvs-core/src': withIndex(NVS_CORE),
  'packages/nx-esp32-factory/src': withIndex({ ...FACTORY, ...EDGES }),
};

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const { exports: wings } = JSON.parse(
  readFileSync(join(repository, 'packages/nvs-core/package.json'), 'utf8'),
);

const folders = process.argv.slice(2);
if (folders.length === 0) folders.push(repository);
for (const folder of folders) {
  const problems = problemsIn(resolve(folder));
  if (folders.length > 1) console.log(`${folder}:`);
  if (problems.length > 0) {
    console.log(problems.join('\n'));
    console.log(`\n${problems.length} violations of the rules in tools/import-rules.mjs`);
    process.exitCode = 1;
  } else {
    console.log('import rules: kept');
  }
}

function problemsIn(root) {
  return Object.entries(PACKAGES).flatMap(([source, rooms]) => {
    const files = globSync('**/*.ts', { cwd: join(root, source), ignore: ['generators/*/files/**'] }).sort();
    const imports = new Map(files.map((file) => [file, importsOf(join(root, source, file))]));
    return [
      ...upwards(rooms).map((text) => `tools/import-rules.mjs: ${text}`),
      ...files.flatMap((file) =>
        checkFile(file, imports.get(file), rooms).map((text) => `${posix.join(source, file)}: ${text}`),
      ),
      ...cyclesIn(files, imports).map(
        (cycle) =>
          `import cycle in ${source}/${roomOf(cycle[0])}:\n  ${[...cycle, cycle[0]].join('\n    imports ')}`,
      ),
    ];
  });
}

/** Adds the package's index, which may export from every room. */
function withIndex(rooms) {
  return { ...rooms, index: [Object.keys(rooms), []] };
}

/** Rows of the table with a room that does not come before them. */
function upwards(rooms) {
  const names = Object.keys(rooms);
  return Object.entries(rooms).flatMap(([room, [allowed]]) =>
    allowed
      .filter((other) => !names.slice(0, names.indexOf(room)).includes(other))
      .map((other) => `${room} may import ${other}, which does not come before it`),
  );
}

function checkFile(file, imports, rooms) {
  const room = roomOf(file);
  const rule = rooms[room];
  if (rule === undefined) return [`room "${room}" is not in the tables of tools/import-rules.mjs`];
  const [allowed, external] = rule;
  return imports.flatMap((imported) => {
    if (!imported.startsWith('.')) return checkExternal(room, imported, external);
    const target = targetOf(file, imported);
    // A package may import its own manifest, which has the same relative path in the packed package.
    if (target === '../package.json') return [];
    if (target.startsWith('..')) return [`"${imported}" leaves the package: import it by name`];
    const other = roomOf(target);
    return other === room || allowed.includes(other)
      ? []
      : [`${room} must not import ${other} ("${imported}")`];
  });
}

function checkExternal(room, imported, external) {
  const name = builtinModules.includes(imported) ? `node:${imported}` : imported;
  const isAllowed = external.some(
    (entry) =>
      entry === name || name.startsWith(`${entry}/`) || (entry === 'node:*' && name.startsWith('node:')),
  );
  return [
    ...(isAllowed ? [] : [`${room} must not import "${imported}"`]),
    ...(name.startsWith('nvs-core/') && !Object.hasOwn(wings, `.${name.slice('nvs-core'.length)}`)
      ? [`"${imported}" is a deep import: packages/nvs-core/package.json does not export it`]
      : []),
    ...(name.startsWith('@nx/devkit/') && name !== '@nx/devkit/testing'
      ? [`"${imported}" is a deep import`]
      : []),
  ];
}

/** Cycles between files of one room, each once, as the files in the order in which they import one another. */
function cyclesIn(files, imports) {
  const known = new Set(files);
  const cycles = [];
  const done = new Set();
  const path = [];
  const visit = (file) => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push(path.slice(start));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const imported of imports.get(file)) {
      if (!imported.startsWith('.')) continue;
      const target = targetOf(file, imported);
      const found = [`${target}.ts`, `${target}/index.ts`, target].find((name) => known.has(name));
      if (found !== undefined && roomOf(found) === roomOf(file)) visit(found);
    }
    path.pop();
    done.add(file);
  };
  for (const file of files) visit(file);
  return cycles;
}

/** The target of a relative import, from the package's src. */
function targetOf(file, imported) {
  return posix.join(posix.dirname(file), imported);
}

function roomOf(file) {
  return file.split('/')[0].replace(/\.(ts|json)$/, '');
}

function importsOf(path) {
  return ts
    .preProcessFile(readFileSync(path, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName);
}
