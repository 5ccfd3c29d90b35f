import type { TargetConfiguration } from '@nx/devkit';

/** Input of every target of one config. */
export interface FactoryTargetInput {
  /** The config file, from the root of the workspace. */
  readonly config: string;
  /** Folder of the outputs, from the root of the workspace. */
  readonly outputPath: string;
  /** Name of the project, for the help command. */
  readonly projectName: string;
  readonly targetName: string;
  /** The configurations that the executors reject; Nx drops others without a word. */
  readonly configurations: NonNullable<TargetConfiguration['configurations']>;
}

/** What people read of a target. */
export function metadataOf(
  { projectName, targetName }: Pick<FactoryTargetInput, 'projectName' | 'targetName'>,
  description: string,
  technologies: readonly string[],
  options: Readonly<Record<string, unknown>>,
): NonNullable<TargetConfiguration['metadata']> {
  return {
    description,
    technologies: ['esp32', 'matter', ...technologies],
    help: { command: `npx nx run ${projectName}:${targetName} --help`, example: { options } },
  };
}
