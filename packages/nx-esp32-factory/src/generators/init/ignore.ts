import { CREDENTIALS_FOLDER } from './credentials';
import { DEVELOPMENT_KEYS_PATTERN } from './development';
import type { Draft } from './draft';

const FILE = '.gitignore';
const HEADER = '# nx-esp32-factory: private keys, and images that contain them';

/** Private keys of development credentials, and outputs of the targets, in all apps. */
const PATTERNS = [`**/${CREDENTIALS_FOLDER}/${DEVELOPMENT_KEYS_PATTERN}`, '/dist/**/factory/'];

/** Lines that ignore the whole dist folder. */
const WHOLE_DIST = ['dist', '/dist', 'dist/', '/dist/', '/dist/*', 'dist/*', '**/dist', '**/dist/'];

/** Adds missing lines to .gitignore; `keys` are the user's own private keys, relative to the workspace. */
export function addIgnoreLines(draft: Draft, keys: readonly string[] = []): void {
  const text = draft.readText(FILE) ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const required = [
    ...PATTERNS,
    ...keys.filter((key) => !isCovered(key)).map((key) => `/${escapePattern(key)}`),
  ];
  const missing = required.filter((line) => {
    if (line === '/dist/**/factory/' && WHOLE_DIST.some((pattern) => lines.includes(pattern))) return false;
    return !lines.includes(line);
  });
  if (missing.length === 0) return;
  const separator = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  const header = lines.includes(HEADER) ? [] : [HEADER];
  draft.write(FILE, `${text}${separator}${[...header, ...missing].join(eol)}${eol}`);
}

/** Whether the pattern of the development keys already ignores the path. */
function isCovered(path: string): boolean {
  const [folder, name = ''] = path.split('/').slice(-2);
  return folder === CREDENTIALS_FOLDER && name.endsWith(DEVELOPMENT_KEYS_PATTERN.replace('*', ''));
}

/** Escapes characters that .gitignore would read as a pattern. */
function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, '\\$&');
}
