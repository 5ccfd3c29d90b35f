/**
 * The configure presets of a project, CMakePresets.json and CMakeUserPresets.json (CMake manual, cmake-presets(7)): idf.py
 * takes the build folder and cache variables from them (ESP-IDF Programming Guide, "IDF Frontend - idf.py", "Configuration
 * Presets: --preset", since 6.0).
 */
import { posix } from 'node:path';
import type { Finding } from 'nvs-core';
import { firmwareErrors } from '../../errors/firmware';
import type { RecordingReader } from '../files';
import { isEnabled } from './condition';
import type { Definition, Fields, Problem } from './definition';
import { readDefinitions } from './files';
import { inheriting } from './inherit';
import { expanding } from './macros';
import { isText, pathIn } from './values';

export interface Preset {
  readonly name: string;
  /** The file that defines it. */
  readonly file: string;
  /** Its build folder, for a FileReader; undefined if it names none that is known. */
  readonly binaryDir: string | undefined;
  /** Cache variables with their values; macros are expanded, folders are relative to the project, `true` is "TRUE", `false` is "FALSE"; null unsets one. */
  readonly cacheVariables: ReadonlyMap<string, string>;
  /** Cache variables whose value is not known, with the reason: 'it uses $penv{BOARD}'. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** The configure presets of a project that are not hidden, in the order of the files; problems are in `findings` (firmware.presets-invalid). */
export function readPresets(root: string, reader: RecordingReader, findings: Finding[]): readonly Preset[] {
  const sourceDir = pathIn('.', root);
  const problem: Problem = (what, reason, where) => {
    findings.push(firmwareErrors.finding('firmware.presets-invalid', { what, reason }, where, 'warning'));
  };
  const definitions = readDefinitions(sourceDir, reader, problem);
  const inherit = inheriting(definitions, problem);
  return [...definitions.values()].flatMap((definition) => {
    const fields = inherit(definition);
    if (fields === undefined || definition.hidden || !isEnabled(sourceDir, definition, fields)) return [];
    return [expandedPreset(sourceDir, definition, fields)];
  });
}

/** The preset that a build uses: that of IDF_PRESET, the one named like the variant, "default", or the first (tools/idf.py). */
export function choosePreset(
  presets: readonly Preset[],
  { wanted, variant }: { wanted: string | undefined; variant: string | undefined },
  findings: Finding[],
): Preset | undefined {
  const named = (name: string | undefined) => presets.find((preset) => preset.name === name);
  const [first] = presets;
  if (first === undefined) return undefined;
  const decided = named(variant) ?? named(wanted);
  if (decided !== undefined) return decided;
  if (wanted !== undefined && wanted !== '') {
    const params = { preset: wanted, known: presets.map(({ name }) => name) };
    findings.push(firmwareErrors.finding('firmware.preset-unknown', params, { file: first.file }, 'warning'));
  }
  const taken = named('default') ?? first;
  const others = presets.filter((preset) => differ(preset, taken)).map(({ name }) => name);
  if (others.length > 0) {
    const params = { taken: taken.name, others };
    findings.push(firmwareErrors.finding('firmware.presets-differ', params, { file: taken.file }, 'info'));
  }
  return taken;
}

/** Whether two presets have different configurations. */
function differ(a: Preset, b: Preset): boolean {
  return ['SDKCONFIG', 'SDKCONFIG_DEFAULTS', 'IDF_TARGET'].some(
    (name) =>
      a.cacheVariables.get(name) !== b.cacheVariables.get(name) ||
      a.unknown.get(name) !== b.unknown.get(name),
  );
}

function expandedPreset(sourceDir: string, definition: Definition, fields: Fields): Preset {
  const { name, file } = definition;
  const { environment } = fields;
  // From the project: then the value with ${sourceDir} and the one without it are the same.
  const fromProject = (path: string) => posix.relative(sourceDir, path) || '.';
  const expand = expanding(sourceDir, definition, environment, fromProject);
  const folder = expand(fields.binaryDir ?? '').value;
  const cacheVariables = new Map<string, string>();
  const unknown = new Map<string, string>();
  for (const [variable, text] of fields.cacheVariables) {
    if (text === null) continue;
    const { value, reason } = expand(text);
    if (value === undefined) unknown.set(variable, reason);
    else cacheVariables.set(variable, value);
  }
  const binaryDir = isText(folder) ? pathIn(sourceDir, folder) : undefined;
  return { name, file: file.path, binaryDir, cacheVariables, unknown };
}
