/** Reads each file once, so that all who read it, and a digest of what they read, see the same bytes. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readInput } from './read';
import { filesOf } from './trust-folder';

/** What the inputs of a device are read through. */
export interface InputReader {
  /** The bytes of a file. Errors: files.*. */
  readonly readFile: (path: string) => Uint8Array;
  /** The bytes of a regular file; undefined if there is none. Errors: files.*. */
  readonly readOptional: (path: string) => Uint8Array | undefined;
  /** The paths of the certificates in a folder. Errors: files.*. */
  readonly filesOf: (folder: string) => readonly string[];
}

/** Reads from the disk each time. */
export const DISK: InputReader = { readFile: (path) => readInput(path), readOptional, filesOf };

export interface RecordedReads extends InputReader {
  /** Overwrites what was read: the keys among it. */
  readonly wipe: () => void;
}

/** Reads from the disk once, and gives the same answer afterwards: bytes, an error, or nothing. */
export function recordedReads(from: InputReader = DISK): RecordedReads {
  const read: Uint8Array[] = [];
  const keep = <T extends Uint8Array | undefined>(data: T): T => {
    if (data !== undefined) read.push(data);
    return data;
  };
  return {
    readFile: once((path) => keep(from.readFile(path))),
    readOptional: once((path) => keep(from.readOptional(path))),
    filesOf: once((folder) => from.filesOf(folder)),
    wipe: () => {
      for (const data of read.splice(0)) data.fill(0);
    },
  };
}

/** The first answer for each path, thrown or returned. */
function once<T>(work: (path: string) => T): (path: string) => T {
  const answers = new Map<string, () => T>();
  return (path) => {
    const key = resolve(path);
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = answerOf(work, path);
      answers.set(key, answer);
    }
    return answer();
  };
}

function answerOf<T>(work: (path: string) => T, path: string): () => T {
  try {
    const value = work(path);
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function readOptional(path: string): Uint8Array | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readInput(path) : undefined;
}
