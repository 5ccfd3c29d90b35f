import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';

const SRC = join(__dirname, '../../src');

/** Files that open others without files/read.ts, and what those are. */
const OWN: Readonly<Record<string, string>> = {
  'files/folders.ts': 'lists folders, and reads the times of files, never their contents',
  'artifacts/output-location.ts': 'the names in an output folder',
  'cache/digest.ts': 'its own code, and the names in key folders',
  'cache/exact-outputs.ts': 'the names in an output folder',
  'cache/nx-process.ts': '/proc',
  'cache/printed-digests.ts': 'its own record of digests, to append to it',
  'efuse/key-files.ts': 'its own key files, in a folder of mode 0700',
  'files/commit.ts': 'its own journal, in a folder of mode 0700 of this user',
  'files/staging.ts': 'its own staging folders',
  'files/state-file.ts': 'its own small files, only if they are regular',
  'files/trust-folder.ts': 'the names in a folder of certificates',
  'flash/port.ts': 'the names in /dev',
  'flash/private-folder.ts': 'its own folders',
  'flash/process-identity.ts': '/proc',
  'flash/read-back.ts': "what esptool wrote to this run's private folder",
  'signer/digest-file.ts': "this run's own file, for a signer",
};

const READS = /\b(?:readFileSync|readFile|openSync|createReadStream|readdirSync|opendirSync|tree\.read)\(/;

test('only files/read.ts opens files of a workspace', () => {
  const readers = globSync('**/*.ts', { cwd: SRC, ignore: ['generators/*/files/**'] }).filter((file) => {
    const code = readFileSync(join(SRC, file), 'utf8').replace(/^ *(?:\*|\/\/|\/\*).*$/gm, '');
    return /from 'node:fs(?:\/promises)?'/.test(code) && READS.test(code);
  });
  expect(readers.filter((file) => file !== 'files/read.ts' && OWN[file] === undefined)).toEqual([]);
  expect(Object.keys(OWN).filter((file) => !readers.includes(file))).toEqual([]);
});
