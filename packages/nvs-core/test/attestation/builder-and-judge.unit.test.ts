/** What writes ASN.1 and what reads it share no code: only what is issued is read back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../src/attestation');

/** Each file of a folder, with what it imports. */
function importsOf(folder: string): [file: string, imports: string[]][] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  return files.map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const imports = [...text.matchAll(/(?:\bfrom|\bimport\()\s*'([^']+)'/g)].map(([, name = '']) => name);
    return [file, imports];
  });
}

const using = (folder: string, pattern: RegExp) =>
  importsOf(folder)
    .filter(([, imports]) => imports.some((name) => pattern.test(name)))
    .map(([file]) => file);

test('no reader imports a writer or node-forge', () => {
  expect(using(FOLDER, /^\.\/der$/)).toContain('certificate.ts');
  expect(using(FOLDER, /^\.\/issue\/|^node-forge/)).toEqual([]);
});

test('no writer imports the strict reader, and two files node-forge', () => {
  const issue = join(FOLDER, 'issue');
  expect(using(issue, /\/certificate$/)).toContain('certificate.ts');
  expect(using(issue, /^\.\.\/(der|oid)$/)).toEqual([]);
  expect(using(issue, /^node-forge/)).toEqual(['asn1.ts', 'node-forge.d.ts', 'pem.ts']);
});
