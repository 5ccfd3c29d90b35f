/**
 * The environments of platformio.ini that build with ESP-IDF (PlatformIO documentation, "platformio.ini" (Project
 * Configuration File), "Interpolation of Values", and "Espressif IoT Development Framework"). PlatformIO gives
 * CMake IDF_TARGET, SDKCONFIG and then board_build.cmake_extra_args (platform-espressif32,
 * builder/frameworks/espidf.py).
 */
import { CHIPS, defaultTableCsv, type Finding, type Where } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import { joinPath, type RecordingReader } from './files';

export interface PlatformioEnvironment {
  readonly name: string;
  /** Where its section starts. */
  readonly where: Where;
  /** IDF_TARGET, from board_build.mcu or the name of the board; undefined if neither says it. */
  readonly target: string | undefined;
  /** For a FileReader: board_build.esp-idf.sdkconfig_path, or sdkconfig.<name> beside platformio.ini. */
  readonly sdkconfig: string | undefined;
  /**
   * board_build.partitions: a file of the project (path for a FileReader), or the name of one of ESP-IDF's own tables.
   */
  readonly partitionTable: string | undefined;
  /**
   * -D variables of board_build.cmake_extra_args (SDKCONFIG_DEFAULTS, SDKCONFIG...). Their paths are relative to the
   * root: the folder of the project is "." in them.
   */
  readonly cacheVariables: ReadonlyMap<string, string>;
  /** The build folder: .pio/build/<name>, or below [platformio] build_dir, for a FileReader. */
  readonly buildFolder: string;
  /**
   * Options whose value is not known, by name ('SDKCONFIG', 'SDKCONFIG_DEFAULTS', 'PARTITION_TABLE', 'IDF_TARGET' and
   * other -D variables), with the reason: 'it uses ${sysenv.BOARD}'.
   */
  readonly unknown: ReadonlyMap<string, string>;
}

/**
 * The environments of platformio.ini with the framework espidf, in the order of the file, but those of default_envs
 * first; none without the file.
 */
export function readPlatformio(root: string, reader: RecordingReader): readonly PlatformioEnvironment[] {
  const { sections, isComplete } = readSections(root, reader);
  const optionOf = optionsOf(sections);
  const first = listOf(optionOf('platformio', 'default_envs') ?? '').map((name) => `env:${name}`);
  return [...new Set([...first, ...sections.keys()])].flatMap((key) => {
    const where = sections.get(key)?.where;
    const frameworks = listOf(optionOf(key, 'framework') ?? '').map((one) => one.toLowerCase());
    if (where === undefined || !/^env:[\w-]+$/.test(key) || !frameworks.includes('espidf')) return [];
    return [environmentOf(root, key.slice('env:'.length), { where, optionOf, isComplete })];
  });
}

/** The environment that the image is for: named like the variant, for the chip, of default_envs, or the first. */
export function chooseEnvironment(
  environments: readonly PlatformioEnvironment[],
  { variant, target }: { readonly variant: string | undefined; readonly target: string | undefined },
  findings: Finding[],
): PlatformioEnvironment | undefined {
  const own = environments.find(({ name }) => name === variant);
  if (own !== undefined) return own;
  const fitting = environments.filter(
    (one) => target === undefined || one.target === undefined || one.target === target,
  );
  const [taken, ...others] = fitting.length > 0 ? fitting : environments;
  const differing = others.filter(
    ({ sdkconfig }) => sdkconfig === undefined || sdkconfig !== taken?.sdkconfig,
  );
  if (taken !== undefined && differing.length > 0) {
    const params = { taken: taken.name, others: differing.map(({ name }) => name) };
    findings.push(firmwareErrors.finding('firmware.environments-differ', params, taken.where, 'info'));
  }
  return taken;
}

function environmentOf(
  root: string,
  name: string,
  { where, optionOf, isComplete }: { where: Where; optionOf: OptionOf; isComplete: boolean },
): PlatformioEnvironment {
  const unknown = new Map<string, string>();
  const read = (option: string) => inProject(optionOf(`env:${name}`, option)?.trim() ?? '');
  /** The value of an option that decides a variable; undefined if it has none, or one that is not known. */
  const known = (option: string, variable: string): string | undefined => {
    const text = read(option);
    const reason = reasonOf(text);
    if (reason !== undefined) unknown.set(variable, reason);
    return text === '' || reason !== undefined ? undefined : text;
  };
  const mcu = known('board_build.mcu', 'IDF_TARGET')?.toLowerCase();
  const board = mcu === undefined && !unknown.has('IDF_TARGET') ? known('board', 'IDF_TARGET') : undefined;
  const path = known('board_build.esp-idf.sdkconfig_path', 'SDKCONFIG');
  const isKnown = isComplete && !unknown.has('SDKCONFIG');
  const table = known('board_build.partitions', 'PARTITION_TABLE');
  const isOwn = table !== undefined && defaultTableCsv(table) === undefined;
  const cacheVariables = new Map<string, string>();
  for (const [variable, value] of definitionsIn(read('board_build.cmake_extra_args'))) {
    const reason = reasonOf(value);
    (reason === undefined ? unknown : cacheVariables).delete(variable);
    if (reason === undefined) cacheVariables.set(variable, value);
    else unknown.set(variable, reason);
  }
  if (!isComplete) unknown.set('SDKCONFIG', 'platformio.ini reads other files: extra_configs');
  const builds = inProject(optionOf('platformio', 'build_dir') ?? '').trim() || '.pio/build';
  return {
    name,
    where,
    target: mcu ?? (board === undefined ? undefined : chipOfBoard(board)),
    sdkconfig: isKnown ? joinPath(root, path ?? `sdkconfig.${name}`) : undefined,
    partitionTable: isOwn ? joinPath(root, table) : table,
    cacheVariables,
    buildFolder: joinPath(joinPath(root, builds), name),
    unknown,
  };
}

