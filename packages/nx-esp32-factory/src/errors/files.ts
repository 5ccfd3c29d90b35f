import { errorTable, row } from 'nvs-core';

export const filesErrors = errorTable({
  'files.missing': row<{ path: string }>(
    (p) => `there is no file ${p.path}`,
    () =>
      'check the path: relative ones start at the folder of the file that names them, or where the command runs',
  ),
  'files.is-directory': row<{ path: string }>(
    (p) => `${p.path} is a directory, but a file is wanted`,
    () => 'name the file inside it',
  ),
  'files.not-a-directory': row<{ path: string }>(
    (p) => `${p.path} is a file, but a directory is wanted`,
    () => 'choose another output folder, or move that file away',
  ),
  'files.not-permitted': row<{ path: string; action: 'read' | 'write' }>(
    (p) => `${p.path} cannot be ${p.action === 'read' ? 'read' : 'written'}: permission denied`,
    (p) => `give this user permission to ${p.action} it, or run as its owner`,
  ),
  'files.too-large': row<{ path: string; size: number; limit: number }>(
    (p) => `${p.path} is ${p.size} bytes long; at most ${p.limit} are read`,
    () => 'is this the right file?',
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
    (p) => `a set of files is not yet all in its places, what is left of it is in ${p.path}: ${p.reason}`,
    () =>
      'run it again as the same user: that finishes the set first; or remove that folder, and make all of the files anew',
  ),
  'files.same-output': row<{ path: string }>(
    (p) => `two outputs have the same path ${p.path}`,
    () => 'give them different names',
  ),
});
