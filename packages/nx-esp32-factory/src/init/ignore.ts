import { OUTPUT_ROOT } from '../config';
import { KEY_FOLDER } from '../files';
import { CREDENTIALS_FOLDER } from './credentials';
import { DEVELOPMENT_KEYS_PATTERN } from './development';
import type { Draft } from './draft';

const FILE = '.gitignore';
const HEADER = '# nx-esp32-factory: private keys, and images that contain them';

/** Private keys of development credentials, outputs of the targets, and generated keys, in all apps. */
const PATTERNS = [
  `**/${CREDENTIALS_FOLDER}/${DEVELOPMENT_KEYS_PATTERN}`,
  `/${OUTPUT_ROOT}/`,
  `**/${KEY_FOLDER}/`,
];

/** Adds missing lines to .gitignore; `keys` are the user's own private keys, relative to the workspace. */
export function addIgnoreLines(draft: Draft, keys: readonly string[] = []): void {
  const text = draft.readText(FILE) ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const required = [
    ...PATTERNS,
    ...keys.filter((key) => !isCovered(key)).map((key) => `/${escapePattern(key)}`),
  ];
  const missing = required.filter((line) => !sameLines(line).some((same) => lines.includes(same)));
  if (missing.length === 0) return;
  const separator = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  const header = lines.includes(HEADER) ? [] : [HEADER];
  draft.write(FILE, `${text}${separator}${[...header, ...missing].join(eol)}${eol}`);
}

/** Lines that ignore as much as the line for a folder does, or more. */
function sameLines(line: string): string[] {
  const folder = /^(?:\/|\*\*\/)([\w-]+)\/$/.exec(line)?.[1];
  if (folder === undefined) return [line];
  const anywhere = [folder, `**/${folder}`].flatMap((path) => [path, `${path}/`]);
  const atRoot = [
    `/${folder}`,
    `/${folder}/`,
    `/${folder}/*`,
    `/${folder}/**`,
    `${folder}/*`,
    `${folder}/**`,
  ];
  return line.startsWith('**/') ? anywhere : [...anywhere, ...atRoot];
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
