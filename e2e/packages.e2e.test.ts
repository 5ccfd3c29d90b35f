/** What is published: only what is needed, with types that resolve and nothing deep of Nx. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, run } from './command';
import { PACKAGES, type PackageName, REPOSITORY, tarballOf } from './packages';

/** Beside dist/: nothing else may be in a tarball. */
const FILES: Record<PackageName, readonly string[]> = {
  'nvs-core': ['LICENSE', 'README.md', 'package.json'],
  'nx-esp32-factory': [
    'LICENSE',
    'README.md',
    'bin/code-cache.js',
    'bin/esp32-factory.js',
    'executors.json',
    'factory.config.schema.json',
    'generators.json',
    'migrations.json',
    'package.json',
    'sdk/commission.py',
    'sdk/device.js',
  ],
};
/** What runs the sources where src/ lies beside it: in the repository only. */
const STARTERS = ['bin/esp32-factory.js', 'sdk/device.js'];
const TOOLS = { publint: '0.3.25', '@arethetypeswrong/cli': '0.18.5' };

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  const tools = Object.entries(TOOLS).map(([name, version]) => `${name}@${version}`);
  const flags = ['--prefer-offline', '--no-audit', '--no-fund'];
  await check('npm', ['install', ...flags, ...tools], { cwd: folder });
  for (const name of PACKAGES) {
    await check('mkdir', ['-p', name], { cwd: folder });
    await check('tar', ['xzf', tarballOf(name), '-C', name, '--strip-components=1'], { cwd: folder });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const filesOf = (name: PackageName) =>
  readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(folder, name, file)).isFile())
    .sort();
const manifestOf = (name: PackageName) =>
  JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as Manifest;
const codeOf = (name: PackageName) =>
  filesOf(name)
    .filter((file) => file.endsWith('.js'))
    .map((file) => ({ file, text: readFileSync(join(folder, name, file), 'utf8') }));

