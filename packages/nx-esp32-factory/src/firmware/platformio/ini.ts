/**
 * platformio.ini and the files that it includes (PlatformIO documentation, "platformio.ini" (Project Configuration File), "Interpolation
 * of Values").
 */
import type { Where } from 'nvs-core';
import { joinPath, type RecordingReader } from '../files';

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
export function readSections(
  root: string,
  reader: RecordingReader,
): { sections: Sections; isComplete: boolean } {
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
export type OptionOf = (section: string, option: string) => string | undefined;

/** Options of [platformio] that have a value without being set. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['workspace_dir', '.pio'],
  ['build_dir', `\${platformio.workspace_dir}/build`],
  ['src_dir', 'src'],
]);

/** PlatformIO documentation, "Interpolation of Values". */
export function optionsOf(sections: Sections): OptionOf {
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
 * platformio/project/config.py, walk_options, of PlatformIO Core 6.2.0; up to 6.1.5 the first one won).
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
export function listOf(text: string): string[] {
  const items = text.split(text.includes('\n') ? '\n' : ', ').map((item) => item.trim());
  return items.filter((item) => item !== '');
}

/** A text in which the folder of the project is ".". */
export function inProject(text: string): string {
  return text.replace(/\$\{PROJECT_DIR\}|\$PROJECT_DIR\b/g, '.');
}
