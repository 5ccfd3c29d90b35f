// Who may import whom: the table of the design, checked on every file. There are no exemptions.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import ts from 'typescript';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** What an executor, a generator or a command may join; none of them knows another. */
const CAPABILITIES = [
  'errors',
  'files',
  'config',
  'firmware',
  'flash',
  'signer',
  'efuse',
  'inputs',
  'device',
  'artifacts',
  'cache',
  'inspect',
  'verify',
];

/** For each module of a package: the modules of that package, the packages and the Node built-ins it may import. */
const PACKAGES = {
  'packages/nvs-core/src': {
    errors: { modules: [], external: [] },
    bytes: { modules: ['errors'], external: ['node:zlib'] },
    crypto: { modules: ['errors', 'bytes'], external: ['node:crypto', '@noble/curves'] },
    chips: { modules: ['errors'], external: [] },
    nvs: { modules: ['errors', 'bytes', 'crypto'], external: ['csv-parse'] },
    commissioning: { modules: ['errors', 'bytes', 'crypto'], external: [] },
    attestation: { modules: ['errors', 'bytes', 'crypto'], external: ['node-forge'] },
    'secure-cert': { modules: ['errors', 'bytes'], external: [] },
    'flash-encryption': { modules: ['errors', 'bytes', 'crypto', 'chips'], external: [] },
    'partition-table': { modules: ['errors', 'bytes', 'crypto'], external: [] },
    'factory-data': {
      modules: [
        'errors',
        'bytes',
        'crypto',
        'nvs',
        'commissioning',
        'attestation',
        'secure-cert',
        'partition-table',
      ],
      external: [],
    },
    index: { modules: '*', external: [] },
  },
  'packages/nx-esp32-factory/src': {
    errors: { modules: [], external: ['nvs-core'] },
    files: { modules: ['errors'], external: ['nvs-core', 'node:*'] },
    config: { modules: ['errors', 'files'], external: ['nvs-core', 'node:*', 'zod', 'jsonc-parser'] },
    firmware: { modules: ['errors', 'files'], external: ['nvs-core', 'node:*'] },
    flash: { modules: ['errors', 'files'], external: ['nvs-core', 'node:*'] },
    signer: { modules: ['errors', 'files'], external: ['nvs-core', 'node:*'] },
    efuse: { modules: ['errors', 'files', 'flash'], external: ['nvs-core', 'node:*'] },
    inputs: { modules: ['errors', 'files', 'config', 'firmware'], external: ['nvs-core', 'node:path'] },
    // Pure: no file, clock, network or process.
    device: {
      modules: ['errors', 'config', 'firmware', 'inputs', 'signer', 'efuse'],
      external: ['nvs-core', 'node:zlib', 'qrcode'],
    },
    artifacts: {
      modules: ['errors', 'files', 'config', 'firmware', 'flash', 'efuse', 'device'],
      external: ['nvs-core', 'node:*', 'zod'],
    },
    cache: {
      modules: ['errors', 'files', 'config', 'firmware', 'device', 'artifacts'],
      external: ['nvs-core', 'node:*'],
    },
    inspect: { modules: ['errors', 'files', 'artifacts'], external: ['nvs-core', 'node:*', 'qrcode'] },
    verify: {
      modules: ['errors', 'files', 'config', 'firmware', 'flash', 'inputs', 'device', 'artifacts', 'inspect'],
      external: ['nvs-core', 'node:*', '@matter'],
    },
    plugin: {
      modules: ['errors', 'files', 'config', 'firmware', 'cache'],
      external: ['nvs-core', 'node:*', '@nx/devkit'],
    },
    executors: { modules: CAPABILITIES, external: ['nvs-core', 'node:*', '@nx/devkit'] },
    generators: { modules: CAPABILITIES, external: ['nvs-core', 'node:*', '@nx/devkit'] },
    cli: { modules: CAPABILITIES, external: ['nvs-core', 'node:*'] },
    index: { modules: '*', external: [] },
  },
};

const problems = [];
for (const [source, modules] of Object.entries(PACKAGES)) {
  for (const file of globSync('**/*.ts', { cwd: join(root, source), ignore: ['**/files/**'] })) {
    const module = file.split('/')[0].replace(/\.ts$/, '');
    const say = (text) => problems.push(`${posix.join(source, file)}: ${text}`);
    const rule = modules[module];
    if (rule === undefined) {
      say(`module "${module}" is not in the import table of tools/import-rules.mjs`);
      continue;
    }
    for (const imported of importsOf(join(root, source, file))) {
      if (imported.startsWith('.')) {
        // A package may ask its own manifest, which is where it is packed too.
        if (resolve(root, source, dirname(file), imported) === resolve(root, source, '../package.json'))
          continue;
        const target = relative(join(root, source), resolve(join(root, source), dirname(file), imported));
        if (target.startsWith('..')) say(`"${imported}" leaves the package: import it by name`);
        const targetModule = target.split('/')[0].replace(/\.(ts|json)$/, '');
        const within = targetModule === module;
        if (!within && rule.modules !== '*' && !rule.modules.includes(targetModule)) {
          say(`${module} must not import ${targetModule} ("${imported}")`);
        }
      } else {
        const name = builtinModules.includes(imported) ? `node:${imported}` : imported;
        const allowed = rule.external.some(
          (entry) =>
            entry === name ||
            name.startsWith(`${entry}/`) ||
            (entry === 'node:*' && name.startsWith('node:')),
        );
        if (!allowed) say(`${module} must not import "${imported}"`);
        if (name.startsWith('nvs-core/')) say(`"${imported}" is a deep import: import "nvs-core"`);
        if (name.startsWith('@nx/devkit/') && name !== '@nx/devkit/testing')
          say(`"${imported}" is a deep import`);
      }
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`\n${problems.length} imports break the rules of tools/import-rules.mjs`);
  process.exit(1);
}
console.log('import rules: kept');

function importsOf(path) {
  return ts
    .preProcessFile(readFileSync(path, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName);
}
