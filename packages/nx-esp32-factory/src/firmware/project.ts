/** The kind of project in a folder, detected from its build files. Runs for every folder with a config. */
import { type FileReader, joinPath } from './files';

/** Whether the folder is an ESP-IDF project: its CMakeLists.txt includes ESP-IDF's project.cmake. */
export function isEspIdfProject(root: string, files: FileReader): boolean {
  const data = files.readFile(joinPath(root, 'CMakeLists.txt'));
  if (data === undefined) return false;
  const text = withoutComments(new TextDecoder().decode(data));
  return /\binclude\s*\(\s*"?[^)"]*\/tools\/cmake\/project\.cmake"?\s*\)/i.test(text);
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

/** A CMake text without comments; line numbers do not change. */
export function withoutComments(text: string): string {
  return text.replace(/#\[\[[\s\S]*?\]\]/g, (comment) => comment.replace(/[^\n]/g, '')).replace(/#.*$/gm, '');
}
