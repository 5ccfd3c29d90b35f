/** Macros in the texts of presets (CMake manual, cmake-presets(7), "Macro Expansion"). */
import { delimiter, posix } from 'node:path';
import type { Fields, PresetFile } from './definition';
import { MAX } from './limits';
import { shortened } from './values';

/** A text whose macros are expanded, or the reason why it is not known. */
type Expanded =
  | { readonly value: string; readonly reason?: undefined }
  | { readonly value?: undefined; readonly reason: string };

/**
 * Expands the macros in texts of a preset, or of a file ("Macro Expansion"). `pathOf` writes the path of a folder; undefined if
 * that is not known. The environment and the host of a build are not known: they need not be ours.
 */
export function expanding(
  sourceDir: string,
  { name, file }: { readonly name?: string; readonly file: PresetFile },
  environment: Fields['environment'],
  pathOf: (path: string) => string | undefined,
): (text: string) => Expanded {
  const sourceDirName = posix.basename(sourceDir);
  const macros = new Map<string, string | undefined>([
    ['sourceDir', pathOf(sourceDir)],
    ['sourceParentDir', pathOf(posix.join(sourceDir, '..'))],
    ['sourceDirName', sourceDirName === '.' || sourceDirName === '..' ? undefined : sourceDirName],
    ['presetName', name],
    ['fileDir', pathOf(posix.dirname(file.path))],
    ['dollar', '$'],
    ['pathListSep', delimiter],
  ]);
  const known = new Map<string, Expanded>();
  let depth = 0;

  const variable = (variableName: string): Expanded | undefined => {
    const text = environment.get(variableName) ?? undefined;
    const before = known.get(variableName);
    if (before !== undefined || text === undefined) return before;
    const macro = `$env{${shortened(variableName)}}`;
    if (depth >= MAX.depth) return { reason: `it uses ${macro}, which is nested too deeply` };
    known.set(variableName, { reason: `it uses ${macro}, which uses itself` });
    depth++;
    const value = expand(text);
    depth--;
    known.set(variableName, value);
    return value;
  };
  const expand = (text: string): Expanded =>
    expanded(text, (namespace, macro) => {
      if (namespace === 'env') return variable(macro);
      const value = namespace === '' ? macros.get(macro) : undefined;
      return value === undefined ? undefined : { value };
    });
  return expand;
}

/** "$$" is no macro: after a dollar sign that starts none, CMake takes the next character as it is. */
const MACRO = /\$\$|\$(env|penv|vendor)?\{/g;

function expanded(
  text: string,
  macroOf: (namespace: string, name: string) => Expanded | undefined,
): Expanded {
  if (text.length > MAX.characters) return { reason: `it is longer than ${MAX.characters} characters` };
  let value = '';
  let end = 0;
  for (const match of text.matchAll(MACRO)) {
    const [opening, namespace = ''] = match;
    // It may be within a macro: names have no meaning for "$".
    if (opening === '$$' || match.index < end) continue;
    const close = text.indexOf('}', match.index);
    if (close < 0) return { reason: `it uses ${shortened(text.slice(match.index))} without a closing brace` };
    const name = text.slice(match.index + opening.length, close);
    const macro = macroOf(namespace, name) ?? {
      reason: `it uses ${shortened(text.slice(match.index, close + 1))}`,
    };
    if (macro.value === undefined) return macro;
    value += text.slice(end, match.index) + macro.value;
    end = close + 1;
    if (value.length > MAX.characters) return { reason: `it is longer than ${MAX.characters} characters` };
  }
  return { value: value + text.slice(end) };
}
