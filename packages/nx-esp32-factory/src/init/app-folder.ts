import { realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { initErrors } from '../errors';
import { isInside } from '../files';
import { type FileReader, isEspIdfProject, joinPath } from '../firmware';

/** An app to set up. */
export interface App {
  /** The name of its project in Nx; outside Nx, that of its folder. */
  readonly name: string;
  /** Its folder, relative to the workspace; "." for the workspace itself. */
  readonly root: string;
}

/** Whether the folder is an ESP-IDF app: by its CMakeLists.txt, or by an sdkconfig. */
export function isApp(files: FileReader, root: string): boolean {
  const has = (name: string) => files.readFile(joinPath(root, name)) !== undefined;
  return isEspIdfProject(root, files) || has('sdkconfig') || has('sdkconfig.defaults');
}

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
