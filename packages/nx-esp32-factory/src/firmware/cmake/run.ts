/**
 * Runs a project's CMakeLists.txt as far as it says what ESP-IDF builds with: SDKCONFIG, SDKCONFIG_DEFAULTS and IDF_TARGET (ESP-IDF
 * Programming Guide, "Build System", "Custom sdkconfig Defaults"; tools/cmake/project.cmake, tools/cmakev2/kconfig.cmake).
 * Where a value depends on what only a build knows, the value is not known, and says why.
 */
import { assign } from './assignments';
import { operandsOf, type Truth, truthOf } from './condition';
import { COMMAND_WORK, FILE, isSdkconfig, Machine, PROJECT, Stop } from './machine';
import type { Argument, Command } from './text';
import { type Branch, type Node, treeOf } from './tree';
import { isUnknown, itemsOf, listOf, type Unknown, type Value } from './value';
import type { Sources } from './variables';

/** ESP-IDF's build systems: they take the values at project(), and where idf.cmake is included. */
export type BuildSystem = 1 | 2;

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

/** Which build system a file is of that a project includes. */
export function buildSystemOf(path: string): BuildSystem | undefined {
  const clean = path.toLowerCase().replaceAll('\\', '/');
  if (clean.endsWith('/tools/cmake/project.cmake')) return 1;
  return clean.endsWith('/tools/cmakev2/idf.cmake') ? 2 : undefined;
}

type Flow = 'next' | 'return' | 'break' | 'continue';

interface Definition {
  readonly isMacro: boolean;
  readonly parameters: readonly string[];
  readonly body: readonly Node[];
}

const DEPTH_MAX = 32;

