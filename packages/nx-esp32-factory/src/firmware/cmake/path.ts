/** The folder of the project in paths; "..", which leads out of it, stays. */
export const ANCHOR = '@project';

/** A path with "/", and without "." and "..". */
export function posixPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '.' || (part === '' && parts.length > 0)) continue;
    const last = parts.at(-1);
    if (part === '..' && last !== undefined && last !== '' && last !== '..' && last !== ANCHOR) parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
