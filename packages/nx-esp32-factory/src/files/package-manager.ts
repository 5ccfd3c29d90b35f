import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FactoryError } from 'nvs-core';
import { INPUT_LIMIT } from './limits';
import { readOptional } from './read';

/** How each package manager runs a program of the workspace, and adds one to its development dependencies. */
const MANAGERS = {
  npm: { run: 'npx', add: 'npm install --save-dev' },
  pnpm: { run: 'pnpm exec', add: 'pnpm add --save-dev' },
  yarn: { run: 'yarn', add: 'yarn add --dev' },
  bun: { run: 'bunx', add: 'bun add --dev' },
} as const;
type Manager = keyof typeof MANAGERS;

const LOCK_FILES: readonly (readonly [file: string, manager: Manager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['pnpm-workspace.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
];

/** What runs a program of the workspace that a folder is in: "npx", "pnpm exec", "yarn" or "bunx". */
export function runnerIn(folder: string): string {
  return MANAGERS[managerIn(folder)].run;
}

/** What adds a development dependency to the workspace with this root. */
export function adderIn(root: string): string {
  const { add } = MANAGERS[managerIn(root)];
  // pnpm refuses the root of a workspace without it.
  return existsSync(join(root, 'pnpm-workspace.yaml')) ? `${add} --workspace-root` : add;
}

/** The command that starts the init generator in an Nx workspace; its app follows. */
export function initGeneratorIn(root: string): string {
  return `${runnerIn(root)} nx g nx-esp32-factory:init`;
}

/** How esp32-factory is typed in a folder: a package manager runs it where it is installed. */
export function programIn(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, 'node_modules/.bin/esp32-factory'))) return `${runnerIn(at)} esp32-factory`;
    if (dirname(at) === at) return 'esp32-factory';
  }
}

/** The root of the Nx workspace that a folder is in. */
export function nxRootOf(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, 'nx.json'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** The package manager of the workspace that a folder is in. */
function managerIn(folder: string): Manager {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const manager = managerOf(at);
    if (manager !== undefined) return manager;
    if (dirname(at) === at || existsSync(join(at, '.git'))) return 'npm';
  }
}

function managerOf(folder: string): Manager | undefined {
  return declaredIn(folder) ?? LOCK_FILES.find(([file]) => existsSync(join(folder, file)))?.[1];
}

/** The package manager that package.json declares: "packageManager": "pnpm@10.1.0". */
function declaredIn(folder: string): Manager | undefined {
  try {
    const text = readOptional(join(folder, 'package.json'), INPUT_LIMIT.project);
    if (text === undefined) return undefined;
    const { packageManager } = JSON.parse(new TextDecoder().decode(text)) as { packageManager?: unknown };
    const name = typeof packageManager === 'string' ? packageManager.split('@')[0] : undefined;
    return name !== undefined && Object.hasOwn(MANAGERS, name) ? (name as Manager) : undefined;
  } catch (error) {
    if (error instanceof FactoryError || error instanceof SyntaxError || error instanceof TypeError)
      return undefined;
    throw error;
  }
}
