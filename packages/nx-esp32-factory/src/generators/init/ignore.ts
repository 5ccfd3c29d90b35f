import { CREDENTIALS_FOLDER } from './credentials';
import { DEVELOPMENT_KEYS_PATTERN } from './development';
import type { Draft } from './draft';

const FILE = '.gitignore';
const HEADER = '# nx-esp32-factory: private keys, and images that hold them';

/** Private keys of development credentials, and the outputs of the targets, of every app. */
const PATTERNS = [`**/${CREDENTIALS_FOLDER}/${DEVELOPMENT_KEYS_PATTERN}`, '/dist/**/factory/'];

/** Lines that ignore all of dist/. */
const WHOLE_DIST = ['dist', '/dist', 'dist/', '/dist/', '/dist/*', 'dist/*', '**/dist', '**/dist/'];

/** Adds the lines to .gitignore that are missing; `keys` are private keys of the user's own, from the root. */
export function addIgnoreLines(draft: Draft, keys: readonly string[] = []): void {
  const text = draft.readText(FILE) ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const wanted = [
    ...PATTERNS,
    ...keys.filter((key) => !isCovered(key)).map((key) => `/${escapePattern(key)}`),
  ];
  const missing = wanted.filter((line) => {
    if (line === '/dist/**/factory/' && WHOLE_DIST.some((pattern) => lines.includes(pattern))) return false;
    return !lines.includes(line);
  });
  if (missing.length === 0) return;
  const separator = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  const header = lines.includes(HEADER) ? [] : [HEADER];
  draft.write(FILE, `${text}${separator}${[...header, ...missing].join(eol)}${eol}`);
}

/** Whether the pattern of the development keys ignores the path already. */
function isCovered(path: string): boolean {
  const [folder, name = ''] = path.split('/').slice(-2);
  return folder === CREDENTIALS_FOLDER && name.endsWith(DEVELOPMENT_KEYS_PATTERN.replace('*', ''));
}

/** What .gitignore would read as a pattern is taken literally. */
function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, '\\$&');
}
