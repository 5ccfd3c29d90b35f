/**
 * The configuration of an app in ESP-IDF's order of precedence (Programming Guide, "Build System", "Custom sdkconfig
 * Defaults"): each file of SDKCONFIG_DEFAULTS, each followed by that of the target, then the sdkconfig of a build.
 */
import type { Finding, Where } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import type { Build } from './builds';
import { joinPath, type RecordingReader } from './files';
import type { NamedFirmware } from './named';
import type { ProjectBuild } from './project-build';
import { parseSdkconfigJson } from './sdkconfig-json';
import { parseSdkconfig, type Setting } from './setting';

/** A value with the line that sets it, or 'default' for Kconfig's default. */
export interface Known<T> {
  readonly value: T;
  readonly symbol: string;
  readonly origin: SourceLine | 'default';
}

export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

export interface SdkconfigOptions {
  /** The chip that the app is for, if the caller knows it (IDF_TARGET). */
  readonly target?: string;
  /** Adds sdkconfig.defaults.<variant>, sdkconfig.ci.<variant> and sdkconfig.<variant> if they exist. */
  readonly variant?: string;
  /** The section `firmware` of the config, which decides before anything else. */
  readonly named?: NamedFirmware;
}

export interface Sdkconfig {
  readonly target: Known<string>;
  /** The sdkconfig of a build, if one was read. */
  readonly built: string | undefined;
  /** The files with settings, lowest precedence first. */
  readonly files: readonly string[];
  /** The file for new lines: the first of the defaults, whether it exists or not. */
  readonly defaultsFile: string;
  /** All assignments of each symbol, lowest precedence first: the last one applies. */
  readonly settings: ReadonlyMap<string, readonly Setting[]>;
  readonly findings: readonly Finding[];
}

/**
 * Reads the configuration of the app in `root`, from the first of these that says it: the section `firmware` of the config, a
 * build that was left behind, the project's files. Problems are in `findings`.
 */
export function readSdkconfig(
  root: string,
  reader: RecordingReader,
  options: SdkconfigOptions & { readonly build?: Build; readonly project: ProjectBuild },
): Sdkconfig {
  const findings: Finding[] = [];
  const { build, named, project } = options;
  const parsed = new Map<string, readonly Setting[] | undefined>();
  const read = (file: string): readonly Setting[] | undefined => {
    if (!parsed.has(file)) {
      const text = reader.readText(file);
      const one = text === undefined ? undefined : settingsOf(text, file);
      findings.push(...(one?.findings ?? []));
      parsed.set(file, one?.settings);
    }
    return parsed.get(file);
  };

  const exact = named?.sdkconfigDefaults ?? (project.isOfVariant ? project.defaults : undefined);
  const base = exact ?? build?.defaults ?? project.defaults ?? [joinPath(root, 'sdkconfig.defaults')];
  const variants = (exact === undefined ? variantFiles(options.variant) : [])
    .map((name) => joinPath(root, name))
    .filter((file) => !base.includes(file));
  const variant = variants.filter((file) => file !== project.sdkconfig && read(file) !== undefined);
  const defaults = [...base, ...variant];
  findings.push(...missingDefaults(base, { build, named, project }, read));

  const own = joinPath(root, 'sdkconfig');
  // A list in the config is that of one of several builds.
  const ofProject =
    named?.sdkconfigDefaults === undefined || project.isOfVariant ? project.sdkconfig : undefined;
  const isShared = variant.length > 0 || exact !== undefined;
  const sdkconfig =
    named?.sdkconfig ?? builtBy(build, read, findings) ?? ofProject ?? (isShared ? undefined : own);
  const built = sdkconfig === undefined ? undefined : read(sdkconfig);
  if (named?.sdkconfig !== undefined && built === undefined) {
    const params = { file: named.sdkconfig };
    findings.push(firmwareErrors.finding('firmware.sdkconfig-missing', params, named.where('sdkconfig')));
  }
  if (sdkconfig === undefined && reader.readBytes(own) !== undefined) {
    const params = { file: own, ...(exact === undefined ? { variant: options.variant ?? '' } : {}) };
    findings.push(firmwareErrors.finding('firmware.sdkconfig-skipped', params, { file: own }, 'info'));
  }

  const fromDefaults = last(
    defaults.flatMap((file) => read(file) ?? []),
    'IDF_TARGET',
  );
  const fromBuild = last(built ?? [], 'IDF_TARGET');
  const target = chooseTarget(options.target ?? build?.target ?? project.target, fromBuild ?? fromDefaults);
  if (fromBuild === undefined && fromDefaults !== undefined && fromDefaults.value !== target.value) {
    const params = { expected: target.value, written: fromDefaults.value };
    findings.push(firmwareErrors.finding('firmware.target-differs', params, lineOf(fromDefaults), 'warning'));
  }
  const foreign = fromBuild !== undefined && fromBuild.value !== target.value;
  if (foreign) {
    const params = { built: fromBuild.value, expected: target.value };
    findings.push(firmwareErrors.finding('firmware.sdkconfig-other-chip', params, lineOf(fromBuild)));
  }

  const order = defaults.flatMap((file) => [file, `${file}.${target.value}`]);
  const files = [...new Set(order)].filter((file) => file !== sdkconfig && read(file) !== undefined);
  if (sdkconfig !== undefined && built !== undefined && !foreign) files.push(sdkconfig);
  const settings = new Map<string, Setting[]>();
  for (const setting of files.flatMap((file) => read(file) ?? [])) {
    const earlier = settings.get(setting.symbol);
    if (earlier === undefined) settings.set(setting.symbol, [setting]);
    else earlier.push(setting);
  }
  return {
    target,
    built: built === undefined || foreign ? undefined : sdkconfig,
    files,
    defaultsFile: base[0] ?? joinPath(root, 'sdkconfig.defaults'),
    settings,
    findings,
  };
}