/** Environment variables of the folders of ESP-IDF and of SDKs on it: their files set none of the variables here. */
const SDK_PATH = /^(?:IDF|ADF|ESP|MATTER|CHIP|HOMEKIT|RMAKER)(?:_[A-Z0-9_]+)?_(?:PATH|ROOT|DIR)$/;

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
    const enter = (file: string) => {
      machine.path = file;
      machine.variables.set('CMAKE_CURRENT_LIST_FILE', file);
      machine.variables.set('CMAKE_CURRENT_LIST_DIR', machine.folder);
    };
    machine.spend(text.length);
    enter(path);
    const { nodes, brokenAt } = treeOf(text);
    this.inside(() => this.run(nodes));
    if (brokenAt !== undefined) {
      machine.line = brokenAt;
      throw new Stop("it is not CMake's syntax");
    }
    enter(outer);
  }

  /** Runs within a file, a function or a macro. */
  private inside<T>(work: () => T, macroArguments: ReadonlyMap<string, Value> = new Map()): T {
    if (++this.depth > DEPTH_MAX) throw new Stop('it includes or calls itself');
    const { machine, left } = this;
    const { doubt } = machine.variables;
    const outer = machine.macroArguments;
    this.left = {};
    machine.macroArguments = macroArguments;
    try {
      return work();
    } finally {
      this.left = left;
      machine.macroArguments = outer;
      machine.variables.doubt = doubt;
      this.depth--;
    }
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
    const [name = '', ...parameters] = machine.texts(command.args);
    const definition = { isMacro: kind === 'macro', parameters, body: node.body };
    this.definitions.set(name.toLowerCase(), machine.variables.doubt ?? definition);
    return 'next';
  }

  private branches(branches: readonly Branch[]): Flow {
    const { machine } = this;
    const { variables } = machine;
    const { doubt } = variables;
    for (const { condition, line, body } of branches) {
      machine.line = line;
      const truth = machine.noting(
        (result) => !isUnknown(result) && branches.some((branch) => choosesSdkconfig(branch.body)),
        () => condition === undefined || this.truth(condition, line),
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
      const truth = this.truth(args, line);
      if (isUnknown(truth)) return this.perhaps(truth, body);
      const flow = truth ? this.run(body) : 'break';
      if (flow === 'return' || flow === 'break') return flow;
    }
  }

  private foreach({ args }: Command, body: readonly Node[]): Flow {
    const { machine } = this;
    const [name, ...rest] = machine.values(args);
    if (name === undefined || isUnknown(name)) return 'next';
    const items = loopItems(rest, machine.read);
    if (isUnknown(items)) {
      machine.assign(name, items);
      return this.perhaps({ ...items, at: items.at ?? machine.at }, body);
    }
    const before = machine.variables.get(name);
    let flow: Flow = 'next';
    for (const item of items) {
      machine.assign(name, item);
      flow = this.run(body);
      if (flow === 'return' || flow === 'break') break;
    }
    machine.assign(name, before);
    return flow;
  }

  /** Runs what may run, any number of times: what the first time changes, the second time reads. */
  private perhaps(reason: Unknown, body: readonly Node[]): Flow {
    this.machine.variables.doubt ??= reason;
    this.run(body);
    this.run(body);
    return 'next';
  }

  private block({ args }: Command, body: readonly Node[]): Flow {
    const { variables } = this.machine;
    const words = this.machine.texts(args);
    const start = words.indexOf('PROPAGATE');
    const names = start < 0 ? [] : words.slice(start + 1);
    const { flow, values } = variables.within(() => {
      const result = this.run(body);
      return { flow: result, values: names.map((name) => [name, variables.get(name)] as const) };
    });
    for (const [name, value] of values) variables.set(name, value);
    return flow;
  }

  private call({ isMacro, parameters, body }: Definition, args: readonly Value[]): Flow {
    const { machine } = this;
    const given = new Map<string, Value>([
      ...parameters.map((name, index) => [name, args[index] ?? ''] as const),
      ...args.map((value, index) => [`ARGV${index}`, value] as const),
      ['ARGC', String(args.length)],
      ['ARGV', machine.placed(listOf(args))],
      ['ARGN', machine.placed(listOf(args.slice(parameters.length)))],
    ]);
    if (isMacro) return this.inside(() => this.run(body), given);
    this.inside(() =>
      machine.variables.within(() => {
        for (const [name, value] of given) machine.assign(name, value);
        this.run(body);
      }),
    );
    return 'next';
  }

  private command({ name, args }: Command): Flow {
    const { machine } = this;
    const { doubt } = machine.variables;
    const definition = this.definitions.get(name);
    if (isUnknown(definition)) machine.forget(definition.reason);
    else if (definition !== undefined) return this.call(definition, machine.values(args));
    else if (name === 'return' || name === 'break' || name === 'continue') {
      if (doubt !== undefined) this.left[name === 'return' ? 'file' : 'loop'] ??= doubt;
      return name;
    } else if (name === 'project') {
      if (this.buildSystem === 1) throw new Stop();
    } else if (name === 'message') {
      // Where it is not known whether the build ends here, it is one that does not.
      if (doubt === undefined && machine.texts(args.slice(0, 1))[0] === 'FATAL_ERROR')
        throw new Stop('it ends the build with a FATAL_ERROR');
    } else if (name === 'cmake_minimum_required') {
      machine.variables.cacheHides = isBefore(machine.texts(args)[1] ?? '', 3, 21);
    } else if (name === 'include') this.include(args);
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
    if (system === 2) throw new Stop();
    if (system !== undefined || path === undefined || isOfSdk(path)) return;
    const files = this.filesOf(path);
    const texts = isUnknown(files) ? [] : files.map((file) => [file, this.options.readText(file)] as const);
    const [file, text] = texts.find(([, one]) => one !== undefined) ?? [];
    if (file !== undefined && text !== undefined) this.file(text, file);
    else if (isUnknown(files)) this.machine.forget(`it includes ${written}: ${files.reason}`);
    else if (!isModule(path) && !options.includes('OPTIONAL'))
      this.machine.forget(`it includes ${written}, which is not there`);
  }

  /** Where a file to include may be; CMake's own modules are nowhere. */
  private filesOf(path: Value): readonly string[] | Unknown {
    const { machine } = this;
    if (isUnknown(path)) return path;
    if (!isModule(path)) return [machine.absolute(path)];
    const folders = machine.variables.get('CMAKE_MODULE_PATH') ?? '';
    if (isUnknown(folders)) return isOfSdk(folders) ? [] : folders;
    return itemsOf(folders).map((folder) => machine.absolute(`${folder}/${path}.cmake`));
  }

  /** A folder's CMakeLists.txt has a scope of its own. */
  private subdirectory(args: readonly Argument[]): void {
    const { machine } = this;
    const [folder] = machine.values(args);
    if (folder === undefined || isUnknown(folder)) return;
    const path = machine.absolute(`${folder}/${FILE}`);
    const text = this.options.readText(path);
    if (text === undefined) return;
    machine.variables.within(() => {
      machine.variables.set('CMAKE_CURRENT_SOURCE_DIR', machine.absolute(folder));
      this.file(text, path);
    });
  }

  private truth(args: readonly Argument[], line: number): Truth {
    const { machine } = this;
    const truth = truthOf(
      operandsOf(args, (argument) => machine.values([argument])),
      {
        variable: machine.read,
        environment: machine.variables.ofEnvironment,
        isCached: (name) => machine.variables.ofCache(name) !== undefined,
        exists: (path) => this.options.exists(machine.absolute(path)),
      },
    );
    if (!isUnknown(truth)) return truth;
    return { reason: `it depends on a condition: ${truth.reason}`, at: { file: machine.path, line } };
  }
}

