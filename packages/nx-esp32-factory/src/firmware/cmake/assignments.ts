/** The commands that change variables (CMake manual, "set", "unset", "option", "list", "string", "get_filename_component"). */
import { isOff, isOn } from './condition';
import { type Change, listChange, pathChange, stringChange } from './list';
import type { Machine } from './machine';
import { plainPath } from './path';
import { isUnknown, itemsOf, listOf, type Unknown, type Value } from './value';

type Assignment = (machine: Machine, values: readonly Value[]) => void;

/** Runs a command that may change variables. */
export function assign(name: string, machine: Machine, values: readonly Value[]): void {
  const assignment = ASSIGNMENTS.get(name);
  if (assignment !== undefined) assignment(machine, values);
  else if (!HARMLESS.has(name)) other(name, machine, values);
}

/** A command whose first argument names what it changes: where the name is not known, it may be any variable. */
const named =
  (change: (machine: Machine, name: string, values: readonly Value[]) => void): Assignment =>
  (machine, [name, ...values]) => {
    if (isUnknown(name)) machine.forget(name);
    else if (name !== undefined) change(machine, name, values);
  };

const set = named((machine, name, values) => {
  const environment = environmentName(name);
  const isForced = values.length > 3 && values.at(-1) === 'FORCE';
  const cache = values.length - (isForced ? 4 : 3);
  if (environment !== undefined) setEnvironment(machine, environment, values[0]);
  else if (values.at(-1) === 'PARENT_SCOPE') setNormal(machine, name, values.slice(0, -1), true);
  else if (cache < 0 || values[cache] !== 'CACHE') setNormal(machine, name, values, false);
  else {
    const type = values[cache + 1];
    const value = values.find(isUnknown) ?? listOf(values.slice(0, cache));
    setCache(machine, name, { value, type: isUnknown(type) ? '' : (type ?? ''), isForced });
  }
});

function setNormal(machine: Machine, name: string, items: readonly Value[], isOuter: boolean): void {
  machine.assign(name, items.length === 0 ? undefined : listOf(items), isOuter);
}

interface Entry {
  readonly value: Value;
  readonly type: string;
  readonly isForced: boolean;
}

/** A path of the cache is one without superfluous slashes; what -D sets becomes an absolute one. */
function setCache(machine: Machine, name: string, { value, type, isForced }: Entry): void {
  const { variables } = machine;
  const isPath = type === 'PATH' || type === 'FILEPATH';
  const paths = (list: Value, change: (path: string) => string) =>
    isUnknown(list) || !isPath ? list : listOf(itemsOf(list).map(change));
  const written = machine.placed(paths(value, plainPath));
  const given = isForced ? undefined : variables.untypedOf(name);
  const absolute = (path: string) => (isOff(path) ? path : machine.absolute(path));
  variables.setCache(name, given === undefined ? written : paths(given, absolute), { type, isForced });
}

/** An empty value clears a variable of the environment that is set. */
function setEnvironment({ variables }: Machine, name: string, value: Value = ''): void {
  const before = variables.ofEnvironment(name);
  variables.setEnvironment(
    name,
    value === '' && (before === undefined || isUnknown(before)) ? before : value,
  );
}

const unset = named((machine, name, [mode]) => {
  const environment = environmentName(name);
  if (environment !== undefined) machine.variables.setEnvironment(environment, undefined);
  else if (isUnknown(mode)) machine.forget(mode);
  else if (mode === 'CACHE') machine.variables.unsetCache(name);
  else machine.assign(name, undefined, mode === 'PARENT_SCOPE');
});

function environmentName(text: string): string | undefined {
  return /^ENV\{(.*)\}$/s.exec(text)?.[1];
}

const option = named((machine, name, [, value = 'OFF']) => {
  const isSet = isUnknown(value) ? value : isOn(value) ? 'ON' : 'OFF';
  machine.variables.setOption(name, machine.placed(isSet));
});

