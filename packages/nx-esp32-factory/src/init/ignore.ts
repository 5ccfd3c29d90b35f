import { OUTPUT_ROOT } from '../config';
import { KEY_FOLDER } from '../files';
import type { Draft } from './draft';

const FILE = '.gitignore';
const HEADER = '# nx-esp32-factory: private keys, and images that contain them';

/** Outputs of the targets, and generated keys, in all apps. */
const PATTERNS = [`/${OUTPUT_ROOT}/`, `**/${KEY_FOLDER}/`];

/** Adds missing lines to .gitignore, also for the given paths, relative to the workspace; folders end with "/". */
export function addIgnoreLines(draft: Draft, paths: readonly string[] = []): void {
  const text = draft.readText(FILE) ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const required = [...PATTERNS, ...paths.map((path) => `/${escapePattern(path)}`)];
  const missing = required.filter((line) => !sameLines(line).some((same) => lines.includes(same)));
  if (missing.length === 0) return;
  const separator = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  const header = lines.includes(HEADER) ? [] : [HEADER];
  draft.write(FILE, `${text}${separator}${[...header, ...missing].join(eol)}${eol}`);
}

/** Whether a line of .gitignore is that of a folder, as addIgnoreLines writes it. */
export function isIgnored(draft: Draft, folder: string): boolean {
  const lines = (draft.readText(FILE) ?? '').split(/\r?\n/).map((line) => line.trim());
  return lines.includes(`/${escapePattern(folder)}/`);
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

/** Escapes characters that .gitignore would read as a pattern. */
function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, '\\$&');
}
