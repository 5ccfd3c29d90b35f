/**
 * What a project's files and the environment say of its builds: CMakeLists.txt, the preset, the environment of PlatformIO, and
 * SDKCONFIG, SDKCONFIG_DEFAULTS and IDF_TARGET of the process (ESP-IDF Programming Guide, "Build System"; tools/cmake/project.cmake,
 * tools/cmakev2/utilities.cmake, __get_default_value).
 */
import type { Finding, Where } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import { buildFoldersOf } from './builds';
import { isUnknown, itemsOf, PROJECT, posixPath, runCMake, type Value } from './cmake';
import { joinPath, type RecordingReader } from './files';
import { chooseEnvironment, type PlatformioEnvironment, readPlatformio } from './platformio';
import { choosePreset, type Preset, readPresets } from './presets';
import { parseSdkconfig } from './setting';

export interface ProjectBuild {
  /** SDKCONFIG, for a FileReader; undefined for "sdkconfig" in the project. */
  readonly sdkconfig: string | undefined;
  /** SDKCONFIG_DEFAULTS, for a FileReader; undefined for "sdkconfig.defaults". */
  readonly defaults: readonly string[] | undefined;
  /** Whether the variant's preset or environment names all its defaults. */
  readonly isOfVariant: boolean;
  /** IDF_TARGET, if the files or the environment set it. */
  readonly target: string | undefined;
  /** PlatformIO's environment, which has a partition table of its own in place of that of the sdkconfig. */
  readonly platformio: Pick<PlatformioEnvironment, 'where' | 'partitionTable' | 'unknown'> | undefined;
  /** The folders where builds are. */
  readonly buildFolders: readonly string[];
  /** The variables that were chosen, by the environment or with a preset: a build that has others is another one. */
  readonly decided: readonly Variable[];
  readonly findings: readonly Finding[];
}

type Variable = 'SDKCONFIG' | 'SDKCONFIG_DEFAULTS';
const FIELDS = { SDKCONFIG: 'sdkconfig', SDKCONFIG_DEFAULTS: 'defaults' } as const;

export interface ProjectBuildOptions {
  readonly target?: string | undefined;
  readonly variant?: string | undefined;
  readonly environment: (name: string) => string | undefined;
  /** The folder of the build that the config names. */
  readonly buildFolder?: string | undefined;
}

/** Stand for paths of a reader in the values of CMake. */
const BUILD = `${PROJECT}/@build`;
const OWN_SDKCONFIG = `${PROJECT}/@sdkconfig`;

/** The environment variables of the process that a build reads, too; the others are those of its own shell. */
export const BUILD_VARIABLES = ['SDKCONFIG', 'SDKCONFIG_DEFAULTS', 'IDF_TARGET', 'IDF_PRESET'] as const;
const ENVIRONMENT: ReadonlySet<string> = new Set(BUILD_VARIABLES);

