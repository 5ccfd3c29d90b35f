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
  isCached,
  isTask,
  nxStart,
  recordFile,
} from '../../cache';
import type { LoadedConfig } from '../../config';
import { type DeviceArtifacts, makeDevice } from '../../device';
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
  /** Whether Nx caches the target. */
  readonly nxCaches: boolean;
  /** The root of the workspace: no link below it is followed to write outputs. */
  readonly root: string;
  /** Rejects a target that is cached without the digest of the config among its inputs. */
  readonly checkInputs: () => void;
  /** Rejects a run that read other inputs than Nx hashed. */
  readonly checkDigest: (files: InputReader, now: Date) => void;
}

function jobOf(options: FactoryImageOptions, context: ExecutorContext): Job {
  const { root: workspaceRoot, projectName = '', targetName = '' } = context;
  const { config: path, folder } = pathsOf(options, context);
  const target = context.projectsConfigurations.projects[projectName]?.targets?.[targetName];
  return {
    title: projectName === '' ? path : projectName,
    path,
    folder,
    root: workspaceRoot,
    nxCaches: isCached(target, targetName, context.nxJsonConfiguration),
    checkInputs: () =>
      assertDigested(target, { config: relative(workspaceRoot, resolve(path)), workspaceRoot }),
    checkDigest: (files, now) => {
      if (!isTask({ projectName, targetName }, process.env)) return;
      const digest = cacheDigest(path, { env: process.env, workspaceRoot, now, files });
      assertUnchanged({ config: path, record: recordFile(path, workspaceRoot), digest, since: nxStart() });
    },
  };
}

async function make(
  job: Job,
  { config: _config, outputPath: _outputPath, ...overrides }: FactoryImageOptions,
): Promise<void> {
  const { path, folder, root, nxCaches, checkInputs, checkDigest } = job;
  assertNoLinks(root, join(folder, EXECUTOR_NAMES.image));
  // With NX_CACHE_FAILURES Nx caches the output folder of a failed run too.
  if (nxCaches && process.env.NX_CACHE_FAILURES === 'true') clear(job);
  const now = new Date();
  const files = recordedReads();
  try {
    const inputs = readInputs(path, { overrides, env: process.env, files });
    try {
      assertCaching(job, cachePolicyOf(inputs.loaded.written), inputs.loaded);
      if (nxCaches) {
        checkInputs();
        checkDigest(files, now);
      }
      const made = await makeDevice(inputs, {
        random: randomBytes,
        now,
        keyStore: folderKeyStore,
        createSigner: programSigner,
      });
      try {
        write(job, inputs, made, now);
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

function write(job: Job, { loaded }: DeviceInputs, made: DeviceArtifacts, now: Date): void {
  const { title, path, folder, root, nxCaches } = job;
  const policy = imagePolicyOf(loaded, made);
  assertCaching(job, policy, loaded);
  const keyFolder = join(dirname(path), KEY_FOLDER);
  const kept = keepKeys(made, keyFolder, now);
  const files = outputsOf(made, folder, EXECUTOR_NAMES, kept);
  if (nxCaches)
    clear(
      job,
      files.map((file) => relative(folder, file.path)),
    );
  writeOutputs(files, { within: root });
  report(made.findings);
  console.log(
    summaryOf(made, files, {
      title,
      colour: hasColour(),
      uncached: policy.reason,
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

/** Removes the files of earlier runs except those to keep, because Nx caches the whole folder. */
function clear({ folder }: Job, keep: readonly string[] = []): void {
  clearOutputs(folder, keep);
}

function report(findings: readonly Finding[]): void {
  if (findings.length > 0) console.error(`${formatFindings(findings, { colour: hasColour() })}\n`);
}