describe.each(PACKAGES)('%s', (name) => {
  it('holds what it needs, and nothing else', () => {
    const files = filesOf(name);
    expect(files.filter((file) => !file.startsWith('dist/'))).toEqual(FILES[name]);
    const odd = files.filter(
      (file) => file.startsWith('dist/') && !/\.(js|d\.ts)$/.test(file) && !isData(file),
    );
    expect(odd).toEqual([]);
    expect(files.filter((file) => /(^|\/)(test|bench|src)\/|\.(test|spec)\.|tsbuildinfo/.test(file))).toEqual(
      [],
    );
  });

  it('has each module that it exports with its types', () => {
    const files = new Set(filesOf(name));
    const exported = Object.values(manifestOf(name).exports).filter((entry) => typeof entry !== 'string');
    expect(exported.length).toBeGreaterThan(0);
    for (const { types, default: code } of exported)
      expect([types, code].filter((file) => !files.has(file.replace(/^\.\//, '')))).toEqual([]);
  });

  it('requires no file that is not there', () => {
    const missing = codeOf(name).flatMap(({ file, text }) =>
      [...text.matchAll(/\brequire\(\s*(["'`])(\.[^"'`]+)\1\s*\)/g)]
        .map(([, , request = '']) => join(folder, name, file, '..', request))
        .filter((path) => !file.startsWith('bin/') && !existsSync(path) && !existsSync(`${path}.js`))
        .filter((path) => !existsSync(join(path, 'index.js'))),
    );
    expect(missing).toEqual([]);
  });

  it('is licensed as the repository is', () => {
    expect(manifestOf(name).license).toBe('Apache-2.0');
    const license = (path: string) => readFileSync(path, 'utf8');
    expect(license(join(folder, name, 'LICENSE'))).toBe(license(join(REPOSITORY, 'LICENSE')));
    expect(readFileSync(join(folder, name, 'README.md'), 'utf8')).toMatch(new RegExp(`^# ${name}\\n`));
  });

  it('imports what it declares, and declares what it imports', () => {
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(name);
    const declared = { ...dependencies, ...peerDependencies };
    const used = new Set<string>();
    for (const { file, text } of codeOf(name)) {
      for (const [, request = ''] of text.matchAll(/\b(?:require|import)\(\s*['"]([^'"]+)['"]\s*\)/g)) {
        if (request.startsWith('.') || request.startsWith('node:')) continue;
        if (STARTERS.includes(file) && request === '@swc-node/register') continue;
        const [, packageName = ''] = /^((?:@[^/]+\/)?[^/]+)/.exec(request) ?? [];
        expect([file, request, declared[packageName] !== undefined]).toEqual([file, request, true]);
        expect(builtinModules).not.toContain(packageName);
        if (packageName.startsWith('@nx/') || packageName === 'nx') expect(request).toBe('@nx/devkit');
        used.add(packageName);
      }
    }
    const needed = Object.keys(declared).filter((one) => peerDependenciesMeta[one]?.optional !== true);
    expect(needed.filter((one) => !used.has(one))).toEqual([]);
  });

  it('names no path of the machine that built it', () => {
    const told = filesOf(name).filter((file) => readFileSync(join(folder, name, file)).includes(REPOSITORY));
    expect(told).toEqual([]);
  });

  it('satisfies publint', async () => {
    const { status, output } = await run(bin('publint'), ['run', tarballOf(name), '--strict'], {
      cwd: folder,
    });
    expect([status, output]).toEqual([0, expect.stringContaining('All good')]);
  });

  it('satisfies Are The Types Wrong, for every Node.js that it runs on', async () => {
    const args = [tarballOf(name), '--profile', 'node16', '--no-color', '--format', 'json'];
    const { status, stdout } = await run(bin('attw'), args, { cwd: folder });
    const { analysis } = JSON.parse(stdout);
    const told = analysis.problems.filter(
      ({ resolutionKind }: { resolutionKind?: string }) => resolutionKind !== 'node10',
    );
    expect([status, told]).toEqual([0, []]);
  });
});

it('the plugin has what its manifests name', () => {
  const name = 'nx-esp32-factory';
  const files = new Set(filesOf(name));
  const named: string[] = [];
  for (const manifest of ['generators.json', 'executors.json', 'migrations.json']) {
    const value = JSON.parse(readFileSync(join(folder, name, manifest), 'utf8'));
    for (const kind of ['generators', 'executors']) {
      for (const entry of Object.values<Record<string, string>>(value[kind] ?? {})) {
        const code = entry.factory ?? entry.implementation;
        named.push(`${code?.replace(/\.js$/, '')}.js`, ...(entry.schema === undefined ? [] : [entry.schema]));
      }
    }
  }
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !files.has(path.replace(/^\.\//, '')))).toEqual([]);
});

it('the plugin brings all that it runs on but Nx, with the licences of what it took in', () => {
  expect(manifestOf('nx-esp32-factory').dependencies).toBeUndefined();
  const licences = readFileSync(join(folder, 'nx-esp32-factory/dist/third-party-licenses.txt'), 'utf8');
  const taken = [...licences.matchAll(/^(\S+) \d+\.\d+\.\d+ \((.+)\)$/gm)].map(([, name]) => name);
  expect(taken).toEqual(
    expect.arrayContaining(['@noble/curves', 'csv-parse', 'jsonc-parser', 'node-forge', 'qr', 'zod']),
  );
});

it('the plugin declares the versions of Nx that it was tried with, and lets npm leave out its devkit', () => {
  const { peerDependencies, peerDependenciesMeta } = manifestOf('nx-esp32-factory');
  expect(peerDependencies?.['@nx/devkit']).toBe('>=20.0.0 <25.0.0');
  expect(peerDependenciesMeta?.['@nx/devkit']).toEqual({ optional: true });
});

function bin(name: string): string {
  return join(folder, 'node_modules', '.bin', name);
}

/** Schemas and templates of executors and generators, which run from dist/, and the licences of what was taken in. */
function isData(file: string): boolean {
  return /^dist\/third-party-licenses\.txt$|^dist\/(executors\/[^/]+|generators\/[^/]+|init)\/(schema\.json$|files\/)/.test(
    file,
  );
}
