/** The file system access that reading an app requires: executors use node:fs, generators a Tree. */
export interface FileReader {
  /** The bytes of a file; undefined if there is none. */
  readonly readFile: (path: string) => Uint8Array | undefined;
  /** The names of the folders in a folder; none if it cannot be listed. Without it, builds are not found. */
  readonly foldersOf?: (folder: string) => readonly string[];
  /** When a file was changed, in milliseconds since 1970. */
  readonly modifiedAt?: (path: string) => number | undefined;
}

/** A reader that records the paths it was asked for: the inputs of the result. */
export interface RecordingReader {
  /** The text of a file; undefined if there is none. */
  readonly readText: (path: string) => string | undefined;
  /** The bytes of a file; undefined if there is none. */
  readonly readBytes: (path: string) => Uint8Array | undefined;
  readonly foldersOf: (folder: string) => readonly string[];
  /** Milliseconds since 1970; 0 if it is not known. */
  readonly modifiedAt: (path: string) => number;
  /** Whether there is a file or folder. */
  readonly exists: (path: string) => boolean;
  /** Paths that were read, and those that were not found, in order. */
  readonly read: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
}

export function recordingReader(files: FileReader): RecordingReader {
  const read = new Set<string>();
  const missing = new Set<string>();
  const readBytes = (path: string) => {
    const data = files.readFile(path);
    (data === undefined ? missing : read).add(path);
    return data;
  };
  const readText = (path: string) => {
    const data = readBytes(path);
    return data === undefined ? undefined : new TextDecoder().decode(data);
  };
  const foldersOf = (folder: string) => files.foldersOf?.(folder) ?? [];
  const modifiedAt = (path: string) => files.modifiedAt?.(path) ?? 0;
  const exists = (path: string) => modifiedAt(path) > 0 || readBytes(path) !== undefined;
  return { readBytes, readText, foldersOf, modifiedAt, exists, read, missing };
}

/** Joins a root and a path with "/"; an absolute path is returned unchanged. */
export function joinPath(root: string, path: string): string {
  const clean = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  if (clean.startsWith('/') || /^[A-Za-z]:\//.test(clean) || root === '' || root === '.') return clean;
  const parts = root.replaceAll('\\', '/').split('/');
  while (parts.at(-1) === '' && parts.length > 1) parts.pop();
  const rest = clean.split('/');
  while (rest[0] === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') {
    parts.pop();
    rest.shift();
  }
  return [...parts, ...rest].join('/');
}
