import { dirname, join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { type Finding, formatFindings, randomBytes } from 'nvs-core';
import { clearOutputs, EXECUTOR_NAMES, keepKeys, keptPaths, outputsOf, summaryOf } from '../../artifacts';
import {
  assertDigested,
  assertUnchanged,
  cacheDigest,
  cachedError,
  cachePolicyOf,
  type ImagePolicy,
  imagePolicyOf,
  isTask,
  nxStart,
  patternIn,
  patternReason,
  recordFile,
} from '../../cache';
import type { LoadedConfig } from '../../config';
import { type DeviceArtifacts, makeDevice } from '../../device';
import { factoryErrors } from '../../errors';
import {
  assertNoLinks,
  folderKeyStore,
  type InputReader,
  KEY_FOLDER,
  recordedReads,
  writeOutputs,
} from '../../files';
import { type DeviceInputs, readInputs, wipeInputs } from '../../inputs';
import { programSigner } from '../../signer';
import { assertNoConfiguration } from '../configuration';
import { assertNoClash, assertPlace, isTargetCached } from '../output-guard';
import { pathsOf } from '../paths';
import { hasColour, resultOf } from '../terminal';
import type { FactoryImageOptions } from './schema';
import { sharedDac } from './shared-dac';

/** Makes the factory image of a project. */
export default async function factoryImage(
  options: FactoryImageOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return resultOf(async () => {
    assertNoConfiguration(context);
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
  /** Where generated keys are kept. */
  readonly keyFolder: string;
  /** Whether Nx caches the target. */
  readonly nxCaches: boolean;
  /** The root of the workspace: no link below it is followed to write outputs. */
  readonly root: string;
  /** Rejects an unfit output folder. */
  readonly checkFolder: () => void;
  /** Rejects an output folder, or a key folder, that belongs to another target too. */
  readonly checkClash: () => void;
  /** Rejects a target that is cached without the digest of the config among its inputs. */
  readonly checkInputs: () => void;
  /** Warns if images of other apps have the same DAC. */
  readonly checkShared: (made: DeviceArtifacts) => readonly Finding[];
  /** Rejects a run that read other inputs than Nx hashed; returns the digest of what it read. */
  readonly checkDigest: (files: InputReader, now: Date) => string;
}

function jobOf(options: FactoryImageOptions, context: ExecutorContext): Job {
  const { root: workspaceRoot, projectName = '', targetName = '' } = context;
  const { config: path, folder } = pathsOf(options, context);
  const target = context.projectsConfigurations.projects[projectName]?.targets?.[targetName];
  const outputPath = relative(workspaceRoot, folder);
  const keyFolder = join(dirname(path), KEY_FOLDER);
  return {
    title: projectName === '' ? path : projectName,
    path,
    folder,
    outputPath,
    keyFolder,
    nxCaches: isTargetCached(context),
    root: workspaceRoot,
    checkFolder: () => {
      assertPlace(folder, context);
      assertNoLinks(workspaceRoot, join(folder, EXECUTOR_NAMES.image));
    },
    checkClash: () => {
      for (const known of [folder, keyFolder]) assertNoClash(known, context);
    },
    checkInputs: () =>
      assertDigested(target, {
        config: relative(workspaceRoot, resolve(path)),
        outputPath,
        workspaceRoot,
      }),
    checkShared: (made) => sharedDac(made, context),
    checkDigest: (files, now) => {
      const digest = cacheDigest(path, { env: process.env, workspaceRoot, now, files });
      if (isTask({ projectName, targetName }, process.env))
        assertUnchanged({ config: path, record: recordFile(path, workspaceRoot), digest, since: nxStart() });
      return digest;
    },
  };
}

async function make(
  job: Job,
  { config: _config, outputPath: _outputPath, ...overrides }: FactoryImageOptions,
): Promise<void> {
  const { path, nxCaches } = job;
  job.checkFolder();
  // With NX_CACHE_FAILURES Nx caches the outputs of a failed run too.
  if (nxCaches && process.env.NX_CACHE_FAILURES === 'true') clear(job);
  job.checkClash();
  const now = new Date();
  const files = recordedReads();
  try {
    const inputs = readInputs(path, { overrides, env: process.env, files });
    try {
      assertCaching(job, cachePolicyOf(inputs.loaded.written), inputs.loaded);
      const digest = nxCaches ? digestOf(job, files, now) : undefined;
      const made = await makeDevice(inputs, {
        random: randomBytes,
        now,
        keyStore: folderKeyStore,
        createSigner: programSigner,
      });
      try {
        write(job, inputs, made, { digest, now });
      } finally {
        made.wipe();
      }
    } finally {
      wipeInputs(inputs);
    }
  } finally {
    files.wipe();
  }
}

/** The digest of the inputs of a run that Nx caches, if it may cache it. */
function digestOf(job: Job, files: InputReader, now: Date): string {
  checkPattern(job);
  job.checkInputs();
  return job.checkDigest(files, now);
}

function write(
  job: Job,
  { loaded }: DeviceInputs,
  made: DeviceArtifacts,
  { digest, now }: { readonly digest: string | undefined; readonly now: Date },
): void {
  const { title, folder, outputPath, keyFolder, root } = job;
  const policy = imagePolicyOf(loaded, made);
  assertCaching(job, policy, loaded);
  const kept = keepKeys(made, keyFolder, now);
  const files = outputsOf(made, folder, EXECUTOR_NAMES, { inputs: digest, kept });
  clear(
    job,
    files.map((file) => relative(folder, file.path)),
  );
  writeOutputs(files, { within: root });
  report([...made.findings, ...job.checkShared(made)]);
  console.log(
    summaryOf(made, files, {
      title,
      colour: hasColour(),
      uncached: policy.reason ?? patternReason(outputPath),
      kept: keptPaths(kept, keyFolder),
    }),
  );
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
function clear({ folder }: Job, keep: readonly string[] = []): void {
  clearOutputs(folder, keep);
}

function report(findings: readonly Finding[]): void {
  if (findings.length > 0)
    console.error(`${formatFindings(findings, { colour: hasColour() })}
`);
}
