// Rejects words in tracked text: those of the table "Words" that are wrong in any context.
//
// node tools/words.mjs [folder of the repository]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Patterns (a space matches any white space and wrapped comments), and the words to use instead. */
const WORDS = [
  [/\brotatingIdUniqueId/, 'rotatingDeviceIdUniqueId'],
  [/\brdIdUid/, 'rotatingDeviceIdUniqueId; rd-id-uid is the key of the firmware'],
  [/\bcommissionerResult/, 'attestation result'],
  [/\bliteralSecrets?\b|\bliteral secrets?\b/i, 'inline secret'],
  [/\bstrangerFinding|\b(at|for|by) a stranger\b/, 'unknown key, unknown signer'],
  [/\b(stands?|stood) in place of\b|\bin place of what\b/i, 'override'],
  [/\b(hold|holds|held|holding)( [^\s.;:]+){0,4} against\b/i, 'compare with, cross-check against'],
  [/\bin vain\b/i, 'say what happens: not found, ignored'],
  [/\bcount(s|ed)? for nothing\b/i, 'is ignored'],
  [/\b[Mm]end(s|ed|ing)?(?![a-z])/, 'fix'],
  [/\bturn(s|ed|ing)? away\b/i, 'reject'],
  [/\bonly a memory\b/i, 'cache'],
].map(([pattern, say]) => [
  new RegExp(pattern.source.replaceAll(' ', '(?:[\\s*/#]+)'), `${pattern.flags}g`),
  say,
]);

/** The project's history, names of other packages, and the table itself. */
const LEFT_OUT = ['CHANGELOG.md', 'package-lock.json', 'tools/words.mjs', 'tools/words.int.test.ts'];

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));
const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && !LEFT_OUT.includes(file));

const found = files.flatMap((file) => check(file, read(file)));
if (found.length > 0) {
  console.error(found.join('\n'));
  console.error(`\n${found.length} words that tools/words.mjs rejects`);
  process.exit(1);
}
console.log('words: as agreed');

function check(file, text) {
  return WORDS.flatMap(([pattern, say]) =>
    [...text.matchAll(pattern)].map(({ 0: words, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line}: "${words.replace(/[\s*/#]+/g, ' ')}": say "${say}"`;
    }),
  );
}

/** The text of a file; empty if it is binary, or deleted but still tracked. */
function read(file) {
  try {
    const text = readFileSync(join(root, file), 'utf8');
    return text.includes('\0') ? '' : text;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return '';
    throw error;
  }
}
