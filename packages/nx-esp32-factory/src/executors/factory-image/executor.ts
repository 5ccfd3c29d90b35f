import { dirname, join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { type Finding, formatFindings, randomBytes } from 'nvs-core';
import { clearOutputs, EXECUTOR_NAMES, outputsOf, summaryOf } from '../../artifacts';
import {
  assertDigested,
  cacheDigest,
  cachedError,
  cachePolicyOf,
  type ImagePolicy,
  imagePolicyOf,
  patternIn,
  patternReason,
} from '../../cache';
import { KEY_FOLDER, type LoadedConfig } from '../../config';
import { type DeviceArtifacts, makeDevice } from '../../device';
import { factoryErrors } from '../../errors';
import { folderKeyStore, writeOutputs } from '../../files';
import { type DeviceInputs, readInputs, wipeInputs } from '../../inputs';
import { programSigner } from '../../signer';
import { assertNoClash, assertPlace, isTargetCached } from '../output-guard';
import { pathsOf } from '../paths';
import { hasColour, resultOf } from '../terminal';
import type { FactoryImageOptions } from './schema';

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
  /** The output folder from the root of the workspace. */
  readonly outputPath: string;
  /** Whether Nx caches the target. */
  readonly nxCaches: boolean;
  /** Rejects a target that is cached without the digest of the config among its inputs. */
  readonly checkInputs: () => void;
  /** Rejects an unfit output folder; returns it without links. */
  readonly checkFolder: () => string;
  /** Rejects an output folder (with and without links), or a key folder, that belongs to another target too. */
  readonly checkClash: (place: string) => void;
  /** The digest of the inputs. */
  readonly digest: () => string;
}

function jobOf(options: FactoryImageOptions, context: ExecutorContext): Job {
  const { root: workspaceRoot, projectName = '', targetName = '' } = context;
  const { config: path, folder } = pathsOf(options, context);
  const target = context.projectsConfigurations.projects[projectName]?.targets?.[targetName];
  const outputPath = relative(workspaceRoot, folder);
  return {
    title: projectName === '' ? path : projectName,
    path,
    folder,
    outputPath,
    nxCaches: isTargetCached(context),
    checkFolder: () => assertPlace(folder, context),
    checkClash: (place) => {
      for (const known of new Set([folder, place, keyFolderOf(path)])) assertNoClash(known, context);
    },
    checkInputs: () =>
      assertDigested(target, {
        config: relative(workspaceRoot, resolve(path)),
        outputPath,
        workspaceRoot,
      }),
    digest: () => cacheDigest(path, { env: process.env, workspaceRoot }),
  };
}

async function make(
  job: Job,
  { config: _config, outputPath: _outputPath, ...overrides }: FactoryImageOptions,
): Promise<void> {
  const { path, nxCaches, checkFolder, checkClash, checkInputs } = job;
  const place = checkFolder();
  // With NX_CACHE_FAILURES Nx caches the outputs of a failed run too.
  if (nxCaches && process.env.NX_CACHE_FAILURES === 'true') clear(job);
  checkClash(place);
  const inputs = readInputs(path, { overrides, env: process.env });
  try {
    assertCaching(job, cachePolicyOf(inputs.loaded.written), inputs.loaded);
    if (nxCaches) checkPattern(job);
    if (nxCaches) checkInputs();
    const digest = nxCaches ? job.digest() : undefined;
    const made = await makeDevice(inputs, {
      random: randomBytes,
      now: new Date(),
      keyStore: folderKeyStore,
      createSigner: programSigner,
    });
    try {
      write(job, inputs, made, digest);
    } finally {
      made.wipe();
    }
  } finally {
    wipeInputs(inputs);
  }
}

function write(job: Job, { loaded }: DeviceInputs, made: DeviceArtifacts, digest: string | undefined): void {
  const { title, folder, outputPath } = job;
  const policy = imagePolicyOf(loaded, made);
  assertCaching(job, policy, loaded);
  const files = outputsOf(made, folder, EXECUTOR_NAMES, digest);
  clear(
    job,
    files.map((file) => relative(folder, file.path)),
  );
  writeOutputs(files);
  report(made.findings);
  const uncached = policy.reason ?? patternReason(outputPath);
  console.log(summaryOf(made, files, { title, colour: hasColour(), uncached }));
}

/** Clears the output folder and rejects the run if Nx caches it against the policy. */
function assertCaching(job: Job, policy: ImagePolicy, { where }: LoadedConfig): void {
  if (!job.nxCaches || policy.cache) return;
  clear(job);
  throw cachedError(policy, where);
}

/** Rejects a cached run with an output folder that Nx would take for a pattern. Errors: factory.cached-glob. */
function checkPattern({ outputPath }: Job): void {
  const character = patternIn(outputPath);
  if (character !== undefined)
    throw factoryErrors.error('factory.cached-glob', { path: outputPath, character });
}

/** Removes the files of earlier runs except those to keep: they do not belong to this image. */
function clear({ folder, path }: Job, keep: readonly string[] = []): void {
  report(clearOutputs(folder, { keep, keyFolder: keyFolderOf(path) }));
}

function keyFolderOf(config: string): string {
  return join(dirname(resolve(config)), KEY_FOLDER);
}

function report(findings: readonly Finding[]): void {
  if (findings.length > 0) console.error(`${formatFindings(findings, { colour: hasColour() })}\n`);
}
