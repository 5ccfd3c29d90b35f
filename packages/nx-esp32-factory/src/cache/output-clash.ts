/** Whether Nx caches an output folder of ours together with the outputs of another target: docs/decisions/011. */
import { posix } from 'node:path';
import { type CachedTarget, isCached, type TaskRunners } from './cached-target';
import { isPattern, widePattern } from './glob';
import { type OutputTarget, type ResolvedOutput, resolveOutputs } from './target-outputs';

/** The executor whose targets have files of fixed names for outputs, whatever else lies below their folders. */
const IMAGE_EXECUTOR = 'nx-esp32-factory:factory-image';

type Target = CachedTarget & OutputTarget & { readonly executor?: string };

/** The projects of the workspace by name, with the merged configuration that Nx gives executors. */
export type ClashProjects = Readonly<
  Record<string, { readonly root: string; readonly targets?: Readonly<Record<string, Target>> }>
>;

export interface ClashWorkspace {
  readonly projects: ClashProjects;
  readonly nxJson: TaskRunners;
  /** The target that is running. */
  readonly own: { readonly project: string; readonly target: string };
}

export interface OutputClash {
  readonly project: string;
  readonly target: string;
  /** The output as it is written. */
  readonly output: string;
  /** Nx caches the target; otherwise it is another target that writes an image here. */
  readonly isCached: boolean;
}

/**
 * The first target other than the running one whose outputs contain or overlap an output folder: one that Nx caches, or
 * one that makes an image. `folder` and `files` (those that are written) are paths from the root of the workspace, with
 * slashes.
 */
export function findOutputClash(
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
  { projects, nxJson, own }: ClashWorkspace,
): OutputClash | undefined {
  const paths = pathsOf(folder, files);
  for (const [project, { root, targets = {} }] of Object.entries(projects)) {
    for (const [name, target] of Object.entries(targets)) {
      if (project === own.project && name === own.target) continue;
      const isImage = target.executor === IMAGE_EXECUTOR;
      const cached = isCached(target, name, nxJson);
      if (!cached && !isImage) continue;
      const lists = resolveOutputs({ projectRoot: root, projectName: project, name, target });
      const output = lists
        .map((outputs) => (cached ? clashIn(outputs, paths, isImage) : sharedIn(outputs, paths)))
        .find(Boolean);
      if (output !== undefined) return { project, target: name, output: output.written, isCached: cached };
    }
  }
  return undefined;
}

/** The paths that no other target may have Nx store. */
interface Paths {
  /** The folders that contain the output folder, outermost first, without the root of the workspace. */
  readonly ancestors: readonly string[];
  readonly folder: string;
  readonly files: readonly string[];
}

/** In lower case, because some file systems do not distinguish it. */
function pathsOf(folder: string, files: readonly string[]): Paths {
  const segments = posix.normalize(folder).toLowerCase().split('/');
  return {
    ancestors: segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/')),
    folder: segments.join('/'),
    files: files.map((file) => posix.normalize(file).toLowerCase()),
  };
}

/** An output that is one of our files, where Nx takes no output for a pattern, because it stores none. */
function sharedIn(outputs: readonly ResolvedOutput[], { files }: Paths): ResolvedOutput | undefined {
  return outputs.find(({ path }) => files.includes(path.toLowerCase()));
}

function clashIn(
  outputs: readonly ResolvedOutput[],
  paths: Paths,
  isImage: boolean,
): ResolvedOutput | undefined {
  const negated = outputs.filter(({ isNegated }) => isNegated);
  // Nx 20 to 23 store the folders that "!folder/**" leaves: only "!folder" is understood as an exception.
  const exceptions = negated.filter(({ path }) => !isPattern(path)).map(({ path }) => path.toLowerCase());
  const isException = (path: string) => exceptions.some((exception) => contains(exception, path));
  return outputs
    .filter(({ isNegated }) => !isNegated)
    .find(({ path }) => {
      const output = path.toLowerCase();
      if (!isImage && !isPattern(output) && contains(paths.folder, output)) return !isException(output);
      return storedOf(output, paths, negated.length > 0).some((stored) => !isException(stored));
    });
}

/** The paths that Nx stores of an output. If any output is negated, it lists what is in a folder, each as an entry. */
function storedOf(output: string, { ancestors, folder, files }: Paths, hasNegated: boolean): string[] {
  const all = [...ancestors, folder, ...files];
  if (isPattern(output)) {
    const wide = widePattern(output);
    return all.filter((path) => wide.test(path));
  }
  return all.filter((path) =>
    hasNegated && ancestors.includes(path)
      ? path !== output && contains(output, path)
      : contains(output, path),
  );
}

/** Whether a path is a folder ("" for the root of the workspace) or below it. */
function contains(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}
