/** The packed tarballs in a separate workspace, installed as a user does. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../e2e/command';
import { buildAndPack, PACKAGES, REPOSITORY } from '../../e2e/packages';

const devkit = require('@nx/devkit/package.json') as { version: string };

export interface Installed {
  readonly workspace: string;
  /** Path of the command's script. */
  readonly command: string;
  /** Path of Nx's script. */
  readonly nx: string;
}

/** Builds, packs and installs both packages with this repository's Nx, next to light-app and an empty project. */
export async function install(folder: string): Promise<Installed> {
  const packed = join(folder, 'packed');
  await buildAndPack(packed);
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  const tarball = (name: string) =>
    readdirSync(packed).find((file) => new RegExp(`^${name}-\\d[^-]*\\.tgz$`).test(file)) ?? '';
  const { version } = devkit;
  const packages = PACKAGES.map((name) => [name, `file:${join(packed, tarball(name))}`]);
  writeJson(join(workspace, 'package.json'), {
    name: 'workspace',
    version: '0.0.0',
    private: true,
    devDependencies: { nx: version, '@nx/devkit': version, ...Object.fromEntries(packages) },
  });
  writeJson(join(workspace, 'nx.json'), {
    analytics: false,
    neverConnectToCloud: true,
    cacheDirectory: '.nx/cache',
    plugins: ['nx-esp32-factory/plugin'],
  });
  writeFileSync(join(workspace, '.gitignore'), 'node_modules/\n.nx/\nfactory-output/\n');
  cpSync(join(REPOSITORY, 'examples/light-app'), join(workspace, 'light-app'), { recursive: true });
  mkdirSync(join(workspace, 'empty'));
  const empty = 'node -e 0';
  writeJson(join(workspace, 'empty/project.json'), {
    name: 'empty',
    targets: {
      asked: {
        executor: 'nx:run-commands',
        options: { command: empty },
        cache: true,
        inputs: [{ runtime: empty }],
      },
    },
  });
  await check('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: workspace });
  await check('git', ['init', '--quiet'], { cwd: workspace });
  const modules = join(workspace, 'node_modules');
  const command = join(modules, 'nx-esp32-factory/bin/esp32-factory.js');
  // If it had the sources, the command would run them instead of dist/.
  if (existsSync(join(modules, 'nx-esp32-factory/src'))) throw new Error('the tarball contains sources');
  const { bin } = JSON.parse(readFileSync(join(modules, 'nx/package.json'), 'utf8')) as {
    bin: { readonly nx: string };
  };
  return { workspace, command, nx: join(modules, 'nx', bin.nx) };
}

export function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
