/**
 * Installs the plugin next to every Nx, with every package manager on every Node, and prints a table of what works:
 * targets without @nx/devkit, and init with it. By hand, since all takes an hour: arguments choose rows by a part of
 * their names.
 *
 *     node -C @nx-esp32-factory/source -r @swc-node/register e2e/matrix.ts [--packages FOLDER] ["npm 11" "Node 24" ...]
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, check, run } from './command';
import { INSTALLATIONS, type Installation, nameOf } from './installations';
import { buildAndPack, REPOSITORY } from './packages';
import { installWorkspace } from './template';
import { installToolchain, toolchainEnvironment } from './toolchain';

const unique = (values: readonly string[]) => [...new Set(values)].sort();
const NX = unique(INSTALLATIONS.map(({ nx }) => nx));
const NODE = unique(INSTALLATIONS.map(({ node }) => node));
const MANAGERS = unique(INSTALLATIONS.map(({ manager, managerVersion }) => `${manager} ${managerVersion}`));

const folder = mkdtempSync(join(tmpdir(), 'matrix-'));
void main(process.argv.slice(2)).finally(() => rmSync(folder, { recursive: true, force: true }));

async function main(args: readonly string[]): Promise<void> {
  const [flag, packages = '', ...rest] = args;
  const patterns = flag === '--packages' ? rest : args;
  process.env.E2E_PACKAGES = flag === '--packages' ? packages : join(folder, 'packages');
  if (flag !== '--packages') await buildAndPack(process.env.E2E_PACKAGES);
  const results = new Map<string, string>();
  for (const installation of allInstallations()) {
    const name = nameOf(installation);
    if (!patterns.every((pattern) => name.includes(pattern))) continue;
    const problem = await problemOf(installation);
    console.log(`${name}: ${problem ?? 'works'}`);
    if (problem === undefined) {
      const cell = `${rowOf(installation)} ${installation.nx}`;
      const node = installation.node.replace(/\.\d+$/, '').replace(/^(2[2-9])\..*/, '$1');
      results.set(cell, [results.get(cell), node].filter(Boolean).join(', '));
    }
  }
  printTable(results);
}

/** All combinations; npm 11 also with @nx/js, whose @nx/devkit is the one that npm must accept. */
function allInstallations(): Installation[] {
  return MANAGERS.flatMap((row) => {
    const [manager, managerVersion = ''] = row.split(' ') as [Installation['manager'], string];
    return NX.flatMap((nx) =>
      NODE.flatMap((node) => {
        const installation = { nx, node, manager, managerVersion };
        return row.startsWith('npm 11') ? [installation, { ...installation, js: true }] : [installation];
      }),
    );
  });
}

function rowOf({ manager, managerVersion, js }: Installation): string {
  return `${manager} ${managerVersion}${js === true ? ', with @nx/js' : ''}`;
}

/** What does not work; undefined if all does. */
async function problemOf(installation: Installation): Promise<string | undefined> {
  const root = mkdtempSync(join(folder, 'workspace-'));
  try {
    const { manager, managerVersion, node } = installation;
    const toolchain = join(folder, `${manager}-${managerVersion}-${node}`);
    if (!existsSync(toolchain)) await installToolchain(toolchain, installation);
    const env = { ...toolchainEnvironment(toolchain), NX_DAEMON: 'false' };
    await installWorkspace(root, installation, env);
    mkdirSync(join(root, 'apps'));
    cpSync(join(REPOSITORY, 'examples/light-app'), join(root, 'apps/light-app'), { recursive: true });
    const nx = (...args: string[]): Promise<CommandResult> =>
      run(join(root, 'node_modules/.bin/nx'), args, { cwd: root, env });
    await succeeds(nx('run', 'light-app:factory-image'));
    const init = ['g', 'nx-esp32-factory:init', 'light-app', '--no-interactive'];
    const first = await nx(...init);
    const [program, ...args] = /help: run "([^"]+)"/.exec(first.output)?.[1]?.split(' ') ?? [];
    if (program !== undefined) await check(program, args, { cwd: root, env });
    await succeeds(program === undefined ? first : nx(...init));
    return undefined;
  } catch (error) {
    return String(error).split('\n').slice(0, 12).join(' / ');
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function succeeds(result: CommandResult | Promise<CommandResult>): Promise<void> {
  const { status, output } = await result;
  if (status !== 0) throw new Error(output.trim());
}

/** A row for each package manager, a column for each Nx; in it, the versions of Node on which it works. */
function printTable(results: ReadonlyMap<string, string>): void {
  const rows = [...new Set(allInstallations().map(rowOf))];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    line(['', ...NX.map((nx) => `Nx ${nx}`)]),
    line(['', ...NX].map(() => '---')),
    ...rows.map((row) => line([row, ...NX.map((nx) => results.get(`${row} ${nx}`) ?? '')])),
  ];
  console.log(table.join('\n'));
}