/** The files of the list that do not exist: those that the config names are errors, for a build stops there. */
function missingDefaults(
  list: readonly string[],
  {
    build,
    named,
    project,
  }: {
    readonly build: Build | undefined;
    readonly named: NamedFirmware | undefined;
    readonly project: ProjectBuild;
  },
  read: (file: string) => unknown,
): Finding[] {
  const isNamed = named?.sdkconfigDefaults !== undefined;
  if (!isNamed && (build !== undefined || project.defaults === undefined)) return [];
  return list
    .filter((file) => read(file) === undefined)
    .map((file) =>
      isNamed
        ? firmwareErrors.finding('firmware.defaults-missing', { file }, named.where('sdkconfigDefaults'))
        : firmwareErrors.finding('firmware.defaults-missing', { file }, { file }, 'warning'),
    );
}

function settingsOf(
  text: string,
  file: string,
): { settings: readonly Setting[]; findings: readonly Finding[] } {
  if (!file.endsWith('.json')) return parseSdkconfig(text, file);
  const settings = parseSdkconfigJson(text, file);
  if (settings !== undefined) return { settings, findings: [] };
  return {
    settings: [],
    findings: [firmwareErrors.finding('firmware.build-invalid', { file }, { file }, 'warning')],
  };
}

/** The sdkconfig that a build names, or else the values that it wrote; undefined if it has neither any more. */
function builtBy(
  build: Build | undefined,
  read: (file: string) => readonly Setting[] | undefined,
  findings: Finding[],
): string | undefined {
  if (build === undefined) return undefined;
  for (const { name, path } of build.outside) {
    const params = { name, path };
    findings.push(firmwareErrors.finding('firmware.build-outside', params, { file: build.file }, 'warning'));
  }
  const { sdkconfig, values, file } = build;
  const found = [sdkconfig, values].find((path) => path !== undefined && read(path) !== undefined);
  if (found === undefined) {
    const params = { file: sdkconfig ?? values };
    findings.push(firmwareErrors.finding('firmware.sdkconfig-missing', params, { file }, 'warning'));
  }
  return found;
}

export function lineOf({ file, line }: Setting): SourceLine {
  return { file, line };
}

/** The source location of a value; for a default, the file where a line would be added. */
export function locationOf(known: Pick<Known<unknown>, 'origin'>, defaultsFile: string): Where {
  return known.origin === 'default' ? { file: defaultsFile } : known.origin;
}

export function variantFiles(variant: string | undefined): string[] {
  if (variant === undefined) return [];
  return [`sdkconfig.defaults.${variant}`, `sdkconfig.ci.${variant}`, `sdkconfig.${variant}`];
}

function chooseTarget(requested: string | undefined, setting: Setting | undefined): Known<string> {
  const symbol = 'IDF_TARGET';
  if (setting !== undefined && (requested === undefined || requested === setting.value)) {
    return { value: setting.value, symbol, origin: lineOf(setting) };
  }
  return { value: requested ?? 'esp32', symbol, origin: 'default' };
}

function last(settings: readonly Setting[], symbol: string): Setting | undefined {
  return settings.findLast((setting) => setting.symbol === symbol);
}
