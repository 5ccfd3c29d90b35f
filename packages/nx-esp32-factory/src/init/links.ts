import { realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { initErrors } from '../errors';
import { isInside } from '../files';

/**
 * The folder of an app without symbolic links, relative to the workspace; a path that does not exist is returned
 * unchanged. Errors: init.link-outside.
 */
export function withoutLinks(workspace: string, root: string): string {
  let [from, to]: string[] = [];
  try {
    from = realpathSync(workspace);
    to = realpathSync(join(workspace, root));
  } catch {
    return root;
  }
  if (!isInside(from, to)) throw initErrors.error('init.link-outside', { root, target: resolve(to) });
  return relative(from, to).replaceAll('\\', '/') || '.';
}
