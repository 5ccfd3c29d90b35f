import type { Finding } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import { joinPath, type RecordingReader } from './files';
import { withoutComments } from './project';

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
  const matches = [...text.matchAll(/\b(?:set|list)\s*\(\s*(?:APPEND\s+)?SDKCONFIG_DEFAULTS\b([^)]*)\)/gi)];
  const [match] = matches;
  if (match === undefined) return undefined;
  const before = text.slice(0, match.index);
  const values = (match[1] ?? '')
    .replace(ROOT_VARIABLES, '')
    .replaceAll('"', ' ')
    .split(/[\s;]+/);
  const list = values.filter((value) => value !== '' && !/^(?:CACHE|STRING|FORCE)$/.test(value));
  const depth = count(before, /\bif\s*\(/gi) - count(before, /\bendif\s*\(/gi);
  if (matches.length > 1 || depth !== 0 || list.length === 0 || list.some((value) => value.includes('$'))) {
    const line = before.split('\n').length;
    findings.push(firmwareErrors.finding('firmware.defaults-unknown', {}, { file, line }, 'info'));
    return undefined;
  }
  return list;
}

/** The partition subtypes that the project or its main component adds: type number -> name -> number. */
export function readExtraSubtypes(
  root: string,
  reader: RecordingReader,
): Record<number, Record<string, number>> {
  const subtypes: Record<number, Record<string, number>> = { 0: {}, 1: {} };
  for (const name of ['CMakeLists.txt', 'main/CMakeLists.txt']) {
    const text = withoutComments(reader.readText(joinPath(root, name)) ?? '');
    for (const [, list = ''] of text.matchAll(/\bEXTRA_PARTITION_SUBTYPES\b([^)]*)\)/g)) {
      // ESP-IDF reads the number as hexadecimal, with or without 0x.
      for (const [, type, subtype, value] of list.matchAll(
        /\b(app|data)\s*,\s*(\w+)\s*,\s*(?:0x)?([0-9a-f]+)\b/gi,
      )) {
        const names = subtypes[type?.toLowerCase() === 'app' ? 0 : 1];
        if (names !== undefined && subtype !== undefined)
          names[subtype.toLowerCase()] = Number.parseInt(value ?? '', 16);
      }
    }
  }
  return subtypes;
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
