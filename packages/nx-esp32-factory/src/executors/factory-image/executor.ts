import { dirname, join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { FactoryError, type Finding, formatFindings, randomBytes } from 'nvs-core';
import { clearOutputs, EXECUTOR_NAMES, outputsOf, summaryOf } from '../../artifacts';
import {
  cachedError,
  cachePolicyOf,
  checkDigested,
  type ImagePolicy,
  imagePolicyOf,
  isCached,
} from '../../cache';
import type { LoadedConfig } from '../../config';
import { makeFactoryImage, readRequest, wipeImage } from '../../device';
import { writeOutputs } from '../../files';
import { hasColour } from '../terminal';
import type { FactoryImageOptions } from './schema';

/** Beside the config: keys that had to leave the output folder. */
const KEY_FOLDER = 'factory-keys';

/** Makes the factory image of a project. */
export default async function factoryImage(
  options: FactoryImageOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    await make(options, context);
    return { success: true };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    console.error(formatFindings(error.findings, { colour: hasColour() }));
    return { success: false };
  }
}

async function make(
  { config, outputPath, ...overrides }: FactoryImageOptions,
  context: ExecutorContext,
): Promise<void> {
  const { root: workspaceRoot, projectName = '', targetName = '' } = context;
  const project = context.projectsConfigurations.projects[projectName];
  const root = project?.root ?? '.';
  const path = relative('.', join(workspaceRoot, config ?? join(root, 'factory.config.json')));
  const folder = resolve(workspaceRoot, outputPath ?? join('dist', root, 'factory'));
  const target = project?.targets?.[targetName];
  const nxCaches = isCached(target, targetName, context.nxJsonConfiguration);
  // Nx caches the whole folder: what earlier runs left there as well, and of a failed run nothing else.
  const clear = (keep: readonly string[] = []) =>
    report(clearOutputs(folder, { keep, keyFolder: join(dirname(path), KEY_FOLDER) }));
  const refuse = (policy: ImagePolicy, { where }: LoadedConfig) => {
    if (!nxCaches || policy.cache) return;
    clear();
    throw cachedError(policy, where);
  };

  if (nxCaches && process.env.NX_CACHE_FAILURES === 'true') clear();
  const request = readRequest(path, { overrides, env: process.env });
  const { loaded } = request;
  refuse(cachePolicyOf(loaded.written), loaded);
  if (nxCaches) checkDigested(target, { config: relative(workspaceRoot, resolve(path)), workspaceRoot });
  const made = await makeFactoryImage(request, { random: randomBytes, now: new Date() });
  const policy = imagePolicyOf(loaded, made);
  const files = outputsOf(made, folder, EXECUTOR_NAMES);
  try {
    refuse(policy, loaded);
    if (nxCaches) clear(files.map((file) => relative(folder, file.path)));
    writeOutputs(files);
  } finally {
    wipeImage(made);
  }
  report(made.findings);
  const title = projectName === '' ? path : projectName;
  console.log(summaryOf(made, files, { title, colour: hasColour(), uncached: policy.reason }));
}

function report(findings: readonly Finding[]): void {
  if (findings.length > 0) console.error(`${formatFindings(findings, { colour: hasColour() })}\n`);
}
