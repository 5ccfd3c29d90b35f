import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { factoryErrors } from '../errors';

/**
 * Rejects a configuration of Nx: it cannot choose another config file, because inputs, outputs and cache belong to targets
 * (docs/decisions/004). Errors: factory.configuration.
 */
export function assertNoConfiguration(context: ExecutorContext): void {
  const { projectName: project = '', targetName: target = '', configurationName: configuration } = context;
  const isOf = (name: string) => name.endsWith(`:${configuration}`);
  if (configuration === undefined || isOf(target)) return;
  const { root = '.', targets = {} } = context.projectsConfigurations.projects[project] ?? {};
  const { executor } = targets[target] ?? {};
  const variantTarget = Object.keys(targets).find(
    (name) => isOf(name) && targets[name]?.executor === executor,
  );
  const file = join(root, `factory.${configuration}.config.json`);
  throw factoryErrors.error('factory.configuration', { project, target, configuration, variantTarget, file });
}
