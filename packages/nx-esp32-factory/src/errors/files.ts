import { errorTable, row } from 'nvs-core/errors';

export const filesErrors = errorTable({
  'files.missing': row<{ path: string }>(
    (p) => `there is no file ${p.path}`,
    () =>
      'check the path: relative paths start at the folder of the file that names them, or at the current folder',
  ),
  'files.is-directory': row<{ path: string }>(
    (p) => `${p.path} is a directory; it must be a file`,
    () => 'give the path of a file in it',
  ),
  'files.not-a-directory': row<{ path: string }>(
    (p) => `${p.path} is a file; it must be a directory`,
    () => 'choose another folder, or move that file',
  ),
  'files.not-permitted': row<{ path: string; action: 'read' | 'write' }>(
    (p) => `${p.path} cannot be ${p.action === 'read' ? 'read' : 'written'}: permission denied`,
    (p) => `give this user permission to ${p.action} it, or run as its owner`,
  ),
  'files.folder-not-permitted': row<{ path: string; folder: string; action: 'read' | 'write' }>(
    (p) =>
      p.action === 'read'
        ? `${p.path} cannot be read: this user may not enter the folder ${p.folder}`
        : `${p.path} cannot be written: the folder ${p.folder} is read-only for this user`,
    (p) =>
      p.action === 'read'
        ? 'give this user permission to enter the folder, or run as its owner'
        : 'give this user permission to write to the folder, run as its owner, or choose another folder',
  ),
  'files.read-only': row<{ path: string }>(
    (p) => `${p.path} cannot be written: its file system is read-only`,
    () => 'choose a folder on another file system, or mount this one for writing',
  ),
  'files.link': row<{ path: string }>(
    (p) => `${p.path} is a symbolic link; nothing is written through it`,
    () => 'remove the link, or name the folder that it leads to',
  ),
  'files.too-large': row<{ path: string; size: number; limit: number }>(
    (p) => `${p.path} is ${p.size} bytes long; the limit is ${p.limit}`,
    () => 'is this the right file?',
  ),
  'files.not-regular': row<{ path: string; kind: string }>(
    (p) => `${p.path} is ${p.kind}; it must be a regular file`,
    () => 'write its content to a file, and name that',
  ),
  'files.path-invalid': row<{ path: string }>(
    (p) => `the path ${p.path} contains NUL, which no path can`,
    () => 'remove "\\0" or "\\u0000" from the path',
  ),
  'files.silent': row<{ path: string; seconds: number }>(
    (p) => `${p.path} gave no data for ${p.seconds} s`,
    () => 'does the program that writes to it still run? write its output to a file first, and name that',
  ),
  'files.too-many': row<{ path: string; count: number; limit: number }>(
    (p) => `${p.path} has ${p.count} entries; the limit is ${p.limit}`,
    () => 'is this the right folder?',
  ),
  'files.no-space': row<{ path: string }>(
    (p) => `${p.path} cannot be written: the disk is full (or over its quota)`,
    () => 'free some space and run it again; nothing was changed',
  ),
  'files.failed': row<{ path: string; action: 'read' | 'write'; reason: string }>(
    (p) => `${p.path} cannot be ${p.action === 'read' ? 'read' : 'written'}: ${p.reason}`,
    () => 'see the reason given by the operating system; nothing was changed',
  ),
  'files.unfinished': row<{ path: string; reason: string }>(
    (p) => `a set of files is only partly written; the rest of it is in ${p.path}: ${p.reason}`,
    () =>
      'run it again as the same user, which finishes the set first; or delete that folder, and make all of the files again',
  ),
  'files.key-exists': row<{ path: string; option: string }>(
    (p) => `${p.path} already exists, and may be the only copy of another key: a new key does not replace it`,
    (p) => `name another file with ${p.option}, or remove ${p.path} if its key is no longer needed`,
  ),
  'files.same-output': row<{ path: string }>(
    (p) => `two outputs have the same path ${p.path}`,
    () => 'give them different names',
  ),
});
