/** Reads each file once, so that all who read it, and a digest of what they read, see the same bytes. */
import { resolve } from 'node:path';
import { foldersOf, modifiedAt } from './folders';
import { INPUT_LIMIT } from './limits';
import { readInput, readOptional } from './read';
import { filesOf } from './trust-folder';

/** What the inputs of a device are read through. */
export interface InputReader {
  /** The bytes of a file of at most `limit` bytes, or as many as a reference may have. Errors: files.*. */
  readonly readFile: (path: string, limit?: number) => Uint8Array;
  /** The bytes of a file; undefined if there is none. Errors: files.*. */
  readonly readOptional: (path: string, limit?: number) => Uint8Array | undefined;
  /** The paths of the certificates in a folder. Errors: files.*. */
  readonly filesOf: (folder: string) => readonly string[];
  /** The names of the folders in a folder, in order; none if it cannot be listed. */
  readonly foldersOf: (folder: string) => readonly string[];
  /** When a file was changed, in milliseconds since 1970; undefined if there is none. */
  readonly modifiedAt: (path: string) => number | undefined;
}

/** Reads from the disk each time. */
export const DISK: InputReader = {
  readFile: (path, limit = INPUT_LIMIT.reference) => readInput(path, limit),
  readOptional,
  filesOf,
  foldersOf,
  modifiedAt,
};

export interface RecordedReads extends InputReader {
  /** Overwrites what was read: the keys among it. */
  readonly wipe: () => void;
}

/**
 * Reads from the disk once, and gives the same answer afterwards: bytes, an error, or nothing. The limit of the first
 * reader of a file holds for all.
 */
export function recordedReads(from: InputReader = DISK): RecordedReads {
  const read: Uint8Array[] = [];
  const keep = <T extends Uint8Array | undefined>(data: T): T => {
    if (data !== undefined) read.push(data);
    return data;
  };
  return {
    readFile: once((path, limit?: number) => keep(from.readFile(path, limit))),
    readOptional: once((path, limit?: number) => keep(from.readOptional(path, limit))),
    filesOf: once((folder) => from.filesOf(folder)),
    foldersOf: once((folder) => from.foldersOf(folder)),
    modifiedAt: once((path) => from.modifiedAt(path)),
    wipe: () => {
      for (const data of read.splice(0)) data.fill(0);
    },
  };
}

/** The first answer for each path, thrown or returned. */
function once<T, Rest extends unknown[]>(
  work: (path: string, ...rest: Rest) => T,
): (path: string, ...rest: Rest) => T {
  const answers = new Map<string, () => T>();
  return (path, ...rest) => {
    const key = resolve(path);
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = answerOf(() => work(path, ...rest));
      answers.set(key, answer);
    }
    return answer();
  };
}

function answerOf<T>(work: () => T): () => T {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
