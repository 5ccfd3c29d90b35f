/**
 * The version of ESP-IDF that an app is built with, from its files: dependencies.lock and idf_component.yml of the
 * component manager (IDF Component Manager, "idf_component.yml manifest file", "Versioning"), and what a build writes.
 */
import { joinPath, type RecordingReader } from './files';

/** A range of versions: at least `from`, and below `below`. A known version has both. */
export interface IdfVersion {
  readonly from?: readonly [major: number, minor: number];
  readonly below?: readonly [major: number, minor: number];
}

/** Whether the version is a given one or later; undefined if that is not known. */
export function isAtLeast(
  version: IdfVersion | undefined,
  wanted: readonly [number, number],
): boolean | undefined {
  if (version?.from !== undefined && compare(version.from, wanted) >= 0) return true;
  return version?.below !== undefined && compare(version.below, wanted) <= 0 ? false : undefined;
}

/** The version in "v5.4.1", "6.0-dev-123-gabcdef0" or "ESP-IDF) 5.5"; undefined if there is none. */
export function parseIdfVersion(text: string): IdfVersion | undefined {
  const [, major, minor] = /^v?(\d{1,3})\.(\d{1,3})(?!\d)/.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const from = [Number(major), Number(minor)] as const;
  return { from, below: [from[0], from[1] + 1] };
}

/** The version in the header of an sdkconfig: "(ESP-IDF) 5.4.1 Project Configuration". */
export function versionOfHeader(text: string): IdfVersion | undefined {
  const [, version] = /^#[^\n]{0,80}\(ESP-IDF\) (\S{1,40}) Project/m.exec(text.slice(0, 1000)) ?? [];
  return version === undefined ? undefined : parseIdfVersion(version);
}

const MANIFESTS = ['main/idf_component.yml', 'idf_component.yml'];

/** The version that the component manager locked, or else the range that the app's manifests accept. */
export function readIdfVersion(root: string, reader: RecordingReader): IdfVersion | undefined {
  const written = (name: string) => idfEntry(reader.readText(joinPath(root, name)) ?? '') ?? '';
  const locked = parseIdfVersion(written('dependencies.lock'));
  if (locked !== undefined) return locked;
  for (const name of MANIFESTS) {
    const range = parseRange(written(name));
    if (range !== undefined) return range;
  }
  return undefined;
}

/** The version of the dependency "idf": on its line, or on the line `version` of its mapping. */
function idfEntry(text: string): string | undefined {
  let indent: number | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    const depth = line.length - line.trimStart().length;
    const [name, value] = entryOf(line.trim());
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    if (indent !== undefined && depth <= indent) indent = undefined;
    if (indent === undefined && name === 'idf') {
      if (value !== '') return value;
      indent = depth;
    } else if (indent !== undefined && name === 'version' && value !== '') return value;
  }
  return undefined;
}

/** The name and the value of a line of YAML, without quotes and comment. */
function entryOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon < 0) return ['', ''];
  const [value = ''] = line.slice(colon + 1).split(' #');
  const unquoted = (text: string) => text.trim().replace(/^["']/, '').replace(/["']$/, '');
  return [unquoted(line.slice(0, colon)), unquoted(value)];
}

/** A range of the component manager: ">=5.1,<6.0", "~5.4", "^5.3.1", "5.*", "==5.4.2", "5.4". */
function parseRange(written: string): IdfVersion | undefined {
  let from: IdfVersion['from'];
  let below: IdfVersion['below'];
  for (const part of written.split(',').slice(0, 8)) {
    const [, operator = '', major, minor, patch] =
      /^\s{0,9}(>=|<=|==|!=|~=|>|<|~|\^|=)?\s{0,9}v?(\d{1,3})(?:\.(\d{1,3}|\*))?(?:\.(\d{1,3}|\*))?/.exec(
        part,
      ) ?? [];
    if (major === undefined || operator === '!=') continue;
    const version = [Number(major), minor === undefined || minor === '*' ? 0 : Number(minor)] as const;
    const isWide = minor === undefined || minor === '*';
    const next = isWide ? ([version[0] + 1, 0] as const) : ([version[0], version[1] + 1] as const);
    if (operator === '>=' || operator === '>') from = version;
    else if (operator === '<') below = patch === undefined || Number(patch) === 0 ? version : next;
    else if (operator === '<=') below = next;
    else {
      from = version;
      // "~=5.1" and "^5.1" allow later versions of the same major; "~=5.1.2" and "~5.1" of the same minor.
      const isMajor = operator === '^' || (operator === '~=' && patch === undefined);
      below = isMajor ? [version[0] + 1, 0] : next;
    }
  }
  if (from === undefined && below === undefined) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(below === undefined ? {} : { below }) };
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}
