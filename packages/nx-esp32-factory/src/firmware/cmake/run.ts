/**
 * Runs a project's CMakeLists.txt as far as it says what ESP-IDF builds with: SDKCONFIG, SDKCONFIG_DEFAULTS and IDF_TARGET (ESP-IDF
 * Programming Guide, "Build System", "Custom sdkconfig Defaults"; tools/cmake/project.cmake, tools/cmakev2/kconfig.cmake).
 * Where a value depends on what only a build knows, the value is not known, and says why.
 */
import { assign } from './assignments';
import { conditionOf } from './condition';
import { type Definition, parametersOf } from './definition';
import { type BuildSystem, binaryDirOf, buildSystemOf, filesToInclude, isModule, isOfSdk } from './include';
import { loopItems } from './loop';
import { COMMAND_WORK, FILE, Machine, PROJECT, type Replacement, Stop } from './machine';
import { choosePolicies } from './policy';
import type { Argument, Command } from './text';
import { type Branch, choosesSdkconfig, type Node, treeOf } from './tree';
import { isUnknown, type Unknown, type Value } from './value';
import { POLICY, type Sources } from './variables';

export interface CMakeOptions extends Sources {
  /** The text of a file below PROJECT or with an absolute path; undefined if there is none. */
  readonly readText: (path: string) => string | undefined;
  /** Whether a file exists; undefined if that is not known. */
  readonly exists: (path: string) => boolean | undefined;
  /** The build folder, below PROJECT. */
  readonly binaryDir: string;
}

export interface CMakeResult {
  /** Undefined if the project is none of ESP-IDF. */
  readonly buildSystem: BuildSystem | undefined;
  readonly get: (name: string) => Value | undefined;
  /** Variables that no file sets, with where the sdkconfig files depend on them. */
  readonly assumedUnset: Machine['assumedUnset'];
}

/** Runs the CMakeLists.txt of a project; undefined if it has none. */
export function runCMake(options: CMakeOptions): CMakeResult | undefined {
  const path = `${PROJECT}/${FILE}`;
  const text = options.readText(path);
  if (text === undefined) return undefined;
  const machine = new Machine(options);
  const run = new Run(machine, options);
  try {
    run.file(text, path);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    if (error.reason !== undefined) machine.forget(error.reason);
  }
  return { buildSystem: run.buildSystem, get: machine.variables.get, assumedUnset: machine.assumedUnset };
}

type Flow = 'next' | 'return' | 'break' | 'continue';

const DEPTH_MAX = 32;

class Run {
  buildSystem: BuildSystem | undefined;
  private readonly definitions = new Map<string, Definition | Unknown>();
  private depth = 0;
  /** Why a return(), or a break() or continue(), may have been run. */
  private left: { file?: Unknown; loop?: Unknown | undefined } = {};

  constructor(
    private readonly machine: Machine,
    private readonly options: CMakeOptions,
  ) {}

  /** Runs the text of a file. */
  file(text: string, path: string): void {
    const { machine } = this;
    const outer = machine.path;
    const { policyVersion } = machine.variables;
    const enter = (file: string) => {
      machine.path = file;
      machine.variables.set('CMAKE_CURRENT_LIST_FILE', file);
      machine.variables.set('CMAKE_CURRENT_LIST_DIR', machine.folder);
    };
    machine.spend(text.length);
    enter(path);
    const { nodes, brokenAt } = treeOf(text);
    this.apart([], () => this.run(nodes));
    machine.variables.policyVersion = policyVersion;
    if (brokenAt !== undefined) {
      machine.line = brokenAt;
      throw new Stop({ reason: "it is not CMake's syntax" });
    }
    enter(outer);
  }

  /** Runs a file or a function, which a return() ends. */
  private apart(replacements: readonly Replacement[], work: () => void): void {
    const { left } = this;
    const { variables } = this.machine;
    const { doubt } = variables;
    this.left = {};
    this.inside(replacements, work);
    this.left = left;
    variables.doubt = doubt;
  }