/** A command that gives variables values made of its arguments. */
const changing =
  (name: string, changeOf: (words: readonly string[], machine: Machine) => Change | undefined): Assignment =>
  (machine, values) => {
    const words = values.filter((value): value is string => !isUnknown(value));
    const change = words.length === values.length ? changeOf(words, machine) : undefined;
    if (change === undefined) other(name, machine, values);
    else if (change !== 'none') machine.assign(...change);
  };

/** A command whose first argument says at which place the name of a variable is. */
const namedAt =
  (places: ReadonlyMap<string, number>, change: Assignment): Assignment =>
  (machine, values) => {
    const [operation] = values;
    const name = values[(typeof operation === 'string' ? places.get(operation) : undefined) ?? 1];
    if (isUnknown(name)) machine.forget(name);
    else change(machine, values);
  };

const list = namedAt(
  new Map([
    ['LENGTH', 2],
    ['JOIN', 3],
  ]),
  changing('list', (words, { read }) => listChange(words, read)),
);

const string = namedAt(
  new Map([
    ...['JOIN', 'LENGTH', 'STRIP', 'TOLOWER', 'TOUPPER'].map((operation) => [operation, 2] as const),
    ['REPLACE', 3],
  ]),
  changing('string', (words, { read }) => stringChange(words, read)),
);

const getFilenameComponent: Assignment = (machine, values) => {
  if (isUnknown(values[0])) machine.forget(values[0]);
  else
    changing('get_filename_component', (words) => pathChange(words, (path) => machine.absolute(path)))(
      machine,
      values,
    );
};

const idfProperty = named((machine, name, [ofBuild]) => {
  const value = ofBuild === 'IDF_TARGET' ? machine.variables.get('IDF_TARGET') : undefined;
  machine.assign(name, value ?? PROPERTY);
});

const PROPERTY: Unknown = { reason: 'it uses a property of the build' };

/** Of the properties of variables of the cache, only VALUE matters. */
const setProperty: Assignment = ({ variables }, values) => {
  if (values[0] !== 'CACHE' || !values.includes('VALUE')) return;
  for (const name of values)
    if (!isUnknown(name)) variables.setCache(name, PROPERTY, { type: '', isForced: true });
};

/** Commands that set variables whose names start with one of their arguments. */
const prefixing =
  (name: string): Assignment =>
  (machine, values) => {
    for (const value of values) {
      if (isUnknown(value)) continue;
      for (const prefix of new Set([value, value.toUpperCase(), value.toLowerCase()]))
        machine.forgetPrefix(prefix, `it uses ${name}()`);
    }
  };

const ASSIGNMENTS: ReadonlyMap<string, Assignment> = new Map([
  ['set', set],
  ['unset', unset],
  ['option', option],
  ['list', list],
  ['string', string],
  ['get_filename_component', getFilenameComponent],
  ['idf_build_get_property', idfProperty],
  ['get_property', named((machine, name) => machine.assign(name, PROPERTY))],
  ['set_property', setProperty],
  ['cmake_parse_arguments', prefixing('cmake_parse_arguments')],
  ['find_package', prefixing('find_package')],
  ['fetchcontent_makeavailable', prefixing('FetchContent_MakeAvailable')],
  ['fetchcontent_populate', prefixing('FetchContent_Populate')],
  ['cmake_language', (machine) => machine.forget({ reason: 'it uses cmake_language()' })],
]);

/** A command that is not evaluated may change each variable that it names. */
function other(command: string, machine: Machine, values: readonly Value[]): void {
  const reason = values.find(isUnknown) ?? { reason: `it uses ${command}()` };
  for (const value of values) if (!isUnknown(value)) machine.assign(value, reason);
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
  'configure_file',
  'enable_language',
  'enable_testing',
  'idf_build_set_property',
  'idf_component_set_property',
  'include_directories',
  'install',
  'link_libraries',
  'message',
  'set_source_files_properties',
  'set_target_properties',
  'target_compile_definitions',
  'target_compile_options',
  'target_include_directories',
  'target_link_libraries',
  'target_sources',
]);
