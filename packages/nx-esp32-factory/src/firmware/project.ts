/** What kind of project a folder holds, told by its build files: asked of every folder with a config. */
import { type FileReader, joinPath } from './files';

/** Whether the folder is an ESP-IDF project: its CMakeLists.txt includes ESP-IDF's project.cmake. */
export function isEspIdfProject(root: string, files: FileReader): boolean {
  const data = files.readFile(joinPath(root, 'CMakeLists.txt'));
  if (data === undefined) return false;
  const text = withoutComments(new TextDecoder().decode(data));
  return /\binclude\s*\(\s*"?[^)"]*\/tools\/cmake\/project\.cmake"?\s*\)/i.test(text);
}

/** Whether the app is built on Matter: its build files name esp-matter or the Matter SDK. */
export function isMatterProject(root: string, files: FileReader): boolean {
  const names = ['CMakeLists.txt', 'main/CMakeLists.txt', 'main/idf_component.yml', 'idf_component.yml'];
  return names.some((name) => {
    const data = files.readFile(joinPath(root, name));
    return (
      data !== undefined && /esp_?-?matter|connectedhomeip|\bchip\b/i.test(new TextDecoder().decode(data))
    );
  });
}

/** CMake's text without its comments; lines stay where they are. */
export function withoutComments(text: string): string {
  return text.replace(/#\[\[[\s\S]*?\]\]/g, (comment) => comment.replace(/[^\n]/g, '')).replace(/#.*$/gm, '');
}