  /** Runs a file, a function or a macro. */
  private inside<T>(replacements: readonly Replacement[], work: () => T): T {
    if (++this.depth > DEPTH_MAX) throw new Stop({ reason: 'it includes or calls itself' });
    const { machine } = this;
    const outer = machine.replacements;
    machine.replacements = replacements;
    const result = work();
    machine.replacements = outer;
    this.depth--;
    return result;
  }

  private run(nodes: readonly Node[]): Flow {
    for (const node of nodes) {
      const flow = this.node(node);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  private node(node: Node): Flow {
    const { machine } = this;
    machine.spend(COMMAND_WORK);
    if (node.kind === 'if') return this.branches(node.branches);
    const { kind, command } = node;
    machine.line = command.line;
    if (kind === 'command') return this.command(command);
    if (kind === 'foreach' || kind === 'while') return this.loop(kind, command, node.body);
    if (kind === 'block') return this.block(command, node.body);
    this.define(kind === 'macro', command, node.body);
    return 'next';
  }

  private define(isMacro: boolean, { args }: Command, body: readonly Node[]): void {
    const { machine } = this;
    const { doubt, policyVersion } = machine.variables;
    const [name, ...parameters] = machine.texts(args);
    const unknown = machine.values(args).find(isUnknown);
    if (unknown !== undefined) machine.forget(unknown);
    if (name === undefined) return;
    const definition = { isMacro, parameters, body, replacements: machine.replacements, policyVersion };
    this.definitions.set(name.toLowerCase(), unknown ?? doubt ?? definition);
  }

  private branches(branches: readonly Branch[]): Flow {
    const { machine } = this;
    const { variables } = machine;
    const { doubt } = variables;
    for (const { condition, line, body } of branches) {
      machine.line = line;
      const truth = machine.noting(
        (result) => !isUnknown(result) && branches.some((branch) => choosesSdkconfig(branch.body)),
        () => condition === undefined || conditionOf(machine, condition, line, this.options.exists),
      );
      if (truth === false) continue;
      if (truth === true && variables.doubt === undefined) return this.run(body);
      if (isUnknown(truth)) variables.doubt ??= truth;
      this.run(body);
      if (truth === true) break;
    }
    variables.doubt = doubt ?? this.mayHaveLeft;
    return 'next';
  }

  /** Why a return(), break() or continue() before may have left what follows. */
  private get mayHaveLeft(): Unknown | undefined {
    return this.left.file ?? this.left.loop;
  }

  private loop(kind: 'foreach' | 'while', command: Command, body: readonly Node[]): Flow {
    const { variables } = this.machine;
    const { doubt } = variables;
    const { loop } = this.left;
    const flow = kind === 'while' ? this.while(command, body) : this.foreach(command, body);
    this.left.loop = loop;
    variables.doubt = doubt ?? this.mayHaveLeft;
    return flow === 'return' ? flow : 'next';
  }

  private while({ args, line }: Command, body: readonly Node[]): Flow {
    for (;;) {
      this.machine.spend(COMMAND_WORK);
      const truth = conditionOf(this.machine, args, line, this.options.exists);
      if (isUnknown(truth)) return this.perhaps(truth, body);
      const flow = truth ? this.run(body) : 'break';
      if (flow === 'return' || flow === 'break') return flow;
    }
  }

  private foreach({ args }: Command, body: readonly Node[]): Flow {
    const { machine } = this;
    const [name, ...rest] = machine.values(args);
    if (name === undefined) return 'next';
    const items = isUnknown(name) ? name : loopItems(rest, machine.read);
    if (isUnknown(name)) machine.forget(name);
    else if (isUnknown(items)) machine.assign(name, items);
    if (isUnknown(items)) return this.perhaps({ ...items, at: items.at ?? machine.at }, body);
    if (isUnknown(name) || items.length === 0) return 'next';
    const after = this.afterLoop(name);
    let flow: Flow = 'next';
    for (const item of items) {
      machine.assign(name, item);
      flow = this.run(body);
      if (flow === 'return' || flow === 'break') break;
    }
    machine.assign(name, after);
    return flow;
  }

  /** Policy CMP0124: before CMake 3.21, foreach() left its variable set. */
  private afterLoop(name: string): Value | undefined {
    const { variables } = this.machine;
    const own = variables.ofScopes(name);
    const isNew = variables.isPolicyNew(321);
    return own ?? (isNew === true ? undefined : isNew === undefined ? POLICY : (variables.get(name) ?? ''));
  }

  /** Runs what may run, any number of times: until what it changes is not known. */
  private perhaps(reason: Unknown, body: readonly Node[]): Flow {
    const { machine } = this;
    const { variables } = machine;
    variables.doubt ??= reason;
    for (let before = -1; before !== this.unknowns; ) {
      machine.spend(variables.size);
      before = this.unknowns;
      this.run(body);
    }
    return 'next';
  }

  private get unknowns(): number {
    return this.machine.variables.unknowns + [...this.definitions.values()].filter(isUnknown).length;
  }

  private block({ args }: Command, body: readonly Node[]): Flow {
    const { machine } = this;
    const { variables } = machine;
    const unknown = machine.values(args).find(isUnknown);
    const words = machine.texts(args);
    const start = words.indexOf('PROPAGATE');
    const names = start < 0 ? [] : words.slice(start + 1);
    const { policyVersion } = variables;
    const work = () => {
      const flow = this.run(body);
      for (const name of names) variables.set(name, variables.ofScopes(name), true);
      return flow;
    };
    const hasScope = !words.includes('SCOPE_FOR') || words.includes('VARIABLES');
    const flow = hasScope ? variables.within(work) : this.run(body);
    if (!hasScope || words.includes('POLICIES') || !words.includes('SCOPE_FOR'))
      variables.policyVersion = policyVersion;
    if (unknown !== undefined) machine.forget(unknown);
    return flow;
  }

  private call(definition: Definition, args: readonly Value[]): Flow {
    const { machine } = this;
    const { variables } = machine;
    const { isMacro, body } = definition;
    const given = [...parametersOf(definition, args)].map(
      ([name, value]) => [name, machine.placed(value)] as const,
    );
    const { policyVersion } = variables;
    variables.policyVersion = definition.policyVersion;
    let flow: Flow = 'next';
    if (isMacro) {
      const own = given.map(([name, value]) => [`\${${name}}`, machine.textOf(value)] as const);
      flow = this.inside([...definition.replacements, ...own], () => this.run(body));
    } else
      this.apart(definition.replacements, () =>
        variables.within(() => {
          for (const [name, value] of given) machine.assign(name, value);
          this.run(body);
        }),
      );
    // A policy that is set in a function may be one of its caller, too.
    variables.policyVersion =
      variables.policyVersion === definition.policyVersion ? policyVersion : undefined;
    return flow;
  }

  private command({ name, args }: Command): Flow {
    const { machine } = this;
    const { doubt } = machine.variables;
    const definition = this.definitions.get(name);
    if (isUnknown(definition)) machine.forget(definition);
    else if (definition !== undefined) return this.call(definition, machine.values(args));
    else if (name === 'return' || name === 'break' || name === 'continue') {
      if (doubt !== undefined) this.left[name === 'return' ? 'file' : 'loop'] ??= doubt;
      return name === 'return' && args.length > 0 ? this.returnWith(args) : name;
    } else if (name === 'include_guard') return this.guard();
    else if (name === 'project') {
      if (this.buildSystem === 1) this.take();
      machine.forgetPrefix(machine.texts(args)[0] ?? '', 'it uses project()');
    } else if (name === 'message') {
      // Where it is not known whether the build ends here, it is one that does not.
      if (doubt === undefined && machine.texts(args.slice(0, 1))[0] === 'FATAL_ERROR')
        throw new Stop({ reason: 'it ends the build with a FATAL_ERROR' });
    } else if (name === 'cmake_minimum_required' || name === 'cmake_policy')
      choosePolicies(machine.variables, machine.values(args));
    else if (name === 'include') this.include(args);
    else if (name === 'add_subdirectory') this.subdirectory(args);
    else {
      const isChoice = () =>
        choosesSdkconfig([{ kind: 'command', command: { name, args, line: machine.line } }]);
      assign(
        name,
        machine,
        machine.noting(isChoice, () => machine.values(args)),
      );
    }
    return 'next';
  }

  private include(args: readonly Argument[]): void {
    const written = args[0]?.text ?? '';
    const [path, ...options] = this.machine.values(args);
    const system = buildSystemOf(typeof path === 'string' ? path : written);
    this.buildSystem ??= system;
    if (system === 2) this.take();
    if (system !== undefined || path === undefined || isOfSdk(path)) return;
    const files = filesToInclude(this.machine, path);
    const texts = isUnknown(files) ? [] : files.map((file) => [file, this.options.readText(file)] as const);
    const [file, text] = texts.find(([, one]) => one !== undefined) ?? [];
    if (file !== undefined && text !== undefined) this.file(text, file);
    else if (isUnknown(files)) this.machine.forget({ reason: `it includes ${written}: ${files.reason}` });
    else if (!isModule(path) && !options.includes('OPTIONAL'))
      this.machine.forget({ reason: `it includes ${written}, which is not there` });
    const result = options[options.indexOf('RESULT_VARIABLE') + 1];
    if (options.includes('RESULT_VARIABLE') && typeof result === 'string')
      this.machine.assign(result, { reason: `it uses the result of include(${written})` });
  }

  /** A folder's CMakeLists.txt has a scope of its own. */
  private subdirectory(args: readonly Argument[]): void {
    const { machine } = this;
    const [folder, binaryDir] = machine.values(args);
    if (folder === undefined || isOfSdk(folder)) return;
    if (isUnknown(folder)) machine.forget(folder);
    if (isUnknown(folder)) return;
    const path = machine.absolute(`${folder}/${FILE}`);
    const text = this.options.readText(path);
    if (text === undefined) return;
    const { sourceDir } = machine;
    machine.variables.within(() => {
      machine.sourceDir = machine.absolute(folder);
      machine.assign('CMAKE_CURRENT_SOURCE_DIR', machine.sourceDir);
      machine.assign('CMAKE_CURRENT_BINARY_DIR', binaryDirOf(machine, folder, binaryDir));
      this.file(text, path);
    });
    machine.sourceDir = sourceDir;
  }

  /** A build takes its variables here; where it is not known whether it does, they are not known. */
  private take(): never {
    const { doubt } = this.machine.variables;
    // A return() of the project's own file ends what is no build then.
    const isBuild = this.depth === 1 && doubt === this.left.file;
    throw new Stop(isBuild ? undefined : doubt);
  }

  /**
   * return(PROPAGATE) changes variables where the function was called, since CMake 3.25 (policy CMP0140); before that
   * policy, some versions do not return.
   */
  private returnWith(args: readonly Argument[]): Flow {
    const { machine } = this;
    const reason = { reason: 'it uses return(PROPAGATE)', at: machine.at };
    if (machine.variables.isPolicyNew(325) !== true) return this.mayReturn(reason);
    for (const value of machine.values(args)) {
      if (isUnknown(value)) machine.forget(value);
      else machine.variables.lose(value, reason);
    }
    return 'return';
  }

  private mayReturn(reason: Unknown): Flow {
    this.left.file ??= reason;
    this.machine.variables.doubt ??= reason;
    return 'next';
  }

  /** include_guard(): ends a file that ran before. */
  private guard(): Flow {
    const { machine } = this;
    const { variables } = machine;
    const name = `include guard ${machine.path}`;
    const before = variables.get(name);
    variables.set(name, '');
    return isUnknown(before) ? this.mayReturn(before) : before === undefined ? 'next' : 'return';
  }
}
