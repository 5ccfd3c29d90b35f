/** CMake's variables: those of functions and files, the cache, the environment (cmake-language(7), "Variables"). */
import { isUnknown, type Unknown, type Value } from './value';

export interface Sources {
  /** Cache variables that are set before CMake runs. */
  readonly cache: ReadonlyMap<string, Value>;
  /** What is known of an environment variable; undefined if it is not set. */
  readonly environment: (name: string) => Value | undefined;
}

/** Names that CMake and ESP-IDF set by themselves. */
const OF_OTHERS = /^(?:CMAKE_|IDF_|ESP_IDF|CONFIG_|PROJECT_|GIT_|MSVC|WIN32$|UNIX$|APPLE$)/;

export class Variables {
  /** The innermost scope last; undefined hides a variable of an outer one. */
  private readonly scopes: Map<string, Value | undefined>[] = [new Map()];
  private readonly cached: Map<string, Value>;
  private readonly environment = new Map<string, Value | undefined>();
  /** Policy CMP0126: before CMake 3.21, a new variable of the cache replaced a variable of that name. */
  cacheHides = true;
  private readonly unknownPrefixes = new Set<string>();
  /** Why it is not known whether the commands at hand run at all. */
  doubt: Unknown | undefined;

  constructor(private readonly sources: Sources) {
    this.cached = new Map(sources.cache);
  }

  get = (name: string): Value | undefined => {
    const scope = this.scopes.findLast((one) => one.has(name));
    const value = scope?.get(name) ?? this.cached.get(name);
    if (value !== undefined || scope !== undefined || !this.isOfOthers(name)) return value;
    return { reason: `it uses ${name}, which only a build knows` };
  };

  ofCache = (name: string): Value | undefined => this.cached.get(name);

  ofEnvironment = (name: string): Value | undefined =>
    this.environment.has(name) ? this.environment.get(name) : this.sources.environment(name);

  /** `isOuter`: in the scope around the innermost one (PARENT_SCOPE). */
  set(name: string, value: Value | undefined, isOuter = false): void {
    const scope = this.scopes.at(isOuter ? -2 : -1);
    scope?.set(name, this.doubted(isOuter ? scope.get(name) : this.get(name), value));
  }

  /** A variable of the cache is set once. */
  setCache(name: string, value: Value, isForced: boolean): void {
    if (this.cached.has(name) && !isForced) return;
    this.cached.set(name, this.doubted(this.cached.get(name), value) ?? value);
    if (this.cacheHides && this.doubt === undefined) this.scopes.at(-1)?.delete(name);
  }

  unsetCache(name: string): void {
    if (this.doubt === undefined) this.cached.delete(name);
    else if (this.cached.has(name)) this.cached.set(name, this.doubt);
  }

  /** From here on these are not known, in any scope. */
  forget(names: readonly string[], reason: Unknown): void {
    for (const scope of this.scopes) for (const name of names) scope.set(name, reason);
  }

  /** Variables with this prefix that are not set here may be set. */
  addUnknownPrefix(prefix: string): void {
    this.unknownPrefixes.add(prefix);
  }

  setEnvironment(name: string, value: Value | undefined): void {
    this.environment.set(name, this.doubted(this.ofEnvironment(name), value));
  }

  /** Runs in a scope of its own; returns the variables that it set. */
  within<T>(work: () => T): T {
    this.scopes.push(new Map());
    try {
      return work();
    } finally {
      this.scopes.pop();
    }
  }

  private isOfOthers(name: string): boolean {
    return OF_OTHERS.test(name) || [...this.unknownPrefixes].some((prefix) => name.startsWith(prefix));
  }

  /** Where it is not known whether a command runs, only a value that it does not change stays known. */
  private doubted(before: Value | undefined, value: Value | undefined): Value | undefined {
    if (this.doubt === undefined || before === value) return value;
    return isUnknown(before) ? before : this.doubt;
  }
}
