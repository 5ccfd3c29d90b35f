/** CMake's text: its comments, and calls of commands. Every step goes forward, so that any text takes linear time. */

/** A call of a command. */
export interface CmakeCall {
  /** In lower case. */
  readonly name: string;
  /** The text between the parentheses, without nested ones. */
  readonly body: string;
  /** Where the name starts in the text. */
  readonly index: number;
}

/** A text without comments; line numbers do not change. */
export function withoutComments(text: string): string {
  const parts: string[] = [];
  const closing = finder(text, ']]');
  let at = 0;
  for (;;) {
    const start = text.indexOf('#', at);
    if (start < 0) return [...parts, text.slice(at)].join('');
    parts.push(text.slice(at, start));
    const close = text.startsWith('#[[', start) ? closing(start) : undefined;
    const end = text.indexOf('\n', start);
    if (close !== undefined) {
      parts.push(text.slice(start, close).replace(/[^\n]/g, ''));
      at = close + ']]'.length;
    } else if (end < 0) return parts.join('');
    else at = end;
  }
}

/** The calls of some commands, in order. */
export function* callsOf(text: string, names: ReadonlySet<string>): Generator<CmakeCall, undefined> {
  const closing = finder(text, ')');
  let at = 0;
  for (;;) {
    const open = text.indexOf('(', at);
    const close = open < 0 ? undefined : closing(open);
    if (close === undefined) return;
    const before = text.slice(at, open).trimEnd();
    const name = lastWord(before);
    if (names.has(name.toLowerCase())) {
      const index = at + before.length - name.length;
      yield { name: name.toLowerCase(), body: text.slice(open + 1, close), index };
      at = close + 1;
    } else at = open + 1;
  }
}

/** What follows a word, up to the next closing parenthesis. */
export function* argumentsAfter(text: string, word: string): Generator<string, undefined> {
  const closing = finder(text, ')');
  for (let at = 0; ; ) {
    const start = text.indexOf(word, at);
    if (start < 0) return;
    at = start + word.length;
    if (isLetter(text[start - 1]) || isLetter(text[at])) continue;
    const close = closing(at);
    if (close === undefined) return;
    yield text.slice(at, close);
    at = close + 1;
  }
}

/** Finds the next place of a text from offsets that never decrease; no part of the text is searched twice. */
function finder(text: string, wanted: string): (from: number) => number | undefined {
  let found = -1;
  return (from) => {
    if (found < from && found !== text.length) {
      const next = text.indexOf(wanted, from);
      found = next < 0 ? text.length : next;
    }
    return found === text.length ? undefined : found;
  };
}

function lastWord(text: string): string {
  let start = text.length;
  while (isLetter(text[start - 1])) start--;
  return text.slice(start);
}

function isLetter(letter: string | undefined): boolean {
  return letter !== undefined && /\w/.test(letter);
}
