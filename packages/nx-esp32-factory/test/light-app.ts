import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';

const EXAMPLE = resolve(__dirname, '../../../examples/light-app');

/** The fewest that are allowed: the example has more, which take longer. */
export const ITERATIONS = 1000;

/** A copy of the example app in a temporary folder, with fewer iterations, for a test to change. */
export class LightApp {
  readonly folder = mkdtempSync(join(tmpdir(), 'light-app-'));
  readonly config = join(this.folder, 'factory.config.json');

  constructor() {
    cpSync(EXAMPLE, this.folder, { recursive: true });
    const config = readFileSync(this.config, 'utf8');
    writeFileSync(this.config, config.replace('"iterations": 10000', `"iterations": ${ITERATIONS}`));
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  read(name: string): Buffer {
    return readFileSync(this.path(name));
  }

  write(name: string, data: string | Uint8Array): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), data);
    return this.path(name);
  }

  /** Merges fields into a section of the config; null removes a field. */
  set(section: string, fields: Record<string, unknown> | null): void {
    const config = JSON.parse(readFileSync(this.config, 'utf8')) as Record<string, Record<string, unknown>>;
    if (fields === null) {
      delete config[section];
    } else {
      const merged: Record<string, unknown> = { ...config[section], ...fields };
      for (const [key, value] of Object.entries(merged)) if (value === null) delete merged[key];
      config[section] = merged;
    }
    writeFileSync(this.config, JSON.stringify(config, null, 2));
  }

  /** The context that Nx passes to an executor of the app; `target` is factory-image in the project graph. */
  context(target: object = {}): ExecutorContext {
    return {
      root: this.folder,
      cwd: this.folder,
      isVerbose: false,
      projectName: 'light-app',
      targetName: 'factory-image',
      projectsConfigurations: {
        version: 2,
        projects: { 'light-app': { root: '.', targets: { 'factory-image': target } } },
      },
      nxJsonConfiguration: {},
      projectGraph: { nodes: {}, dependencies: {} },
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The output of a command that runs in this process. */
export class FakeTerminal {
  stdout = '';
  stderr = '';
  readonly colour = false;
  out(text: string): void {
    this.stdout += `${text}\n`;
  }
  err(text: string): void {
    this.stderr += `${text}\n`;
  }
}
