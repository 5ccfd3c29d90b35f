import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GeneratorCallback, logger, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import initGenerator from '../../../src/generators/init/generator';
import type { InitOptions } from '../../../src/init/options';

export type Files = Readonly<Record<string, string>>;

/** A minimal ESP-IDF app. */
export const APP: Files = {
  'CMakeLists.txt':
    'cmake_minimum_required(VERSION 3.16)\ninclude($ENV{IDF_PATH}/tools/cmake/project.cmake)\n',
  'main/CMakeLists.txt': 'idf_component_register(SRCS "main.cpp" PRIV_REQUIRES esp_matter)\n',
};

/** A custom table for 4 MB of flash with free space at the end, comments and aligned columns. */
export const TABLE = [
  '# Name,   Type, SubType, Offset,  Size, Flags',
  'nvs,      data, nvs,     0x9000,  0x6000,',
  '# the app',
  'factory,  app,  factory, 0x10000, 0x1E0000',
  '',
].join('\n');
export const DEFAULTS = [
  '# the board',
  'CONFIG_IDF_TARGET="esp32c3"',
  'CONFIG_ESPTOOLPY_FLASHSIZE_4MB=y',
  'CONFIG_PARTITION_TABLE_CUSTOM=y',
  'CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions.csv"',
  '',
].join('\n');
export const LIGHT: Files = { ...APP, 'partitions.csv': TABLE, 'sdkconfig.defaults': DEFAULTS };

/** A workspace in memory; `root` is its pretended path on disk. */
export function workspace(apps: Readonly<Record<string, Files>> = {}, root?: string): Tree {
  const tree = createTreeWithEmptyWorkspace({ formatter: 'none' } as never);
  if (root !== undefined) {
    tree.root = root;
    // In a folder without files Nx's native code can wait for them for ever.
    writeFileSync(join(root, 'README.md'), '');
  }
  for (const [folder, files] of Object.entries(apps)) {
    for (const [name, text] of Object.entries(files)) tree.write(`${folder}/${name}`, text);
  }
  return tree;
}

/** Runs the generator; returns its output. */
export async function init(
  tree: Tree,
  options: InitOptions = {},
): Promise<{ output: string; hasTask: boolean; finish: GeneratorCallback }> {
  const lines: string[] = [];
  const spy = jest.spyOn(logger, 'info').mockImplementation((text) => {
    lines.push(String(text));
  });
  try {
    const task = await initGenerator(tree, options);
    return { output: lines.join('\n'), hasTask: task !== undefined, finish: () => quietly(task) };
  } finally {
    spy.mockRestore();
  }
}

async function quietly(task: GeneratorCallback | undefined): Promise<void> {
  const spy = jest.spyOn(logger, 'info').mockImplementation(() => undefined);
  try {
    await task?.();
  } finally {
    spy.mockRestore();
  }
}

/** All files of the Tree with their contents. */
export function contents(tree: Tree): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tree.listChanges().map(({ path, content }) => [path, content?.toString('latin1') ?? 'deleted']),
  );
}

export function readText(tree: Tree, path: string): string {
  return tree.read(path, 'utf-8') ?? '';
}

export function readConfig(tree: Tree, root: string): Record<string, Record<string, unknown>> {
  return JSON.parse(readText(tree, `${root}/factory.config.json`));
}
