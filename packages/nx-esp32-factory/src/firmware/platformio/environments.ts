/**
 * The environments of platformio.ini that build with ESP-IDF (PlatformIO documentation, "platformio.ini" (Project
 * Configuration File), "Interpolation of Values", and "Espressif IoT Development Framework"). PlatformIO gives
 * CMake IDF_TARGET, SDKCONFIG and then board_build.cmake_extra_args (platform-espressif32,
 * builder/frameworks/espidf.py).
 */
import { CHIPS, defaultTableCsv, type Finding, type Where } from 'nvs-core';
import { firmwareErrors } from '../../errors/firmware';
import { joinPath, type RecordingReader } from '../files';
import { inProject, listOf, type OptionOf, optionsOf, readSections } from './ini';

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
