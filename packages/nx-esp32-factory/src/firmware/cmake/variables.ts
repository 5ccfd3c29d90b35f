/** CMake's variables: those of functions and files, the cache, the environment (cmake-language(7), "Variables"). */
import { isUnknown, type Unknown, type Value } from './value';

export interface Sources {
  /** Cache variables that are set before CMake runs, without a type (-D). */
  readonly cache: ReadonlyMap<string, Value>;
  /** What is known of an environment variable; undefined if it is not set. */
  readonly environment: (name: string) => Value | undefined;
}

/** Names that CMake and ESP-IDF set by themselves. */
const OF_OTHERS = /^(?:CMAKE_|IDF_|ESP_IDF|CONFIG_|PROJECT_|GIT_|MSVC|WIN32$|UNIX$|APPLE$)/;

/** Names that no file is expected to change. */
const KEPT = /^(?:CMAKE_(?:CURRENT_)?(?:SOURCE|BINARY|LIST)_(?:DIR|FILE)|IDF_PATH|IDF_TARGET)$/;

export const POLICY: Unknown = { reason: 'it depends on a policy of CMake' };

type Scope = Map<string, Value | undefined>;

export class Variables {
  /** The innermost scope last; undefined hides a variable of an outer one. */
  private readonly scopes: Scope[] = [new Map()];
  private readonly cached: Scope;
  /** Variables of the cache that have no type yet. */
  private readonly untyped: Set<string>;
  private readonly environment: Scope = new Map();
  private readonly unknownPrefixes = new Set<string>();
  /** Why variables that are not set here may be set. */
  private forgotten: Unknown | undefined;
  /** The version of CMake whose policies apply, 316 for 3.16; undefined if that is not known. */
  policyVersion: number | undefined = 0;
  /** Why it is not known whether the commands at hand run at all. */
  doubt: Unknown | undefined;

  constructor(private readonly sources: Sources) {
    this.cached = new Map(sources.cache);
    this.untyped = new Set(sources.cache.keys());
  }

  get size(): number {
    return this.maps.reduce((sum, { size }) => sum + size, 0);
  }

  /** How many values are not known. */
  get unknowns(): number {
    return this.maps.reduce((sum, map) => sum + [...map.values()].filter(isUnknown).length, 0);
  }

  get = (name: string): Value | undefined => {
    const scope = this.scopes.findLast((one) => one.has(name));
    const value = scope?.get(name) ?? this.ofCache(name);
    if (value !== undefined || scope !== undefined || !this.isOfOthers(name)) return value;
    return { reason: `it uses ${name}, which only a build knows` };
  };

  /** A variable that is not one of the cache. */
  ofScopes(name: string, scopes: readonly Scope[] = this.scopes): Value | undefined {
    const scope = scopes.findLast((one) => one.has(name));
    return scope === undefined ? this.forgotten : scope.get(name);
  }

  ofCache = (name: string): Value | undefined => this.cached.get(name) ?? this.forgotten;

  ofEnvironment = (name: string): Value | undefined => {
    if (this.environment.has(name)) return this.environment.get(name);
    const value = this.sources.environment(name);
    return isUnknown(value) ? value : (this.forgotten ?? value);
  };

  /** `isOuter`: in the scope around the innermost one (PARENT_SCOPE), whose value the innermost one keeps. */
  set(name: string, value: Value | undefined, isOuter = false): void {
    const scopes = isOuter ? this.scopes.slice(0, -1) : this.scopes;
    const scope = scopes.at(-1);
    if (scope === undefined) return;
    const before = this.ofScopes(name, scopes);
    const inner = this.scopes.at(-1);
    if (isOuter && inner?.has(name) === false) inner.set(name, before);
    if (this.doubt === undefined || before !== value) scope.set(name, this.doubted(before, value));
  }

  /** The value of a variable of the cache that has no type. */
  untypedOf(name: string): Value | undefined {
    return this.untyped.has(name) ? this.cached.get(name) : undefined;
  }

