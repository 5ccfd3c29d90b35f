import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import { writeOutputs } from '../../src/files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  'null',
  '5',
  '[]',
  '{"inode":"1"}',
  '{"inode":"1","moves":[null]}',
  '{"inode":"1","moves":[{"from":{"toString":1},"to":"a"}]}',
  '{"inode":"1","moves":[{"from":"../a","to":"a"}]}',
  '{"inode":"1","moves":[{"from":"a","to":"../../a"}]}',
])('a malformed journal is rejected: %s', (text) => {
  const set = join(folder, '.esp32-factory-commit');
  mkdirSync(set);
  writeFileSync(join(set, 'a.journal'), text);
  let thrown: unknown;
  try {
    writeOutputs([{ path: join(folder, 'partition.bin'), data: new Uint8Array(1), secret: true }]);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FactoryError);
  expect(thrown).toMatchObject({ code: 'files.unfinished' });
  expect(readdirSync(folder)).toEqual(['.esp32-factory-commit']);
});
