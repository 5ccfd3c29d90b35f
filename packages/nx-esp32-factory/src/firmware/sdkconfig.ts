/**
 * The configuration of an app in ESP-IDF's order of precedence (Programming Guide, "Build System", "Custom sdkconfig
 * Defaults"): each file of SDKCONFIG_DEFAULTS, each followed by that of the target, then the sdkconfig of a build.
 */
import type { Finding, Where } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import { readDefaultsList } from './cmake';
import { joinPath, type RecordingReader } from './files';
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
  /** SDKCONFIG_DEFAULTS, paths from the project root; by default from CMakeLists.txt, or "sdkconfig.defaults". */
  readonly defaults?: readonly string[];
  /** The sdkconfig of the build, from the project root. */
  readonly sdkconfig?: string;
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

/** Reads the configuration of the app in `root`; problems are in `findings`. */
export function readSdkconfig(
  root: string,
  reader: RecordingReader,
  options: SdkconfigOptions = {},
): Sdkconfig {
  const findings: Finding[] = [];
  const listed = options.defaults ?? readDefaultsList(root, reader, findings) ?? ['sdkconfig.defaults'];
  const base = listed.map((name) => joinPath(root, name));
  const variants = variantFiles(options.variant)
    .map((name) => joinPath(root, name))
    .filter((file) => !base.includes(file));
  const parsed = new Map<string, readonly Setting[]>();
  const read = (file: string): readonly Setting[] | undefined => {
    const known = parsed.get(file);
    if (known !== undefined) return known;
    const text = reader.readText(file);
    if (text === undefined) return undefined;
    const one = parseSdkconfig(text, file);
    findings.push(...one.findings);
    parsed.set(file, one.settings);
    return one.settings;
  };

  const variant = variants.filter((file) => read(file) !== undefined);
  const defaults = [...base, ...variant];
  const sdkconfig = joinPath(root, options.sdkconfig ?? 'sdkconfig');
  const own = variant.length === 0 || options.sdkconfig !== undefined;
  const built = own ? read(sdkconfig) : undefined;
  if (!own && reader.readBytes(sdkconfig) !== undefined) {
    const params = { variant: options.variant ?? '', file: sdkconfig };
    findings.push(firmwareErrors.finding('firmware.sdkconfig-skipped', params, { file: sdkconfig }, 'info'));
  }

  const fromDefaults = last(
    defaults.flatMap((file) => read(file) ?? []),
    'IDF_TARGET',
  );
  const fromBuild = last(built ?? [], 'IDF_TARGET');
  const target = chooseTarget(options.target, fromBuild ?? fromDefaults);
  if (fromBuild === undefined && fromDefaults !== undefined && fromDefaults.value !== target.value) {
    const params = { expected: target.value, written: fromDefaults.value };
    findings.push(firmwareErrors.finding('firmware.target-differs', params, lineOf(fromDefaults), 'warning'));
  }
  const foreign = fromBuild !== undefined && fromBuild.value !== target.value;
  if (foreign) {
    const params = { built: fromBuild.value, expected: target.value };
    findings.push(firmwareErrors.finding('firmware.sdkconfig-other-chip', params, lineOf(fromBuild)));
  }
  for (const file of options.defaults?.map((name) => joinPath(root, name)) ?? []) {
    if (read(file) === undefined)
      findings.push(firmwareErrors.finding('firmware.defaults-missing', { file }, { file }));
  }

  const order = defaults.flatMap((file) => [file, `${file}.${target.value}`]);
  const files = [...new Set(order)].filter((file) => read(file) !== undefined);
  if (built !== undefined && !foreign) files.push(sdkconfig);
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

export function lineOf({ file, line }: Setting): SourceLine {
  return { file, line };
}

/** The source location of a value; for a default, the file where a line would be added. */
export function locationOf(known: Pick<Known<unknown>, 'origin'>, defaultsFile: string): Where {
  return known.origin === 'default' ? { file: defaultsFile } : known.origin;
}

function variantFiles(variant: string | undefined): string[] {
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
