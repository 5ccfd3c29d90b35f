import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const REPOSITORY = join(__dirname, '../../../../..');
const PACKAGES = ['nvs-core', 'nx-esp32-factory'];

export interface RealWorkspace {
  readonly root: string;
  /** Runs nx there, without a terminal and without a daemon. */
  nx(...args: string[]): { readonly status: number | null; readonly output: string };
  write(path: string, text: string): void;
  remove(): void;
}

/** A small workspace on disk: both packages from source, linked dependencies, and the given files. */
export function createRealWorkspace(files: Readonly<Record<string, string>>): RealWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'init-workspace-'));
  const modules = join(root, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(REPOSITORY, 'node_modules'))) {
    if (name.startsWith('.') || PACKAGES.includes(name)) continue;
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name));
  }
  for (const name of PACKAGES) {
    const folder = join(root, 'packages', name);
    cpSync(join(REPOSITORY, 'packages', name), folder, {
      recursive: true,
      filter: (path) => !/[/\\](test|dist|out-tsc|test-output|bench|node_modules)$/.test(path),
    });
    symlinkSync(folder, join(modules, name));
  }
  for (const name of ['tsconfig.base.json', '.env']) cpSync(join(REPOSITORY, name), join(root, name));
  const json = (value: object) => JSON.stringify(value, null, 2);
  const all = {
    'package.json': json({
      name: 'workspace',
      private: true,
      workspaces: ['packages/*'],
      devDependencies: { '@nx/devkit': '*', nx: '*' },
    }),
    'nx.json': json({ analytics: false, neverConnectToCloud: true, cacheDirectory: '.nx/cache' }),
    '.gitignore': 'node_modules\n.nx\n',
    ...files,
  };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(all)) write(path, text);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(NX_|JEST_|FORCE_COLOR$)/.test(name));
  const env = { ...Object.fromEntries(inherited), NX_DAEMON: 'false', NO_COLOR: '1' };
  return {
    root,
    write,
    nx: (...args) => {
      const run = spawnSync(process.execPath, [join(modules, 'nx/dist/bin/nx.js'), ...args], {
        cwd: root,
        env,
        encoding: 'utf8',
        timeout: 180_000,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return { status: run.status, output: run.stdout + run.stderr };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
