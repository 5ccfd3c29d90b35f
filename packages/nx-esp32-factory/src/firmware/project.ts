/** The kind of project in a folder, detected from its build files. Runs for every folder with a config. */
import { buildSystemOf, commandsOf } from './cmake';
import { type FileReader, joinPath, recordingReader } from './files';
import { readPlatformio } from './platformio';

/**
 * Whether the folder is an ESP-IDF project: its CMakeLists.txt includes ESP-IDF's project.cmake, or idf.cmake of its build system 2, or
 * its platformio.ini has the framework espidf.
 */
export function isEspIdfProject(root: string, files: FileReader): boolean {
  for (const { name, args } of commandsOf(textOf(root, 'CMakeLists.txt', files) ?? '')) {
    if (name === 'include' && buildSystemOf(args[0]?.text ?? '') !== undefined) return true;
  }
  return readPlatformio(root, recordingReader(files)).length > 0;
}

/** Whether the app uses Matter: its build files mention esp-matter or the Matter SDK. */
export function isMatterProject(root: string, files: FileReader): boolean {
  const names = ['CMakeLists.txt', 'main/CMakeLists.txt', 'main/idf_component.yml', 'idf_component.yml'];
  return names.some((name) =>
    /esp_?-?matter|connectedhomeip|\bchip\b/i.test(textOf(root, name, files) ?? ''),
  );
}

function textOf(root: string, name: string, files: FileReader): string | undefined {
  const data = files.readFile(joinPath(root, name));
  return data === undefined ? undefined : new TextDecoder().decode(data);
}
