import type { TargetConfiguration } from '@nx/devkit';
import type { FactoryTargetInput } from './factory-target';

/** The target that shows what is in the image: never cached, because it writes into another target's output folder. */
export function inspectTarget(
  input: Omit<FactoryTargetInput, 'config'> & { readonly imageTargetName: string },
): TargetConfiguration {
  const { outputPath, projectName, targetName, imageTargetName } = input;
  return {
    executor: 'nx-esp32-factory:factory-inspect',
    options: { outputPath },
    cache: false,
    dependsOn: [{ target: imageTargetName }],
    metadata: {
      description: 'Shows what is in the factory image, and writes it as a page',
      technologies: ['esp32', 'matter'],
      help: {
        command: `npx nx run ${projectName}:${targetName} --help`,
        example: { options: { format: 'github' } },
      },
    },
  };
}
