import { toHex } from 'nvs-core';
import type { ExecutorContext } from '@nx/devkit';
export default async function factoryImage(options: {config?: string}, context: ExecutorContext) {
  console.log('hello', options, context.targetName, toHex(new Uint8Array([1])), context.projectsConfigurations?.projects[context.projectName??'']?.targets?.[context.targetName??'']);
  return { success: true };
}
