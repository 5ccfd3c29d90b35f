/** The properties of a target that decide whether Nx caches it, and by which inputs. */
export interface CachedTarget {
  readonly cache?: boolean;
  readonly inputs?: readonly unknown[];
}

/** The part of nx.json that decides it: Nx 20 to 22 cache the targets in these lists that do not set `cache`. */
export interface TaskRunners {
  readonly tasksRunnerOptions?: Readonly<
    Record<
      string,
      { readonly options?: { readonly cacheableOperations?: unknown; readonly cacheableTargets?: unknown } }
    >
  >;
}

/** Whether Nx caches a target, by the project graph, project.json or nx.json. */
export function isCached(
  target: CachedTarget | undefined,
  name: string,
  { tasksRunnerOptions = {} }: TaskRunners,
): boolean {
  if (target?.cache !== undefined) return target.cache;
  return Object.values(tasksRunnerOptions).some(({ options }) => {
    return [options?.cacheableOperations, options?.cacheableTargets].some(
      (names) => Array.isArray(names) && names.includes(name),
    );
  });
}