/** Longest first: "esp32c61" contains "esp32c6". */
const CHIP_NAMES = CHIPS.map(({ name }) => name).sort((a, b) => b.length - a.length);

/** The chip in the name of a board: esp32-c6-devkitc-1, esp32s3box, esp32dev; undefined if there is none. */
function chipOfBoard(board: string): string | undefined {
  // The only board of platform-espressif32 whose name contains another chip than it has.
  if (board === 'arduino_nano_esp32') return 'esp32s3';
  const name = board.toLowerCase().replace(/esp32[-_]/g, 'esp32');
  return CHIP_NAMES.find((chip) => name.includes(chip));
}

/** A text in which the folder of the project is ".". */
function inProject(text: string): string {
  return text.replace(/\$\{PROJECT_DIR\}|\$PROJECT_DIR\b/g, '.');
}

/** Why a value is not known: only a build has what it refers to. */
function reasonOf(value: string): string | undefined {
  const [reference] = /\$\{[^}\n]{0,80}\}?|\$\w{0,80}|%\([^)\n]{0,80}\)s/.exec(value) ?? [];
  return reference === undefined ? undefined : `it uses ${reference}`;
}

/**
 * The cache variables of cmake's arguments: -DNAME=VALUE, -D NAME=VALUE, -DNAME:TYPE=VALUE (CMake manual, cmake(1),
 * "Options"). Of an argument that is not known, SDKCONFIG_DEFAULTS is assumed.
 */
function definitionsIn(text: string): (readonly [variable: string, value: string])[] {
  const words = wordsOf(text);
  return words.flatMap((word, index) => {
    const written = words[index - 1] === '-D' ? word : word.startsWith('-D') ? word.slice(2) : '';
    const [name = ''] = written.split(/[:=]/, 1);
    const value = written.slice(written.indexOf('=') + 1);
    if (name !== '' && !name.includes('$')) return written.includes('=') ? [[name, value]] : [];
    return word.includes('$') ? [['SDKCONFIG_DEFAULTS', word]] : [];
  });
}

/** Splits a text as a POSIX shell does, with its quotes and backslashes (Python's shlex). */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === '\\' && quote !== "'") {
      const next = text.charAt(++at);
      // In double quotes, a backslash is one unless a quote or another backslash follows.
      word = (word ?? '') + (quote === '' || next === '"' || next === '\\' ? next : letter + next);
    } else if (quote === '' ? letter === '"' || letter === "'" : letter === quote) {
      quote = quote === '' ? letter : '';
      word ??= '';
    } else if (quote === '' && letter.trim() === '') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + letter;
  }
  return word === undefined ? words : [...words, word];
}

interface Section {
  readonly where: Where;
  /** By name in lower case; the lines of a value are without indent and comments. */
  readonly options: Map<string, string>;
}

type Sections = ReadonlyMap<string, Section>;

/** Bounds that projects do not reach. */
const FILES_MAX = 64;
const SECTIONS_MAX = 1000;
const EXTENDED_MAX = 64;
const NESTED_MAX = 32;
const VALUE_LENGTH_MAX = 0x4000;

/**
 * The sections of platformio.ini and of its extra_configs, which win over it (PlatformIO documentation, "Section
 * [platformio]", "extra_configs"). Files that do not exist are skipped, as PlatformIO does.
 */
