/** The targets that use the image: never cached. */
import type { TargetConfiguration } from '@nx/devkit';
import { type FactoryTargetInput, metadataOf } from './factory-target';

type UseInput = FactoryTargetInput & { readonly imageTargetName: string };

/** The target that writes the image to a device: never run in parallel. */
export function flashTarget(input: UseInput): TargetConfiguration {
  const description =
    'Writes the factory image to a device with esptool, at the address of the partition table. Never cached';
  const { config, outputPath, configurations } = input;
  return {
    executor: 'nx-esp32-factory:factory-flash',
    options: { config, outputPath },
    configurations,
    cache: false,
    // Without it, Nx would store the folder in outputPath if someone turns the cache on.
    outputs: [],
    parallelism: false,
    dependsOn: [{ target: input.imageTargetName }],
    metadata: metadataOf(input, description, ['esptool'], { port: '/dev/ttyUSB0', verify: true }),
  };
}

/** The target that verifies the image: its result depends on the disk, the current time and the installed matter.js. */
export function verifyTarget(input: UseInput): TargetConfiguration {
  const description =
    'Reads the factory image back, checks it, and lets matter.js commission a virtual device made of its bytes. Never cached';
  const { config, outputPath, configurations } = input;
  return {
    executor: 'nx-esp32-factory:factory-verify',
    options: { config, outputPath },
    configurations,
    cache: false,
    outputs: [],
    dependsOn: [{ target: input.imageTargetName }],
    metadata: metadataOf(input, description, ['matter.js'], { level: 3, format: 'github' }),
  };
}

/** The target that shows what is in the image: it writes a page next to the output folder. */
export function inspectTarget(input: Omit<UseInput, 'config'>): TargetConfiguration {
  const description = 'Shows what is in the factory image, and writes it as a page';
  return {
    executor: 'nx-esp32-factory:factory-inspect',
    options: { outputPath: input.outputPath },
    configurations: input.configurations,
    cache: false,
    outputs: [],
    dependsOn: [{ target: input.imageTargetName }],
    metadata: metadataOf(input, description, [], { format: 'github' }),
  };
}
