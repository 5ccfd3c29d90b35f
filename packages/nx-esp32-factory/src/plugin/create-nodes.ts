import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type CreateNodesContextV2,
  type CreateNodesV2,
  createNodesFromFiles,
  type ProjectConfiguration,
} from '@nx/devkit';
import { cachePolicyOf } from '../factory/cache-policy';
import { imageTarget } from './image-target';

/** Options of the plugin in nx.json. */
export interface FactoryPluginOptions {
  /** Name of the target that makes the image; "factory-image" unless given. */
  readonly imageTargetName?: string;
}

/** A project gets its targets by having a factory.config.json. */
export const createNodesV2: CreateNodesV2<FactoryPluginOptions> = [
  '**/factory.config.json',
  (files, options, context) => createNodesFromFiles(nodesOf, files, options ?? {}, context),
];

/** The name of today; Nx 20 to 22 look for the one above. */
export const createNodes = createNodesV2;

function nodesOf(
  file: string,
  options: FactoryPluginOptions | undefined,
  { workspaceRoot }: CreateNodesContextV2,
) {
  const root = dirname(file);
  const policy = cachePolicyOf(join(workspaceRoot, file), process.env);
  const target = imageTarget({ config: file, root, workspaceRoot, policy });
  const project: Omit<ProjectConfiguration, 'root'> = {
    ...nameOf(root, workspaceRoot),
    targets: { [options?.imageTargetName ?? 'factory-image']: target },
  };
  return { projects: { [root]: project } };
}

/** A firmware app may have neither project.json nor package.json: it is called by its folder then. */
function nameOf(root: string, workspaceRoot: string): { name?: string } {
  const isNamed = ['project.json', 'package.json'].some((file) =>
    existsSync(join(workspaceRoot, root, file)),
  );
  return isNamed ? {} : { name: basename(root === '.' ? workspaceRoot : root) };
}
