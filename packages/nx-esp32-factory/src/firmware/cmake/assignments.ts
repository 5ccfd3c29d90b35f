/** The commands that change variables (CMake manual, "set", "unset", "option", "list", "string", "get_filename_component"). */
import { type Change, listChange, pathChange, stringChange } from './list';
import type { Machine } from './machine';
import { isUnknown, listOf, type Value } from './value';

type Assignment = (machine: Machine, values: readonly Value[]) => void;

/** Runs a command that may change variables. */
export function assign(name: string, machine: Machine, values: readonly Value[]): void {
  const assignment = ASSIGNMENTS.get(name);
  if (assignment !== undefined) assignment(machine, values);
  else if (!HARMLESS.has(name)) other(name, machine, values);
}

const set: Assignment = (machine, [name, ...values]) => {
  if (isUnknown(name)) machine.forget(name.reason);
  if (name === undefined || isUnknown(name)) return;
  const cache = values.indexOf('CACHE');
  const environment = environmentName(name);
  if (environment !== undefined) machine.variables.setEnvironment(environment, values[0]);
  else if (cache >= 0) {
    const value = machine.placed(listOf(values.slice(0, cache)));
    machine.variables.setCache(name, value, values.at(-1) === 'FORCE');
  } else {
    const isOuter = values.at(-1) === 'PARENT_SCOPE';
    const items = isOuter ? values.slice(0, -1) : values;
    machine.assign(name, items.length === 0 ? undefined : listOf(items), isOuter);
  }
};

const unset: Assignment = (machine, [name, mode]) => {
  if (name === undefined || isUnknown(name)) return;
  const environment = environmentName(name);
  if (environment !== undefined) machine.variables.setEnvironment(environment, undefined);
  else if (mode === 'CACHE') machine.variables.unsetCache(name);
  else machine.assign(name, undefined, mode === 'PARENT_SCOPE');
};

function environmentName(text: string): string | undefined {
  return /^ENV\{(.*)\}$/s.exec(text)?.[1];
}

const option: Assignment = ({ variables }, [name, , value = 'OFF']) => {
  if (name === undefined || isUnknown(name) || variables.get(name) !== undefined) return;
  variables.setCache(name, value, false);
};

/** A command that gives variables values made of its arguments. */
const changing =
  (name: string, changeOf: (words: readonly string[], machine: Machine) => Change | undefined): Assignment =>
  (machine, values) => {
    const words = values.filter((value): value is string => !isUnknown(value));
    const change = words.length === values.length ? changeOf(words, machine) : undefined;
    if (change === undefined) other(name, machine, values);
    else machine.assign(...change);
  };

const property: Assignment = (machine, [name, ofBuild]) => {
  if (name === undefined || isUnknown(name)) return;
  const value = ofBuild === 'IDF_TARGET' ? machine.variables.get('IDF_TARGET') : undefined;
  machine.assign(name, value ?? { reason: 'it uses a property of the build' });
};

/** Gives each variable that it is asked for the name of its prefix. */
const parseArguments: Assignment = ({ variables }, values) => {
  for (const prefix of values)
    if (!isUnknown(prefix) && /^\w+$/.test(prefix)) variables.addUnknownPrefix(`${prefix}_`);
};

const ASSIGNMENTS: ReadonlyMap<string, Assignment> = new Map([
  ['set', set],
  ['unset', unset],
  ['option', option],
  ['list', changing('list', (words, { read }) => listChange(words, read))],
  ['string', changing('string', (words, { read }) => stringChange(words, read))],
  [
    'get_filename_component',
    changing('get_filename_component', (words, machine) =>
      pathChange(words, (path) => machine.absolute(path)),
    ),
  ],
  ['idf_build_get_property', property],
  ['get_property', property],
  ['cmake_parse_arguments', parseArguments],
  ['cmake_language', (machine) => machine.forget('it uses cmake_language()')],
]);

/** A command that is not evaluated may change each variable that it names. */
function other(command: string, machine: Machine, values: readonly Value[]): void {
  const reason = values.find(isUnknown) ?? { reason: `it uses ${command}()` };
  for (const value of values) {
    if (!isUnknown(value) && /^[A-Za-z_]\w*$/.test(value)) machine.assign(value, reason);
  }
}

/** Commands that change no variable. */
const HARMLESS: ReadonlySet<string> = new Set([
  'add_compile_definitions',
  'add_compile_options',
  'add_custom_command',
  'add_custom_target',
  'add_definitions',
  'add_dependencies',
  'add_executable',
  'add_library',
  'cmake_policy',
  'configure_file',
  'enable_language',
  'enable_testing',
  'idf_build_set_property',
  'idf_component_set_property',
  'include_directories',
  'include_guard',
  'install',
  'link_libraries',
  'mark_as_advanced',
  'message',
  'set_property',
  'set_source_files_properties',
  'set_target_properties',
  'target_compile_definitions',
  'target_compile_options',
  'target_include_directories',
  'target_link_libraries',
  'target_sources',
]);