/** Whether commands name the sdkconfig files, or include files of the project that may. */
function choosesSdkconfig(nodes: readonly Node[]): boolean {
  return nodes.some((node) => {
    if (node.kind === 'if') return node.branches.some(({ body }) => choosesSdkconfig(body));
    if (node.kind !== 'command') return choosesSdkconfig(node.body);
    const { name, args } = node.command;
    const [first, second] = args.map(({ text }) => text);
    if (name === 'include') return /\.cmake"?$/.test(first ?? '') && !/^"?\$ENV\{/.test(first ?? '');
    return (
      ['set', 'list', 'string'].includes(name) && [first, second].some((text) => isSdkconfig(text ?? ''))
    );
  });
}

/** The items that foreach() goes through. */
function loopItems(
  args: readonly Value[],
  read: (name: string) => Value | undefined,
): readonly string[] | Unknown {
  const words = args.filter((arg): arg is string => !isUnknown(arg));
  if (words.length < args.length) return args.find(isUnknown) as Unknown;
  const [mode] = words;
  if (mode === 'RANGE') return { reason: 'it uses foreach(... RANGE)' };
  if (mode !== 'IN') return words;
  const items: string[] = [];
  let isList = false;
  for (const word of words.slice(1)) {
    if (word === 'ZIP_LISTS') return { reason: 'it uses foreach(... ZIP_LISTS)' };
    if (word === 'LISTS' || word === 'ITEMS') isList = word === 'LISTS';
    else if (isList) {
      const list = read(word) ?? '';
      if (isUnknown(list)) return list;
      items.push(...itemsOf(list));
    } else items.push(word);
  }
  return items;
}

function isModule(path: Value): boolean {
  return !isUnknown(path) && !/[/\\]|\.cmake$|\.txt$/.test(path);
}

function isOfSdk(path: Value): boolean {
  return isUnknown(path) && SDK_PATH.test(path.environment ?? '');
}

function isBefore(version: string, major: number, minor: number): boolean {
  const highest = version.split('...').at(-1) ?? '';
  const [first = 0, second = 0] = highest.split('.').map(Number);
  return first < major || (first === major && second < minor);
}