  /** Sets a variable of the cache: one that has a type is set again by FORCE, or the type INTERNAL. */
  setCache(name: string, value: Value, { type, isForced }: { type: string; isForced: boolean }): void {
    const before = this.ofCache(name);
    const isTyped = before !== undefined && !this.untyped.has(name);
    if (isTyped && !isForced && type !== 'INTERNAL' && !isUnknown(before)) return;
    const isUnsure = isTyped && !isForced && isUnknown(before);
    this.cached.set(name, this.doubt ?? (isUnsure ? before : value));
    this.untyped.delete(name);
    this.hide(name, isUnsure ? before : undefined);
  }

  /** Policy CMP0126: before CMake 3.21, a variable of the cache replaced a variable of that name. */
  private hide(name: string, reason: Unknown | undefined): void {
    const isNew = this.isPolicyNew(321);
    if (isNew === true) return;
    const unsure = reason ?? (isNew === undefined ? POLICY : undefined);
    if (this.ofScopes(name) !== undefined) this.set(name, unsure);
  }

  /** Sets a variable of the cache once, unless there is a variable of that name: since CMake 3.13, policy CMP0077. */
  setOption(name: string, value: Value): void {
    const own = this.isPolicyNew(313) === false ? undefined : this.ofScopes(name);
    const reason = isUnknown(own) ? own : this.isPolicyNew(313) === undefined ? POLICY : undefined;
    if (own === undefined)
      this.setCache(name, this.untypedOf(name) ?? value, { type: 'BOOL', isForced: false });
    else if (reason !== undefined) {
      this.set(name, reason);
      this.cached.set(name, reason);
    }
  }

  /** Whether the policies of a version of CMake apply, 316 for 3.16. */
  isPolicyNew(version: number): boolean | undefined {
    return this.policyVersion === undefined ? undefined : this.policyVersion >= version;
  }

  unsetCache(name: string): void {
    if (this.doubt === undefined) this.cached.delete(name);
    else if (this.ofCache(name) !== undefined) this.cached.set(name, this.doubt);
  }

  /** From here on a variable is not known, in any scope. */
  lose(name: string, reason: Unknown): void {
    for (const scope of this.scopes) scope.set(name, reason);
  }

  /** From here on no variable is known. */
  forget(reason: Unknown): void {
    this.forgotten = reason;
    for (const map of this.maps) for (const name of map.keys()) if (!KEPT.test(name)) map.set(name, reason);
  }

  /** Variables with this prefix, which ends with "_", are not known. */
  addUnknownPrefix(prefix: string, reason: Unknown): void {
    this.unknownPrefixes.add(prefix);
    const names = this.scopes.flatMap((scope) => [...scope.keys()]);
    for (const name of names) if (name.startsWith(prefix)) this.set(name, reason);
  }

  setEnvironment(name: string, value: Value | undefined): void {
    this.environment.set(name, this.doubted(this.ofEnvironment(name), value));
  }

  /** Runs in a scope of its own, which stays if an error ends the work. */
  within<T>(work: () => T): T {
    this.scopes.push(new Map());
    const result = work();
    this.scopes.pop();
    return result;
  }

  private get maps(): readonly Scope[] {
    return [...this.scopes, this.cached, this.environment];
  }

  private isOfOthers(name: string): boolean {
    if (OF_OTHERS.test(name)) return true;
    for (let end = name.indexOf('_') + 1; end > 0; end = name.indexOf('_', end) + 1)
      if (this.unknownPrefixes.has(name.slice(0, end))) return true;
    return false;
  }

  /** Where it is not known whether a command runs, only a value that it does not change stays known. */
  private doubted(before: Value | undefined, value: Value | undefined): Value | undefined {
    if (this.doubt === undefined || before === value) return value;
    return isUnknown(before) ? before : this.doubt;
  }
}
