/** The folder of the project in paths; "..", which leads out of it, stays. */
export const ANCHOR = '@project';

/** A path with "/", and without "." and "..": after a name that starts with "@" it stays, as that may be any folder. */
export function posixPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    const last = parts.at(-1);
    if (part === '.' || (part === '' && last !== undefined) || (part === '..' && last === '')) continue;
    if (part === '..' && last !== undefined && last !== '..' && !last.startsWith('@')) parts.pop();
    else parts.push(part);
  }
  return parts.length === 1 && parts[0] === '' && path !== '' ? '/' : parts.join('/');
}

/** A path with single slashes, and none at its end. */
export function plainPath(path: string): string {
  const [first = '', ...rest] = path.replaceAll('\\', '/').split('/');
  const parts = rest.filter((part) => part !== '');
  return first === '' && parts.length === 0 && path !== '' ? '/' : [first, ...parts].join('/');
}

/** Whether a text contains the path of the project's folder, whose letters are not known. */
export function isOfProject(text: string): boolean {
  return text.includes(`/${ANCHOR}`);
}

/** Whether a text contains a path below the project that stands for another folder. */
export function isOfOtherFolder(text: string): boolean {
  return text.includes(`/${ANCHOR}/@`);
}
