/** The patterns in outputs of targets, as Nx 20 to 24 match them. */

/** What Nx takes for a pattern, even if a folder of that name exists. Not all have an escape in all versions. */
const PATTERN = /[*?[\]{}()!|\\]/;

/** Stands for text in a path that is not known. */
export const UNKNOWN = '\0';

/** The first character of a path that Nx takes for a pattern; undefined if there is none. */
export function patternIn(path: string): string | undefined {
  return PATTERN.exec(path)?.[0];
}

/** Why a target with such an output folder is not cached, as a clause; undefined if it may be. */
export function patternReason(outputPath: string): string | undefined {
  const character = patternIn(outputPath);
  return character === undefined
    ? undefined
    : `its output folder ${outputPath} has "${character}" in its name, which Nx takes for a pattern`;
}

export function isPattern(path: string): boolean {
  return PATTERN.test(path) || path.includes(UNKNOWN);
}

/** Matches every path that Nx could match with a pattern, and more: most brackets match any text. */
export function widePattern(pattern: string): RegExp {
  // regexp: the outputs of targets are the workspace's own text, as their commands are.
  return new RegExp(`^${wideSource(pattern)}$`, 'is');
}

function wideSource(pattern: string): string {
  let source = '';
  for (let rest = pattern; rest !== ''; ) {
    const [piece = rest.slice(0, 1), become = literal] =
      WIDE.flatMap(([start, regex]) => {
        const found = start.exec(rest)?.[0];
        return found === undefined ? [] : [[found, regex] as const];
      })[0] ?? [];
    source += become(piece);
    rest = rest.slice(piece.length);
  }
  return source;
}

/** Pieces of a pattern, the first that matches, and what they become. */
const WIDE: readonly (readonly [start: RegExp, become: (piece: string) => string])[] = [
  [/^\{[^{}[\]()]*\}/, alternatives],
  [/^[!?*+@]?\(.*\)|^\{.*\}|^\[.*\]/s, () => '.*'],
  [/^\/\*\*(?=\/)/, () => '(?:/.*)?'],
  [/^\*\*\//, () => '(?:.*/)?'],
  [/^\*\*+/, () => '.*'],
  [/^\*/, () => '[^/]*'],
  [/^\?/, () => '[^/]'],
  [/^[{}[\]()|!\\\0]/, () => '.*'],
];

function alternatives(piece: string): string {
  if (!piece.includes(',')) return '.*';
  return `(?:${piece.slice(1, -1).split(',').map(wideSource).join('|')})`;
}

function literal(text: string): string {
  return text.replace(/[$^.+\-/]/g, '\\$&');
}
