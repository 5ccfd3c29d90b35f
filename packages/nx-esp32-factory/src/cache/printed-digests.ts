/**
 * The digests that were printed for Nx, by config: the image executor compares them with the digest of what it read. One
 * file per config, one line per digest; a line is appended by one call, so concurrent runs lose none.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readStateFile, writeOutputs } from '../files';
import { stateFolder } from './state-folder';

export interface PrintedDigest {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly digest: string;
}

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const LINE = /^(\d{1,15}) ([0-9a-f]{64})$/;
/** Bytes of a file that is cut down to its last lines. */
const LONG = 32 * 1024;
const LIMIT = 1024 * 1024;
const KEPT_LINES = 100;

/** The file of a config; both paths absolute, or from the current folder. */
export function recordFile(config: string, workspaceRoot: string): string {
  const name = relative(resolve(workspaceRoot), resolve(config)).replaceAll('\\', '/');
  const id = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return join(stateFolder(workspaceRoot), 'digests', id);
}

/** Records a digest that is about to be printed; false if that is impossible. */
export function recordDigest(file: string, { at, digest }: PrintedDigest): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (append(file, `\n${at} ${digest}\n`) > LONG) shorten(file);
    return true;
  } catch {
    return false;
  }
}

/** The digests printed for a config, oldest first; what is malformed is ignored. */
export function printedDigests(file: string): readonly PrintedDigest[] {
  const text = readStateFile(file, LIMIT)?.toString('latin1') ?? '';
  return text.split('\n').flatMap((line) => {
    const [, at, digest] = LINE.exec(line) ?? [];
    return at === undefined || digest === undefined ? [] : [{ at: Number(at), digest }];
  });
}

/** Returns the new size in bytes. */
function append(file: string, text: string): number {
  const descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    if (!fstatSync(descriptor).isFile()) throw new TypeError('not a file');
    writeSync(descriptor, text);
    return fstatSync(descriptor).size;
  } finally {
    closeSync(descriptor);
  }
}

function shorten(file: string): void {
  const lines = printedDigests(file)
    .slice(-KEPT_LINES)
    .map(({ at, digest }) => `${at} ${digest}\n`);
  writeOutputs([{ path: file, data: lines.join(''), secret: true }]);
}
