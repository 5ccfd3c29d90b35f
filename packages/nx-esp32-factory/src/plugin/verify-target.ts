import type { TargetConfiguration } from '@nx/devkit';
import type { FactoryTargetInput } from './factory-target';

/**
 * The target that verifies the image: never cached, because the result depends on the current files on disk, the
 * current time and the installed matter.js.
 */
export function verifyTarget(
  input: FactoryTargetInput & { readonly imageTargetName: string },
): TargetConfiguration {
  const { config, outputPath, projectName, targetName, imageTargetName } = input;
  return {
    executor: 'nx-esp32-factory:factory-verify',
    options: { config, outputPath },
    cache: false,
    dependsOn: [{ target: imageTargetName }],
    metadata: {
      description:
        'Reads the factory image back, checks it, and lets matter.js commission a virtual device made of its bytes. Never cached',
      technologies: ['esp32', 'matter', 'matter.js'],
      help: {
        command: `npx nx run ${projectName}:${targetName} --help`,
        example: { options: { level: 3, format: 'github' } },
      },
    },
  };
}
