/** Lines and columns of a text, found without reading the text again for each of them. */

/** Line and column of an offset, both from one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The positions in a text; its lines end with "\n", "\r\n" or "\r". */
export function positionsIn(text: string): (offset: number) => Position {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    // The last line that starts at the offset or before it.
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (letter === '\n' || (letter === '\r' && text[index + 1] !== '\n')) starts.push(index + 1);
  }
  return starts;
}