/** Reads what the files of the project in `root` say; problems are in `findings`. */
export function readProjectBuild(
  root: string,
  reader: RecordingReader,
  options: ProjectBuildOptions,
): ProjectBuild {
  const { environment, variant } = options;
  const findings: Finding[] = [];
  const chosen = choose(root, reader, options, findings);
  const { preset, pio } = chosen;
  const ownFolder = options.buildFolder ?? preset?.binaryDir ?? pio?.buildFolder;
  const buildFolders = ownFolder === undefined ? buildFoldersOf(root, reader) : chosen.buildFolders;
  const pathOf = (path: string) => {
    if (path === OWN_SDKCONFIG) return pio?.sdkconfig ?? path;
    if (path.startsWith(`${BUILD}/`)) {
      const name = path.slice(BUILD.length + 1);
      return joinPath(ownFolder ?? newestWith(name, buildFolders, reader) ?? joinPath(root, 'build'), name);
    }
    return path.startsWith(`${PROJECT}/`) ? joinPath(root, path.slice(PROJECT.length + 1)) : path;
  };

  const cache = cacheOf(preset, pio);
  // An empty variable is as good as none.
  const known = options.target ?? (environment('IDF_TARGET') || cache.get('IDF_TARGET'));
  const assumed = known ?? guessTarget(root, reader) ?? 'esp32';
  cache.set('IDF_TARGET', assumed);
  const result = runCMake({
    cache,
    environment: (name) =>
      ENVIRONMENT.has(name)
        ? environment(name)
        : { reason: `it uses the environment variable ${name}`, environment: name },
    readText: (path) => reader.readText(pathOf(path)),
    exists: (path) => (path.startsWith(`${PROJECT}/`) ? reader.exists(pathOf(path)) : undefined),
    binaryDir: BUILD,
  });
  const get = (name: string) => (result === undefined ? cache.get(name) : result.get(name));

  const fromEnvironment: Variable[] = [];
  /** The first that is set of CMake's variable and the environment's; build system 2 has them in the other order. */
  const setTo = (name: Variable): Value | undefined => {
    const written = get(name);
    const ofProcess = environment(name);
    const isSet = (value: Value | undefined) => value !== undefined && value !== '';
    const isFirst = result?.buildSystem === 2 ? ofProcess !== undefined : !isSet(written) && isSet(ofProcess);
    if (isFirst) fromEnvironment.push(name);
    const value = isFirst ? ofProcess : written;
    return isSet(value) ? value : undefined;
  };
  const absolute = (path: string) =>
    pathOf(posixPath(/^(?:\/|[A-Za-z]:)/.test(path) ? path : `${PROJECT}/${path}`));
  const sdkconfig = setTo('SDKCONFIG');
  const defaults = setTo('SDKCONFIG_DEFAULTS');
  const target = get('IDF_TARGET');
  const unresolved = {
    SDKCONFIG: sdkconfig,
    SDKCONFIG_DEFAULTS: defaults,
    IDF_TARGET: target,
    PARTITION_TABLE: cache.get('PARTITION_TABLE'),
  };
  findings.push(...unresolvedFindings(unresolved, (file) => (file.startsWith('/') ? pathOf(file) : file)));
  for (const [name, { file, line }] of result?.assumedUnset ?? []) {
    const reason = `it depends on ${name}, which no file sets, and a call of CMake may set (-D ${name}=...)`;
    const params = { variable: 'sdkconfig', reason };
    const where = { file: pathOf(file), line };
    findings.push(firmwareErrors.finding('firmware.build-unresolved', params, where, 'warning'));
  }
  for (const variable of fromEnvironment) {
    const params = { variable, value: environment(variable) ?? '' };
    findings.push(firmwareErrors.finding('firmware.environment-used', params, {}, 'info'));
  }
  const isNamed = variant !== undefined && [preset?.name, pio?.name].includes(variant);
  const paths = {
    sdkconfig: isUnknown(sdkconfig) || sdkconfig === undefined ? undefined : absolute(sdkconfig),
    defaults: isUnknown(defaults) || defaults === undefined ? undefined : itemsOf(defaults).map(absolute),
  };
  const named = (Object.keys(FIELDS) as Variable[]).filter((name) => paths[FIELDS[name]] !== undefined);
  // Without a folder of its own, a build of the chosen preset is known by its files.
  const ofPreset = (isNamed || chosen.isWanted) && ownFolder === undefined ? named : [];
  const isOfVariant = isNamed && (ownFolder !== undefined || named.length > 0);
  return {
    ...paths,
    isOfVariant,
    target: isUnknown(target) || (known === undefined && target === assumed) ? undefined : target,
    platformio: pio,
    buildFolders: isOfVariant && ownFolder !== undefined ? [ownFolder] : buildFolders,
    decided: [...fromEnvironment, ...ofPreset],
    findings,
  };
}

interface Chosen {
  readonly preset: Preset | undefined;
  readonly pio: PlatformioEnvironment | undefined;
  readonly buildFolders: readonly string[];
  /** Whether IDF_PRESET names the preset. */
  readonly isWanted: boolean;
}

