/** A process for hostile-files-attack: each line of its input is a workspace, each line of its output what came of it. */
import { createInterface } from 'node:readline';
import type { ExecutorContext } from '@nx/devkit';
import { cacheDigest } from '../../src/cache';
import factoryImage from '../../src/executors/factory-image/executor';
import { createNodesV2 } from '../../src/plugin';

export interface HostileWorkspace {
  readonly root: string;
  /** Whether to read it as a user who may not read everything. */
  readonly asNobody: boolean;
}

export interface HostileResult {
  /** The projects of the graph with the names of their targets. */
  readonly projects: Readonly<Record<string, readonly string[]>>;
  readonly digest: string;
  readonly success: boolean;
  readonly printed: string;
  /** How long it all took. */
  readonly milliseconds: number;
}

const NOBODY = 65534;

async function run({ root }: HostileWorkspace): Promise<HostileResult> {
  process.chdir(root);
  const start = performance.now();
  const projects: Record<string, string[]> = {};
  const context = { workspaceRoot: root, nxJsonConfiguration: {} };
  const configs = ['good', 'bad'].map((name) => `apps/${name}/factory.config.json`);
  for (const [, { projects: found = {} }] of await createNodesV2[1](configs, undefined, context)) {
    for (const [folder, { targets = {} }] of Object.entries(found)) projects[folder] = Object.keys(targets);
  }
  const digest = cacheDigest('apps/bad/factory.config.json', { env: {}, workspaceRoot: root });
  let printed = '';
  console.error = (text: string) => {
    printed += `${text}\n`;
  };
  console.log = console.error;
  const { success } = await factoryImage({}, contextOf(root));
  return { projects, digest, success, printed, milliseconds: performance.now() - start };
}

function contextOf(root: string): ExecutorContext {
  return {
    root,
    cwd: root,
    isVerbose: false,
    projectName: 'bad',
    targetName: 'factory-image',
    projectsConfigurations: { version: 2, projects: { bad: { root: 'apps/bad', targets: {} } } },
    nxJsonConfiguration: {},
    projectGraph: { nodes: {}, dependencies: {} },
  };
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const workspace = JSON.parse(line) as HostileWorkspace;
    const changesUser = workspace.asNobody && process.geteuid?.() === 0;
    if (changesUser) process.seteuid?.(NOBODY);
    const result: HostileResult | { thrown: string } = await run(workspace).catch((error: Error) => ({
      thrown: String(error.stack),
    }));
    if (changesUser) process.seteuid?.(0);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}

void main();
