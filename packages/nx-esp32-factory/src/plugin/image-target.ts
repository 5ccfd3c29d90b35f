import type { TargetConfiguration } from '@nx/devkit';
import { cachedNames } from '../cache/cached-names';
import { digestCommand } from '../cache/digest-command';
import type { CachePolicy } from '../cache/policy';
import { type FactoryTargetInput, metadataOf } from './factory-target';

export interface ImageTargetInput extends FactoryTargetInput {
  readonly workspaceRoot: string;
  readonly policy: CachePolicy;
}

/** File by file: a folder would be stored and replaced as a whole, whatever lies in it. */
function outputsOf(policy: CachePolicy): string[] {
  const names = cachedNames({ keys: policy.cache && policy.keys === true });
  return names.map((name) => `{options.outputPath}/${name}`);
}

/**
 * The target that makes the image, cached by one digest of everything that affects it. The dependentTasksOutputFiles
 * input makes Nx hash this target after its dependencies, which may write files that the config refers to, have run.
 */
export function imageTarget(input: ImageTargetInput): TargetConfiguration {
  const { config, outputPath, configurations, workspaceRoot, policy } = input;
  const description = `Makes the factory partition image, the onboarding codes and a manifest${policy.cache ? '' : `. Not cached: ${policy.reason}`}`;
  return {
    executor: 'nx-esp32-factory:factory-image',
    options: { config, outputPath },
    configurations,
    cache: policy.cache,
    inputs: [
      { runtime: digestCommand(config, outputPath, workspaceRoot) },
      { dependentTasksOutputFiles: '**/*', transitive: true },
    ],
    outputs: outputsOf(policy),
    metadata: metadataOf(input, description, [], { serialNumber: 'SN-0001' }),
  };
}
