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
