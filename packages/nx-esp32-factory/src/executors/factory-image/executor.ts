import { join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { FactoryError, formatFindings, randomBytes } from 'nvs-core';
import { EXECUTOR_NAMES, outputsOf, summaryOf } from '../../artifacts';
import { cachePolicyFor, checkDigested } from '../../cache';
import { type DeviceArtifacts, makeDevice } from '../../device';
import { factoryErrors } from '../../errors';
import { folderKeyStore, writeOutputs } from '../../files';
import { readInputs, wipeInputs } from '../../inputs';
import { programSigner } from '../../signer';
import { hasColour } from '../terminal';
import type { FactoryImageOptions } from './schema';

/** Makes the factory image of a project. */
export default async function factoryImage(
  options: FactoryImageOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const colour = hasColour();
  try {
    console.log(await make(options, context, colour));
    return { success: true };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    console.error(formatFindings(error.findings, { colour }));
    return { success: false };
  }
}

async function make(
  { config, outputPath, ...overrides }: FactoryImageOptions,
  context: ExecutorContext,
  colour: boolean,
): Promise<string> {
  const project = context.projectsConfigurations.projects[context.projectName ?? ''];
  const root = project?.root ?? '.';
  const path = relative('.', join(context.root, config ?? join(root, 'factory.config.json')));
  const inputs = readInputs(path, { overrides, env: process.env });
  try {
    const made = await makeDevice(inputs, {
      random: randomBytes,
      now: new Date(),
      keyStore: folderKeyStore,
      createSigner: programSigner,
    });
    try {
      return write(made);
    } finally {
      made.wipe();
    }
  } finally {
    wipeInputs(inputs);
  }

  function write(made: DeviceArtifacts): string {
    const policy = cachePolicyFor(made.config, made.classification);
    const target = project?.targets?.[context.targetName ?? ''];
    checkDigested(target, { config: relative(context.root, resolve(path)), workspaceRoot: context.root });
    if (target?.cache === true && !policy.cache) {
      throw factoryErrors.error(
        'factory.cached-secrets',
        { reason: policy.reason ?? '' },
        { file: config ?? path },
      );
    }
    const folder = resolve(context.root, outputPath ?? join('dist', root, 'factory'));
    const files = outputsOf(made, folder, EXECUTOR_NAMES);
    writeOutputs(files);
    if (made.findings.length > 0) console.error(`${formatFindings(made.findings, { colour })}\n`);
    return summaryOf(made, files, {
      title: context.projectName ?? path,
      colour,
      uncached: policy.reason,
    });
  }
}
