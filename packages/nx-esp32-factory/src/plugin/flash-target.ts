import type { TargetConfiguration } from '@nx/devkit';
import type { FactoryTargetInput } from './factory-target';

/** The target that writes the image to a device: never cached, never run in parallel. */
export function flashTarget(
  input: FactoryTargetInput & { readonly imageTargetName: string },
): TargetConfiguration {
  const { config, outputPath, projectName, targetName, imageTargetName } = input;
  return {
    executor: 'nx-esp32-factory:factory-flash',
    options: { config, outputPath },
    cache: false,
    parallelism: false,
    dependsOn: [{ target: imageTargetName }],
    metadata: {
      description:
        'Writes the factory image to a device with esptool, at the address of the partition table. Never cached',
      technologies: ['esp32', 'matter', 'esptool'],
      help: {
        command: `npx nx run ${projectName}:${targetName} --help`,
        example: { options: { port: '/dev/ttyUSB0', verify: true } },
      },
    },
  };
}
