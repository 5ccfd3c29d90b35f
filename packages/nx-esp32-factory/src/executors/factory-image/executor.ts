import { dirname, join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { type Finding, formatFindings, randomBytes } from 'nvs-core';
import { clearOutputs, EXECUTOR_NAMES, outputsOf, summaryOf } from '../../artifacts';
import {
  assertDigested,
  cachedError,
  cachePolicyOf,
  type ImagePolicy,
  imagePolicyOf,
  isCached,
} from '../../cache';
import type { LoadedConfig } from '../../config';
import { type DeviceArtifacts, makeDevice } from '../../device';
import { folderKeyStore, writeOutputs } from '../../files';
import { type DeviceInputs, readInputs, wipeInputs } from '../../inputs';
import { programSigner } from '../../signer';
import { pathsOf } from '../paths';
import { hasColour, resultOf } from '../terminal';
import type { FactoryImageOptions } from './schema';

/** Folder next to the config for keys moved out of the output folder. */
const KEY_FOLDER = 'factory-keys';

/** Makes the factory image of a project. */
export default async function factoryImage(
  options: FactoryImageOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return resultOf(async () => {
    await make(jobOf(options, context), options);
    return true;
  });
}

interface Job {
  readonly title: string;
  /** The config file. */
  readonly path: string;
  /** The output folder, absolute. */
  readonly folder: string;
  /** Whether Nx caches the target. */
  readonly nxCaches: boolean;
  /** Rejects a target that is cached without the digest of the config among its inputs. */
  readonly checkInputs: () => void;
}

function jobOf(options: FactoryImageOptions, context: ExecutorContext): Job {
  const { root: workspaceRoot, projectName = '', targetName = '' } = context;
  const { config: path, folder } = pathsOf(options, context);
  const target = context.projectsConfigurations.projects[projectName]?.targets?.[targetName];
  return {
    title: projectName === '' ? path : projectName,
    path,
    folder,
    nxCaches: isCached(target, targetName, context.nxJsonConfiguration),
    checkInputs: () =>
      assertDigested(target, { config: relative(workspaceRoot, resolve(path)), workspaceRoot }),
  };
}

async function make(
  job: Job,
  { config: _config, outputPath: _outputPath, ...overrides }: FactoryImageOptions,
): Promise<void> {
  const { path, nxCaches, checkInputs } = job;
  // With NX_CACHE_FAILURES Nx caches the output folder of a failed run too.
  if (nxCaches && process.env.NX_CACHE_FAILURES === 'true') clear(job);
  const inputs = readInputs(path, { overrides, env: process.env });
  try {
    assertCaching(job, cachePolicyOf(inputs.loaded.written), inputs.loaded);
    if (nxCaches) checkInputs();
    const made = await makeDevice(inputs, {
      random: randomBytes,
      now: new Date(),
      keyStore: folderKeyStore,
      createSigner: programSigner,
    });
    try {
      write(job, inputs, made);
    } finally {
      made.wipe();
    }
  } finally {
    wipeInputs(inputs);
  }
}

function write(job: Job, { loaded }: DeviceInputs, made: DeviceArtifacts): void {
  const { title, folder, nxCaches } = job;
  const policy = imagePolicyOf(loaded, made);
  assertCaching(job, policy, loaded);
  const files = outputsOf(made, folder, EXECUTOR_NAMES);
  if (nxCaches)
    clear(
      job,
      files.map((file) => relative(folder, file.path)),
    );
  writeOutputs(files);
  report(made.findings);
  console.log(summaryOf(made, files, { title, colour: hasColour(), uncached: policy.reason }));
}

/** Clears the output folder and rejects the run if Nx caches it against the policy. */
function assertCaching(job: Job, policy: ImagePolicy, { where }: LoadedConfig): void {
  if (!job.nxCaches || policy.cache) return;
  clear(job);
  throw cachedError(policy, where);
}

/** Removes the files of earlier runs except those to keep, because Nx caches the whole folder. */
function clear({ folder, path }: Job, keep: readonly string[] = []): void {
  report(clearOutputs(folder, { keep, keyFolder: join(dirname(path), KEY_FOLDER) }));
}

function report(findings: readonly Finding[]): void {
  if (findings.length > 0) console.error(`${formatFindings(findings, { colour: hasColour() })}\n`);
}
