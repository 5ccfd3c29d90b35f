import type { TargetConfiguration } from '@nx/devkit';
import { digestCommand } from '../cache/digest-command';
import type { CachePolicy } from '../cache/policy';
import type { FactoryTargetInput } from './factory-target';

export interface ImageTargetInput extends FactoryTargetInput {
  readonly workspaceRoot: string;
  readonly policy: CachePolicy;
}

/**
 * The target that makes the image: cached by one digest of everything that reaches it. That Nx asks for the outputs
 * of dependencies makes it hash this target after they have run: one of them may write what the config refers to.
 */
export function imageTarget(input: ImageTargetInput): TargetConfiguration {
  const { config, outputPath, workspaceRoot, projectName, targetName, policy } = input;
  return {
    executor: 'nx-esp32-factory:factory-image',
    options: { config, outputPath },
    cache: policy.cache,
    inputs: [
      { runtime: digestCommand(config, workspaceRoot) },
      { dependentTasksOutputFiles: '**/*', transitive: true },
    ],
    outputs: ['{options.outputPath}'],
    metadata: {
      description: `Makes the factory partition image, the onboarding codes and a manifest${policy.cache ? '' : `. Not cached: ${policy.reason}`}`,
      technologies: ['esp32', 'matter'],
      help: {
        command: `npx nx run ${projectName}:${targetName} --help`,
        example: { options: { serialNumber: 'SN-0001' } },
      },
    },
  };
}
