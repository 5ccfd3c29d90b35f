/** What reading an app needs of a file system: an executor gives node:fs, a generator a Tree. */
export interface FileReader {
  /** The bytes of a file, undefined when there is none. */
  readonly readFile: (path: string) => Uint8Array | undefined;
}

/** A reader that remembers what it was asked for: the inputs of everything derived. */
export interface RecordingReader {
  /** The text of a file, undefined when there is none. */
  readonly readText: (path: string) => string | undefined;
  /** The bytes of a file, undefined when there is none. */
  readonly readBytes: (path: string) => Uint8Array | undefined;
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
  return { readBytes, readText, read, missing };
}

/** A path below a root, "/" between; an absolute path stays. */
export function joinPath(root: string, path: string): string {
  const clean = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  if (clean.startsWith('/') || /^[A-Za-z]:\//.test(clean) || root === '' || root === '.') return clean;
  const parts = root.replaceAll('\\', '/').replace(/\/+$/, '').split('/');
  const rest = clean.split('/');
  while (rest[0] === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') {
    parts.pop();
    rest.shift();
  }
  return [...parts, ...rest].join('/');
}