/** PlatformIO's environment, if the project was built with it or with nothing else; or else the preset. */
function choose(
  root: string,
  reader: RecordingReader,
  { variant, target, environment }: ProjectBuildOptions,
  findings: Finding[],
): Chosen {
  const conventional = buildFoldersOf(root, reader);
  const environments = readPlatformio(root, reader);
  const pioFindings: Finding[] = [];
  const pio = chooseEnvironment(environments, { variant, target }, pioFindings);
  const isBuilt = pio?.sdkconfig !== undefined && reader.exists(pio.sdkconfig);
  if (pio !== undefined && (isBuilt || !reader.exists(joinPath(root, 'sdkconfig')))) {
    findings.push(...pioFindings);
    return { preset: undefined, pio, buildFolders: [...conventional, pio.buildFolder], isWanted: false };
  }
  const presets = readPresets(root, reader, findings);
  const preset = choosePreset(presets, { wanted: environment('IDF_PRESET'), variant }, findings);
  const folders = presets.flatMap(({ binaryDir }) => (binaryDir === undefined ? [] : [binaryDir]));
  const isWanted = preset !== undefined && preset.name === environment('IDF_PRESET');
  const own = isWanted && preset.binaryDir !== undefined ? [preset.binaryDir] : [...conventional, ...folders];
  return { preset, pio: undefined, buildFolders: own, isWanted };
}

/** The variables with which CMake is started. */
function cacheOf(preset: Preset | undefined, pio: PlatformioEnvironment | undefined): Map<string, Value> {
  const cache = new Map<string, Value>(preset?.cacheVariables);
  for (const [name, reason] of preset?.unknown ?? []) cache.set(name, { reason, at: placeOf(preset) });
  if (pio === undefined) return cache;
  if (pio.target !== undefined) cache.set('IDF_TARGET', pio.target);
  if (pio.sdkconfig !== undefined) cache.set('SDKCONFIG', OWN_SDKCONFIG);
  for (const [name, value] of pio.cacheVariables) cache.set(name, value);
  const { file = '', line = 1 } = pio.where;
  for (const [name, reason] of pio.unknown) cache.set(name, { reason, at: { file, line } });
  return cache;
}

function placeOf(preset: Preset | undefined): { readonly file: string } | undefined {
  return preset && { file: preset.file };
}

/** As ESP-IDF guesses the target where nothing sets it: from the sdkconfig, or the defaults. */
function guessTarget(root: string, reader: RecordingReader): string | undefined {
  for (const name of ['sdkconfig', 'sdkconfig.defaults']) {
    const file = joinPath(root, name);
    const { settings } = parseSdkconfig(reader.readText(file) ?? '', file);
    const target = settings.findLast(({ symbol }) => symbol === 'IDF_TARGET');
    if (target !== undefined) return target.value;
  }
  return undefined;
}

/** The folder that has a file, the one that was written last. */
function newestWith(name: string, folders: readonly string[], reader: RecordingReader): string | undefined {
  const having = folders.filter((folder) => reader.exists(joinPath(folder, name)));
  const age = (folder: string) => reader.modifiedAt(joinPath(folder, name));
  return having.toSorted((a, b) => age(b) - age(a))[0];
}

/** A finding for each reason; several variables may have the same one. */
function unresolvedFindings(
  values: Readonly<Record<string, Value | undefined>>,
  fileOf: (path: string) => string,
): Finding[] {
  const byReason = new Map<string, { readonly names: string[]; readonly where: Where }>();
  for (const [name, value] of Object.entries(values)) {
    if (!isUnknown(value)) continue;
    const { at } = value;
    const where = at === undefined ? {} : { ...at, file: fileOf(at.file) };
    const known = byReason.get(value.reason);
    if (known === undefined) byReason.set(value.reason, { names: [name], where });
    else known.names.push(name);
  }
  return [...byReason].map(([reason, { names, where }]) =>
    firmwareErrors.finding(
      'firmware.build-unresolved',
      { variable: names.join(' and '), reason },
      where,
      'warning',
    ),
  );
}
