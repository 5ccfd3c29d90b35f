/** What a run read must be what Nx hashed: docs/decisions/003. */
import { factoryErrors } from '../errors';
import { displayPath } from '../files';
import { printedDigests } from './printed-digests';

export interface ReadDigest {
  readonly config: string;
  /** Where the digests are recorded. */
  readonly record: string;
  /** The digest of what the run read. */
  readonly digest: string;
  /** When the Nx process of the run began, in milliseconds since 1970, if it is known. */
  readonly since: number | undefined;
}

/**
 * Rejects a run that Nx would cache for other inputs than it read: the digest that was printed last, and all that were
 * printed since this Nx process began, must be that of the run. Errors: factory.inputs-changed,
 * factory.inputs-unrecorded.
 */
export function assertUnchanged({
  config,
  record,
  digest,
  since = Number.POSITIVE_INFINITY,
}: ReadDigest): void {
  const printed = printedDigests(record);
  const last = printed.at(-1);
  if (last === undefined) {
    const params = { config, file: displayPath(record) };
    throw factoryErrors.error('factory.inputs-unrecorded', params, { file: config });
  }
  const relevant = [last, ...printed.filter(({ at }) => at >= since)];
  if (relevant.every((one) => one.digest === digest)) return;
  throw factoryErrors.error('factory.inputs-changed', { config }, { file: config });
}

/**
 * Whether this process is the task itself: an executor that another one calls is not what Nx hashed, nor what it
 * caches. Nx sets these variables for the process of a task.
 */
export function isTask(
  { projectName, targetName }: { readonly projectName?: string; readonly targetName?: string },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return env.NX_TASK_TARGET_PROJECT === projectName && env.NX_TASK_TARGET_TARGET === targetName;
}
