/** What of a target decides whether Nx caches it, and whether that cache is exact. */
export interface CachedTarget {
  readonly cache?: boolean;
  readonly inputs?: readonly unknown[];
}

/** What of nx.json decides about it: Nx 20 to 22 cache the targets of this list that do not say it themselves. */
export interface TaskRunners {
  readonly tasksRunnerOptions?: Readonly<
    Record<string, { readonly options?: { readonly cacheableOperations?: unknown } }>
  >;
}

/** Whether Nx caches a target, whatever made it so: the project graph, project.json or nx.json. */
export function isCached(
  target: CachedTarget | undefined,
  name: string,
  { tasksRunnerOptions = {} }: TaskRunners,
): boolean {
  if (target?.cache !== undefined) return target.cache;
  return Object.values(tasksRunnerOptions).some(({ options }) => {
    const names = options?.cacheableOperations;
    return Array.isArray(names) && names.includes(name);
  });
}