function readSections(root: string, reader: RecordingReader): { sections: Sections; isComplete: boolean } {
  const sections = new Map<string, Section>();
  const names = new Set(['platformio.ini']);
  let isComplete = true;
  for (const name of names) {
    const file = joinPath(root, name);
    const text = reader.readText(file);
    if (text === undefined) continue;
    parseIni(text, file, sections);
    for (const written of listOf(optionsOf(sections)('platformio', 'extra_configs') ?? '')) {
      const extra = inProject(written).replace(/^\.\//, '');
      if (names.size < FILES_MAX && isPlain(extra)) names.add(extra);
      else isComplete = false;
    }
  }
  return { sections, isComplete };
}

/** Whether it is the name of one file of the project, without wildcards. */
function isPlain(path: string): boolean {
  return !/[*?[\]$~:]|^[/\\]/.test(path) && !path.split(/[/\\]/).includes('..');
}

/** Adds the sections of a text (Python documentation, configparser, "Supported INI File Structure"). */
function parseIni(text: string, file: string, sections: Map<string, Section>): void {
  let section: Map<string, string> | undefined;
  let option: string | undefined;
  let indent = 0;
  for (const [index, raw] of text
    .replaceAll('\0', ' ')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const comment = /(?:^|\s)[;#]/.exec(raw);
    const line = (comment === null ? raw : raw.slice(0, comment.index)).trim();
    if (line === '') continue;
    const depth = raw.length - raw.trimStart().length;
    if (option !== undefined && depth > indent) {
      section?.set(option, bounded(option, `${section.get(option)}\n${line}`));
      continue;
    }
    indent = depth;
    option = undefined;
    const end = line.startsWith('[') ? line.lastIndexOf(']') : -1;
    const delimiter = line.search(/[=:]/);
    if (end > 1) {
      const name = line.slice(1, end);
      if (!sections.has(name) && sections.size < SECTIONS_MAX)
        sections.set(name, { where: { file, line: index + 1 }, options: new Map() });
      section = sections.get(name)?.options;
    } else if (delimiter > 0 && section !== undefined) {
      option = line.slice(0, delimiter).trim().toLowerCase();
      section.set(option, bounded(option, line.slice(delimiter + 1).trim()));
    }
  }
}

/** A value that is too long is replaced by a reference to itself, and so is not known. */
function bounded(option: string, value: string): string {
  return value.length > VALUE_LENGTH_MAX ? `\${this.${option}}` : value;
}

/** The value of an option, in which references that cannot be replaced remain as they are written. */
type OptionOf = (section: string, option: string) => string | undefined;

/** Options of [platformio] that have a value without being set. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['workspace_dir', '.pio'],
  ['build_dir', `\${platformio.workspace_dir}/build`],
  ['src_dir', 'src'],
]);

/** PlatformIO documentation, "Interpolation of Values". */
function optionsOf(sections: Sections): OptionOf {
  const orderOf = ordersOf(sections);
  const values = new Map<string, string | undefined>();
  const open = new Set<string>();
  const optionOf = (section: string, option: string): string | undefined => {
    const key = `${section}\n${option}`;
    if (values.has(key)) return values.get(key);
    if (open.has(key) || open.size === NESTED_MAX) return undefined;
    open.add(key);
    const written =
      orderOf(section)
        .find(({ options }) => options.has(option))
        ?.options.get(option) ?? (section === 'platformio' ? DEFAULTS.get(option) : undefined);
    const value = written === undefined ? undefined : replaced(written, section);
    open.delete(key);
    values.set(key, value);
    return value;
  };
  const replaced = (text: string, section: string): string => {
    const [start = '', ...parts] = text.split('${');
    let result = start;
    for (const part of parts) {
      const close = part.indexOf('}');
      const value = close < 0 ? undefined : referred(part.slice(0, close), section);
      result += value === undefined ? `\${${part}` : value + part.slice(close + 1);
      if (result.length > VALUE_LENGTH_MAX) return text;
    }
    return result;
  };
  const referred = (reference: string, section: string): string | undefined => {
    const dot = reference.indexOf('.');
    const from = reference.slice(0, Math.max(dot, 0));
    if (from === '' || from === 'sysenv') return undefined;
    if (reference === 'this.__env__') return section.startsWith('env:') ? section.slice(4) : undefined;
    return optionOf(from === 'this' ? section : from, reference.slice(dot + 1).toLowerCase());
  };
  return optionOf;
}

/**
 * The sections that a section takes its options from, the first that has one decides: itself, those that it extends,
 * the last of them first, and then [env] (PlatformIO documentation, "Section [env]", "extends": "the latter one";
 * platformio/project/config.py, walk_options, since PlatformIO 6.1.6).
 */
function ordersOf(sections: Sections): (name: string) => readonly Section[] {
  const extended = new Map<string, readonly string[]>();
  for (const [name, { options }] of sections)
    extended.set(name, listOf(options.get('extends') ?? '').slice(0, EXTENDED_MAX));
  const orders = new Map<string, readonly Section[]>();
  return (name) => {
    const known = orders.get(name);
    if (known !== undefined) return known;
    const found = new Map<string, Section>();
    const waiting = name.startsWith('env:') ? ['env', name] : [name];
    for (let next = waiting.pop(); next !== undefined && found.size < EXTENDED_MAX; next = waiting.pop()) {
      const section = sections.get(next);
      if (section === undefined || found.has(next)) continue;
      found.set(next, section);
      waiting.push(...(extended.get(next) ?? []));
    }
    const order = [...found.values()];
    orders.set(name, order);
    return order;
  };
}

/** The items of an option that has several: on lines, or after ", ". */
function listOf(text: string): string[] {
  const items = text.split(text.includes('\n') ? '\n' : ', ').map((item) => item.trim());
  return items.filter((item) => item !== '');
}
