import type { Finding } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import { argumentsAfter, callsOf, withoutComments } from './cmake-text';
import { joinPath, type RecordingReader } from './files';

const ROOT_VARIABLES =
  /\$\{(?:CMAKE_CURRENT_LIST_DIR|CMAKE_CURRENT_SOURCE_DIR|CMAKE_SOURCE_DIR|PROJECT_DIR)\}\//g;

/**
 * The SDKCONFIG_DEFAULTS list in a project's CMakeLists.txt; undefined if it sets none. A list with conditions or
 * variables is not evaluated: it gives the finding firmware.defaults-unknown.
 */
export function readDefaultsList(
  root: string,
  reader: RecordingReader,
  findings: Finding[],
): readonly string[] | undefined {
  const file = joinPath(root, 'CMakeLists.txt');
  const text = withoutComments(reader.readText(file) ?? '');
  const { index, list: written, isAlone, depth } = defaultsIn(text);
  if (written === undefined) return undefined;
  const values = written
    .replace(ROOT_VARIABLES, '')
    .replaceAll('"', ' ')
    .split(/[\s;]+/);
  const list = values.filter((value) => value !== '' && !/^(?:CACHE|STRING|FORCE)$/.test(value));
  if (!isAlone || depth !== 0 || list.length === 0 || list.some((value) => value.includes('$'))) {
    const line = text.slice(0, index).split('\n').length;
    findings.push(firmwareErrors.finding('firmware.defaults-unknown', {}, { file, line }, 'warning'));
    return undefined;
  }
  return list;
}

const CALLS: ReadonlySet<string> = new Set(['if', 'endif', 'set', 'list']);

/** The first list of defaults, how many conditions it is in, and whether there is no other. */
function defaultsIn(text: string): { index: number; list?: string; isAlone: boolean; depth: number } {
  const found: { index: number; list?: string; isAlone: boolean; depth: number } = {
    index: 0,
    isAlone: true,
    depth: 0,
  };
  for (const { name, body, index } of callsOf(text, CALLS)) {
    const [start] = /^\s*(?:APPEND\s+)?SDKCONFIG_DEFAULTS\b/i.exec(body) ?? [];
    const list = start === undefined ? undefined : body.slice(start.length);
    if (name === 'if' || name === 'endif') {
      if (found.list === undefined) found.depth += name === 'if' ? 1 : -1;
    } else if (list !== undefined && found.list === undefined) {
      found.index = index;
      found.list = list;
    } else if (list !== undefined) found.isAlone = false;
  }
  return found;
}

/** A subtype is a byte: more names are not those of a project. */
const SUBTYPES_MAX = 256;

/** The names after REQUIRES and PRIV_REQUIRES of a component. */
function requiredBy(text: string): string[] {
  const names = new Set<string>();
  for (const word of ['REQUIRES', 'PRIV_REQUIRES']) {
    for (const list of argumentsAfter(text, word)) {
      for (const name of list.split(/[\s;"]+/)) {
        if (/^[A-Z_]+$/.test(name)) break;
        if (/^[\w-]+$/.test(name) && names.size < COMPONENTS_MAX) names.add(name);
      }
    }
  }
  return [...names];
}

/** Components that are looked at for subtypes, at most. */
const COMPONENTS_MAX = 64;

/**
 * The partition subtypes that the project, its main component or a component beside it that main requires adds:
 * type number -> name -> number.
 */
export function readExtraSubtypes(
  root: string,
  reader: RecordingReader,
): Record<number, Record<string, number>> {
  const subtypes: Record<number, Record<string, number>> = { 0: {}, 1: {} };
  let count = 0;
  const textOf = (path: string) => withoutComments(reader.readText(joinPath(root, path)) ?? '');
  const components = requiredBy(textOf('main/CMakeLists.txt')).map((name) => `components/${name}`);
  const files = ['', 'main/', ...components.map((folder) => `${folder}/`)].flatMap((folder) => [
    `${folder}CMakeLists.txt`,
    `${folder}project_include.cmake`,
  ]);
  for (const file of files) {
    const text = textOf(file);
    for (const list of argumentsAfter(text, 'EXTRA_PARTITION_SUBTYPES')) {
      // ESP-IDF reads the number as hexadecimal, with or without 0x.
      for (const [, type, subtype, value] of list.matchAll(
        /\b(app|data)\s*,\s*(\w+)\s*,\s*(?:0x)?([0-9a-f]+)\b/gi,
      )) {
        const names = subtypes[type?.toLowerCase() === 'app' ? 0 : 1];
        if (names !== undefined && subtype !== undefined && count++ < SUBTYPES_MAX)
          names[subtype.toLowerCase()] = Number.parseInt(value ?? '', 16);
      }
    }
  }
  return subtypes;
}
