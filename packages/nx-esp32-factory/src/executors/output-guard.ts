/** What must be true before anything is written: Nx caches neither the task nor the place. */
import { join, relative, sep } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { ALL_NAMES, assertOutputFolder } from '../artifacts';
import { findOutputClash, isCached } from '../cache';
import { factoryErrors } from '../errors';

/** Whether Nx caches the running target. */
export function isTargetCached({
  projectName = '',
  targetName = '',
  projectsConfigurations,
  nxJsonConfiguration,
}: ExecutorContext): boolean {
  const target = projectsConfigurations.projects[projectName]?.targets?.[targetName];
  return isCached(target, targetName, nxJsonConfiguration);
}

/** Rejects a target that uses an image and that Nx caches. Errors: factory.use-cached. */
export function assertNotCached(context: ExecutorContext): void {
  const { projectName: project = '', targetName: target = '' } = context;
  if (isTargetCached(context)) throw factoryErrors.error('factory.use-cached', { project, target });
}

/** Rejects an unfit place for an output folder. Errors: those of assertOutputFolder. */
export function assertPlace(folder: string, { root, projectsConfigurations }: ExecutorContext): void {
  const projectRoots = Object.values(projectsConfigurations.projects).map((project) => project.root);
  assertOutputFolder(folder, { workspaceRoot: root, projectRoots });
}

/**
 * Rejects an output folder, or a file, that another target has Nx cache, or that another image target writes to.
 * Errors: factory.output-cached, factory.output-shared.
 */
export function assertNoClash(path: string, context: ExecutorContext): void {
  assertClear(
    path,
    ALL_NAMES.map((name) => join(path, name)),
    context,
  );
}

function assertClear(folder: string, files: readonly string[], context: ExecutorContext): void {
  const { root, projectName = '', targetName = '', projectsConfigurations, nxJsonConfiguration } = context;
  const fromRoot = (path: string) => relative(root, path).split(sep).join('/');
  const clash = findOutputClash(
    { folder: fromRoot(folder), files: files.map(fromRoot) },
    {
      projects: projectsConfigurations.projects,
      nxJson: nxJsonConfiguration,
      own: { project: projectName, target: targetName },
    },
  );
  if (clash === undefined) return;
  const { project, target, output } = clash;
  const params = { folder: fromRoot(folder), project, target, output: output === '' ? '.' : output };
  throw factoryErrors.error(clash.isCached ? 'factory.output-cached' : 'factory.output-shared', params);
}
