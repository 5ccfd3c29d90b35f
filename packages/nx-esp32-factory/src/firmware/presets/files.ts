/** The files of presets and what they include (CMake manual, cmake-presets(7), "Includes"). */
import { posix } from 'node:path';
import type { RecordingReader } from '../files';
import { parseJsonObject } from '../json-object';
import { type Definition, definitionOf, labelOf, type PresetFile, type Problem } from './definition';
import { MAX } from './limits';
import { expanding } from './macros';
import { isTexts, type JsonObject, pathIn, shortened } from './values';

/** The definitions of all files, by name ("Includes"); CMakeUserPresets.json includes CMakePresets.json. */
export function readDefinitions(
  sourceDir: string,
  reader: RecordingReader,
  problem: Problem,
): ReadonlyMap<string, Definition> {
  const project = pathIn(sourceDir, 'CMakePresets.json');
  const user = pathIn(sourceDir, 'CMakeUserPresets.json');
  const definitions = new Map<string, Definition>();
  const files = new Map<string, PresetFile>();
  const open = new Set<string>();

  const read = (path: string): PresetFile | undefined => {
    const known = files.get(path);
    const text = known === undefined ? reader.readText(path) : undefined;
    if (text === undefined) return known;
    const fields = parseJsonObject(text) ?? {};
    const file = { path, reachable: new Set([path]) };
    files.set(path, file);
    open.add(path);
    if (path === user) include(file, project);
    const reason = wrongInFile(fields, definitions.size);
    if (reason === undefined) {
      const { configurePresets = [], include: included = [] } = fields as FileFields;
      for (const [index, entry] of configurePresets.entries()) define(file, index, entry);
      for (const [index, name] of included.entries()) includeNamed(file, index, name);
    } else problem(path, reason, { file: path });
    open.delete(path);
    return file;
  };
  const includeNamed = (file: PresetFile, index: number, name: string): void => {
    const folder = posix.dirname(file.path);
    const fromFolder = (path: string) => posix.relative(folder, path) || '.';
    const { value, reason } = expanding(sourceDir, { file }, new Map(), fromFolder)(name);
    const field = `include[${index}]`;
    if (value !== undefined) include(file, pathIn(folder, value), field);
    else problem(`"${shortened(name)}", which ${file.path} includes,`, reason, { file: file.path, field });
  };
  /** `field` is undefined for CMakePresets.json, which need not exist. */
  const include = (file: PresetFile, path: string, field?: string): void => {
    let reason = 'there is no such file';
    if (open.has(path)) reason = 'the includes form a cycle';
    else if (files.size >= MAX.files && !files.has(path)) reason = `there are more than ${MAX.files} files`;
    else {
      const included = read(path);
      for (const one of included?.reachable ?? []) file.reachable.add(one);
      if (included !== undefined || field === undefined) return;
    }
    problem(`${path}, which ${file.path} includes,`, reason, { file: file.path, ...(field && { field }) });
  };
  const define = (file: PresetFile, index: number, entry: unknown): void => {
    const where = { file: file.path, field: `configurePresets[${index}]` };
    const definition = definitionOf(entry, file, where);
    if (typeof definition === 'string') problem(`${where.field} of ${file.path}`, definition, where);
    else if (!definitions.has(definition.name)) definitions.set(definition.name, definition);
    else problem(labelOf(definition), 'there is another preset with this name', where);
  };

  if (read(user) === undefined) read(project);
  return definitions;
}

interface FileFields {
  readonly configurePresets?: readonly unknown[];
  readonly include?: readonly string[];
}

/** What is wrong with a file; `count` presets are in other files. */
function wrongInFile(
  { version, include = [], configurePresets = [] }: JsonObject,
  count: number,
): string | undefined {
  if (!Number.isInteger(version)) return 'it is not a JSON object with a "version"';
  if (!isTexts(include, MAX.includes)) return `"include" is not a list of up to ${MAX.includes} file names`;
  if (include.length > 0 && Number(version) < 4) return '"include" requires "version" 4';
  if (!Array.isArray(configurePresets)) return '"configurePresets" is not a list';
  return count + configurePresets.length > MAX.presets
    ? `there are more than ${MAX.presets} presets`
    : undefined;
}
