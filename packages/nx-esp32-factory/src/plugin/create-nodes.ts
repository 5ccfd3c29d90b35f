import { dirname, join } from 'node:path';
import {
  type CreateNodesContextV2,
  type CreateNodesV2,
  createNodesFromFiles,
  type ProjectConfiguration,
} from '@nx/devkit';
import { cachePolicyOf } from '../factory/cache-policy';
import { imageTarget } from './image-target';
import { type ProjectNames, projectNames } from './project-name';

/** Options of the plugin in nx.json. */
export interface FactoryPluginOptions {
  /** Name of the target that makes the image; "factory-image" unless given. */
  readonly imageTargetName?: string;
}

/** A project gets its targets by having a factory.config.json. */
export const createNodesV2: CreateNodesV2<FactoryPluginOptions> = [
  '**/factory.config.json',
  (files, options, context) => {
    const names = projectNames(files.map(dirname), context.workspaceRoot);
    return createNodesFromFiles(
      (file) => nodesOf(file, names, options, context),
      files,
      options ?? {},
      context,
    );
  },
];

/** The name of today; Nx 20 to 22 look for the one above. */
export const createNodes = createNodesV2;

function nodesOf(
  file: string,
  { nameOf, unnamed }: ProjectNames,
  options: FactoryPluginOptions | undefined,
  { workspaceRoot }: CreateNodesContextV2,
) {
  const root = dirname(file);
  const projectName = nameOf.get(root) ?? root;
  const targetName = options?.imageTargetName ?? 'factory-image';
  const policy = cachePolicyOf(join(workspaceRoot, file), process.env);
  const target = imageTarget({ config: file, root, workspaceRoot, projectName, targetName, policy });
  const project: Omit<ProjectConfiguration, 'root'> = {
    ...(unnamed.has(root) ? { name: projectName } : {}),
    targets: { [targetName]: target },
  };
  return { projects: { [root]: project } };
}
