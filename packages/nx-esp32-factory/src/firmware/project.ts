/** The kind of project in a folder, detected from its build files. Runs for every folder with a config. */
import { callsOf, withoutComments } from './cmake-text';
import { type FileReader, joinPath } from './files';

const PROJECT_FILES = ['/tools/cmake/project.cmake', '/tools/cmakev2/idf.cmake'];

/** Whether the folder is an ESP-IDF project: its CMakeLists.txt includes ESP-IDF's project.cmake, or idf.cmake of its build system 2. */
export function isEspIdfProject(root: string, files: FileReader): boolean {
  const data = files.readFile(joinPath(root, 'CMakeLists.txt'));
  if (data === undefined) return false;
  const text = withoutComments(new TextDecoder().decode(data));
  for (const { body } of callsOf(text, new Set(['include']))) {
    const path = body.trim().replace(/^"|"$/g, '').toLowerCase();
    const isProject = PROJECT_FILES.some((file) => path.endsWith(file));
    if (isProject && !path.includes('"')) return true;
  }
  return false;
}

/** Whether the app uses Matter: its build files mention esp-matter or the Matter SDK. */
export function isMatterProject(root: string, files: FileReader): boolean {
  const names = ['CMakeLists.txt', 'main/CMakeLists.txt', 'main/idf_component.yml', 'idf_component.yml'];
  return names.some((name) => {
    const data = files.readFile(joinPath(root, name));
    return (
      data !== undefined && /esp_?-?matter|connectedhomeip|\bchip\b/i.test(new TextDecoder().decode(data))
    );
  });
}
