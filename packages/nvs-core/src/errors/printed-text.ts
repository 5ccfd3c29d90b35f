/**
 * Text of an input as it may be printed. Secrets end up in wrong fields, so what looks like one is described by its kind
 * and length; control characters end up in any field, so they are escaped. Every text of a finding passes through here.
 */

/** Control, direction and zero-width characters, halves of surrogate pairs, and other invisible characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** One line of text, with invisible characters as escapes: "\u000a". */
export function printable(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeOf(character.charCodeAt(index))).join(''),
  );
}

/** Several lines of text of another program or of ours: printable, except for line ends and tabs. */
export function printableLines(text: string): string {
  return text
    .split(/(\r?\n|\t)/)
    .map((part, index) => (index % 2 === 1 ? part.replace('\r', '') : printable(part)))
    .join('');
}

/** JSON, indented, with invisible characters as escapes. */
export function printableJson(value: unknown): string {
  // Line ends are those of the indentation: in strings, JSON has escaped them.
  return printableLines(JSON.stringify(value, null, 2) ?? 'null');
}

function escapeOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Attributes of a PKCS#11 URI with a PIN, or the place of one (RFC 7512, section 2.4). */
const PIN_ATTRIBUTE = /(pin-(?:value|source))=[^;&?\s"']*/gi;
const [PEM_BEGIN, PEM_END, PEM_MARK] = ['-----BEGIN', '-----END', '-----'];
/** What may be between the lines of PEM, as it is or as an escape. */
const BLANK = /\s|\\[rn]/y;
const HEX_BYTE = /[0-9a-f]{2}/iy;
/** What may be between bytes in hexadecimal. */
const HEX_SEPARATOR = /0x|[:\s,]|\\[rn]/iy;
const HEX_LENGTH = 16;
const LONG_HEX = /[0-9a-f]{32,}/gi;
/** Characters of both alphabets of base64 and of percent escapes, and line ends between them. */
const BASE64 = /(?:[\w+/=%-]|[\r\n]|\\[rn])+/g;
const LINE_END = /[\r\n]|\\[rn]/;
const BASE64_LENGTH = 16;
const DIGIT_GROUPS = /[\d -]+/g;
const DIGITS_LENGTH = 7;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Characters of a name that somebody mistyped, at most. */
const SHOWN_LENGTH = 60;

/** Padded base64 of 16 bytes. */
const PADDED_LENGTH = 24;
const RANDOM_LENGTH = 20;
/** How often neighbours in random base64 differ in kind (upper, lower, digit): 0.65 on average. */
const RANDOM_SHARE = 0.45;

/** The text with key material and codes in it replaced by their description: "[64 hexadecimal digits]". */
export function withoutSecrets(text: string): string {
  if (text.length < DIGITS_LENGTH) return text;
  return withoutHex(withoutPem(text.replace(PIN_ATTRIBUTE, '$1=***')))
    .replace(LONG_HEX, (found) => bracketed(`${found.length} hexadecimal digits`))
    .replace(BASE64, withoutBase64)
    .replace(DIGIT_GROUPS, withoutDigits);
}

/** PEM ends with its last mark, or with the text. */
function withoutPem(text: string): string {
  let safe = '';
  for (let done = 0; ; ) {
    const start = text.indexOf(PEM_BEGIN, done);
    if (start < 0) return safe + text.slice(done);
    const last = text.indexOf(PEM_END, start);
    const mark = last < 0 ? -1 : text.indexOf(PEM_MARK, last + PEM_END.length);
    const end = mark < 0 ? text.length : after(BLANK, text, mark + PEM_MARK.length);
    safe += text.slice(done, start) + bracketed(describePem(text.slice(start, end)));
    done = end;
  }
}

/** Bytes, 16 and more, that may be separated by colons, spaces or commas, in lines that may be broken. */
function withoutHex(text: string): string {
  let safe = '';
  let done = 0;
  for (let start = 0; start < text.length; start++) {
    if (isAlphanumeric(text[start - 1]) || !/[0-9a-f]/i.test(text[start] ?? '')) continue;
    let at = text.slice(start, start + 2).toLowerCase() === '0x' ? start + 2 : start;
    let [count, found, end] = [0, 0, at];
    while (isAt(HEX_BYTE, text, at)) {
      at += 2;
      count++;
      if (!isAlphanumeric(text[at])) [found, end] = [count, at];
      at = after(HEX_SEPARATOR, text, at);
    }
    if (found >= HEX_LENGTH) {
      safe += text.slice(done, start) + bracketed(`${2 * found} hexadecimal digits`);
      done = end;
    }
    // What was read cannot begin another sequence as long as this.
    start = Math.max(start, at - 1);
  }
  return safe + text.slice(done);
}

/** Base64 from the first line that is long enough to be. */
function withoutBase64(text: string): string {
  let start = 0;
  for (const line of text.split(LINE_END)) {
    if (line.length >= BASE64_LENGTH) break;
    start += line.length + (text[start + line.length] === '\\' ? 2 : 1);
  }
  const found = text.slice(start);
  if (!isRandom(found)) return text;
  return text.slice(0, start) + bracketed(`text of ${found.length} characters that looks like base64`);
}

/** Only digits, also in groups, between the ends of the text, slashes or quotes: a passcode, a manual code. */
function withoutDigits(found: string, offset: number, text: string): string {
  const { length } = found.replace(/\D/g, '');
  const [before, behind] = [text.slice(Math.max(0, offset - 5), offset), text[offset + found.length] ?? ''];
  const isWhole = /(?:^|["'/\\[]|env:|file:)$/.test(before) && /^(?:$|["'/\\\]])/.test(behind);
  return !isWhole || length < DIGITS_LENGTH || DATE.test(found) ? found : bracketed(`${length} digits`);
}

/** Whether a sticky pattern matches at a position. */
function isAt(pattern: RegExp, text: string, position: number): boolean {
  pattern.lastIndex = position;
  return pattern.test(text);
}

/** The position after all matches of a sticky pattern from a position on. */
function after(pattern: RegExp, text: string, position: number): number {
  let end = position;
  while (isAt(pattern, text, end)) end = pattern.lastIndex;
  return end;
}

function isAlphanumeric(character: string | undefined): boolean {
  return character !== undefined && /[0-9a-z]/i.test(character);
}

/** The text if it is short and has no secrets, such as a mistyped name; otherwise its description. */
export function shown(text: string, limit = SHOWN_LENGTH): string {
  const safe = withoutSecrets(text);
  return safe === text && text.length > limit ? bracketed(`text of ${text.length} characters`) : safe;
}

/** Whether a text has a description in place of a secret, so that it is not what was written. */
export function isDescribed(text: string): boolean {
  return /\[(text of )?\d+ (hexadecimal digits|digits|characters)/.test(text);
}

const bracketed = (description: string) => `[${description}]`;

function describePem(pem: string): string {
  const kind = /PRIVATE KEY/.test(pem) ? 'a PEM private key' : 'PEM';
  return `text of ${pem.length} characters that looks like ${kind}`;
}

/** Whether a part of the text looks like random base64, unlike names in camel case. */
function isRandom(text: string): boolean {
  if (text.length >= PADDED_LENGTH && text.endsWith('=') && /[a-z]/.test(text) && /[A-Z]/.test(text))
    return true;
  const all = Array.from(text.replace(/[\r\n]|\\[rn]/g, ''), kindOf);
  // A word after a slash or a dash is no change.
  const marks = all.flatMap((kind, index) => {
    const before = all[index - 1] ?? 'other';
    return kind === 'other' ? [] : [{ kind, isChange: before !== 'other' && before !== kind }];
  });
  const counts = { upper: 0, lower: 0, digit: 0, change: 0 };
  const count = (index: number, by: 1 | -1) => {
    const mark = marks[index];
    if (mark === undefined) return;
    counts[mark.kind] += by;
    if (mark.isChange) counts.change += by;
  };
  return marks.some((_, index) => {
    count(index, 1);
    count(index - RANDOM_LENGTH, -1);
    const { upper, lower, digit, change } = counts;
    return upper > 2 && lower > 2 && digit > 0 && change >= RANDOM_SHARE * RANDOM_LENGTH;
  });
}

function kindOf(character: string): 'upper' | 'lower' | 'digit' | 'other' {
  if (character >= 'A' && character <= 'Z') return 'upper';
  if (character >= 'a' && character <= 'z') return 'lower';
  return character >= '0' && character <= '9' ? 'digit' : 'other';
}
