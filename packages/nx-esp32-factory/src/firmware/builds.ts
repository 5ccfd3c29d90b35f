/**
 * What builds left behind: project_description.json and config/sdkconfig.json of a build folder (ESP-IDF Programming
 * Guide, "Build System", "Build Directory Contents"; tools/cmake/project_description.json.in).
 */
import type { Finding } from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import { joinPath, type RecordingReader } from './files';
import { type IdfVersion, parseIdfVersion } from './idf-version';
import { parseJsonObject } from './json-object';

export interface Build {
  readonly folder: string;
  /** Its project_description.json. */
  readonly file: string;
  readonly target?: string;
  /** The sdkconfig that it names, below the root. */
  readonly sdkconfig?: string;
  /** SDKCONFIG_DEFAULTS, below the root. */
  readonly defaults?: readonly string[];
  /** All values of the build, also Kconfig's defaults: config/sdkconfig.json. */
  readonly values: string;
  readonly idfVersion?: IdfVersion;
  /** Milliseconds since 1970; 0 if it is not known. */
  readonly modified: number;
  /** Paths that it records outside of the project, which are not followed. */
  readonly outside: readonly { readonly name: string; readonly path: string }[];
}

const DESCRIPTION = 'project_description.json';

/** The builds in the folders, newest first; broken descriptions are in `findings`. */
export function readBuilds(
  root: string,
  folders: readonly string[],
  reader: RecordingReader,
  findings: Finding[],
): Build[] {
  const builds = [...new Set(folders)].flatMap((folder) => {
    const build = readBuild(root, folder, reader, findings);
    return build === undefined ? [] : [build];
  });
  return builds.sort((a, b) => b.modified - a.modified || (a.folder < b.folder ? -1 : 1));
}

/** The folders of a project where its builds are by convention: build, build_esp32c6, build-product... */
export function buildFoldersOf(root: string, reader: RecordingReader): string[] {
  return reader
    .foldersOf(root)
    .filter((name) => /^(?:cmake-)?build/i.test(name))
    .map((name) => joinPath(root, name));
}

function readBuild(
  root: string,
  folder: string,
  reader: RecordingReader,
  findings: Finding[],
): Build | undefined {
  const file = joinPath(folder, DESCRIPTION);
  const text = reader.readText(file);
  if (text === undefined) return undefined;
  const fields = parseJsonObject(text);
  if (fields === undefined) {
    findings.push(firmwareErrors.finding('firmware.build-invalid', { file }, { file }, 'warning'));
    return undefined;
  }
  const field = (name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined;
  };
  const recorded = field('project_path');
  const outside: { name: string; path: string }[] = [];
  const follow = (name: string, path: string): string[] => {
    const inside = belowRoot(path, recorded);
    if (inside === undefined) outside.push({ name, path });
    return inside === undefined ? [] : [joinPath(root, inside)];
  };
  const configFile = field('config_file');
  const [sdkconfig] = configFile === undefined ? [] : follow('config_file', configFile);
  const defaults = field('config_defaults')
    ?.split(';')
    .filter((path) => path !== '')
    .flatMap((path) => follow('config_defaults', path));
  const target = field('target');
  const idfVersion = parseIdfVersion(field('git_revision') ?? '');
  return {
    folder,
    file,
    ...(target === undefined ? {} : { target }),
    ...(sdkconfig === undefined ? {} : { sdkconfig }),
    ...(defaults === undefined ? {} : { defaults }),
    ...(idfVersion === undefined ? {} : { idfVersion }),
    values: joinPath(folder, 'config/sdkconfig.json'),
    modified: reader.modifiedAt(file),
    outside,
  };
}

/** Builds record absolute paths, often those of a container: a path below the recorded project is one below ours. */
function belowRoot(path: string, recorded: string | undefined): string | undefined {
  const clean = normal(path);
  const isAbsolute = clean.startsWith('/') || /^[A-Za-z]:\//.test(clean);
  const base = recorded === undefined ? undefined : `${normal(recorded)}/`;
  const inside = !isAbsolute
    ? clean
    : base !== undefined && clean.startsWith(base)
      ? clean.slice(base.length)
      : '';
  return inside === '' || inside.split('/').includes('..') ? undefined : inside;
}

function normal(path: string): string {
  const parts = path.replaceAll('\\', '/').split('/');
  return parts.filter((part, index) => part !== '.' && (part !== '' || index === 0)).join('/');
}
