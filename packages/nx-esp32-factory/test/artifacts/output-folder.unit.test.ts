import fs, { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { readManifest } from '../../src/artifacts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-folder-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const code = () => {
  try {
    readManifest(folder);
    return undefined;
  } catch (error) {
    if (error instanceof FactoryError) return error.code;
    throw error;
  }
};

it('tells a folder without a manifest from one that this user may not enter, and from a dangling link', () => {
  expect(code()).toBe('factory.manifest-missing');
  symlinkSync('nowhere', join(folder, 'manifest.json'));
  expect(code()).toBe('files.missing');
  const denied = Object.assign(new Error('no'), { code: 'EACCES', errno: -13, syscall: 'lstat' });
  jest.spyOn(fs, 'lstatSync').mockImplementation(() => {
    throw denied;
  });
  // As root, the user of many test machines, everything is allowed.
  jest.spyOn(fs, 'accessSync').mockImplementation((path) => {
    if (path === folder) throw denied;
  });
  expect(code()).toBe('files.folder-not-permitted');
});
