import { join, relative } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import type { CachePolicy } from '../factory/cache-policy';
import { digestCommand } from './digest-command';

export interface ImageTargetInput {
  /** The config file, from the root of the workspace. */
  readonly config: string;
  /** The project, from the root of the workspace. */
  readonly root: string;
  readonly workspaceRoot: string;
  readonly policy: CachePolicy;
}

/** The target that makes the image: cached by one digest of everything that reaches it. */
export function imageTarget({ config, root, workspaceRoot, policy }: ImageTargetInput): TargetConfiguration {
  return {
    executor: 'nx-esp32-factory:factory-image',
    options: { config, outputPath: join('dist', root, 'factory') },
    cache: policy.cache,
    inputs: [{ runtime: digestCommand(config, workspaceRoot) }],
    outputs: ['{options.outputPath}'],
    metadata: {
      description: `Makes the factory partition image, the onboarding codes and a manifest${policy.cache ? '' : `. Not cached: ${policy.reason}`}`,
      technologies: ['esp32', 'matter'],
      help: {
        command: `npx nx run ${relative('..', root) === '' ? 'app' : root.split('/').at(-1)}:factory-image --help`,
        example: { options: { serialNumber: 'SN-0001' } },
      },
    },
  };
}
