/** Which files a project includes, and which of them are not its own (CMake manual, "include", "add_subdirectory"). */
import type { Machine } from './machine';
import { isUnknown, itemsOf, type Unknown, type Value } from './value';

/** ESP-IDF's build systems: they take the values at project(), and where idf.cmake is included. */
export type BuildSystem = 1 | 2;

/** Which build system a file is of that a project includes. */
export function buildSystemOf(path: string): BuildSystem | undefined {
  const clean = path.toLowerCase().replaceAll('\\', '/');
  if (clean.endsWith('/tools/cmake/project.cmake')) return 1;
  return clean.endsWith('/tools/cmakev2/idf.cmake') ? 2 : undefined;
}

/** Environment variables of the folders of ESP-IDF and of SDKs on it: their files set none of the variables here. */
const SDK_PATHS: ReadonlySet<string> = new Set([
  'IDF_PATH',
  'ADF_PATH',
  'ESP_MATTER_PATH',
  'ESP_MATTER_DEVICE_PATH',
  'MATTER_SDK_PATH',
  'CHIP_ROOT',
  'HOMEKIT_PATH',
  'RMAKER_PATH',
]);

/** Where a file to include may be; CMake's own modules are nowhere. */
export function filesToInclude(machine: Machine, path: Value): readonly string[] | Unknown {
  if (isUnknown(path)) return path;
  if (!isModule(path)) return [machine.absolute(path)];
  const folders = machine.variables.get('CMAKE_MODULE_PATH') ?? '';
  if (isUnknown(folders)) return isOfSdk(folders) ? [] : folders;
  return [...itemsOf(folders).map((folder) => `${folder}/${path}.cmake`), path].map((file) =>
    machine.absolute(file),
  );
}

/** The build folder of a folder that is added. */
export function binaryDirOf(machine: Machine, folder: string, named: Value | undefined): Value {
  const outer = machine.variables.get('CMAKE_CURRENT_BINARY_DIR') ?? '';
  if (isUnknown(outer) || isUnknown(named)) return isUnknown(outer) ? outer : (named ?? outer);
  if (named === undefined && /^(?:\/|[A-Za-z]:)|\.\./.test(folder))
    return { reason: `the build folder of ${folder} is not known` };
  return machine.absolute(named ?? folder, outer);
}

export function isModule(path: Value): boolean {
  return !isUnknown(path) && !/[/\\]|\.cmake$|\.txt$/.test(path);
}

export function isOfSdk(path: Value): boolean {
  return isUnknown(path) && SDK_PATHS.has(path.environment ?? '');
}
