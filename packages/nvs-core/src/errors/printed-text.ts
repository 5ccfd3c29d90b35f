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
/** PEM, up to its end or to the end of the text. */
const PEM = /-----BEGIN[\s\S]*?(?:-----END[^-]*-----(?:\s|\\[rn])*|$)/g;
/** 16 bytes and more; bytes may be separated by colons, spaces or commas, and lines broken. */
const HEX = /(?<![0-9a-z])(?:0x)?[0-9a-f]{2}(?:(?:0x|[:\s,]|\\[rn])*[0-9a-f]{2}){15,}(?![0-9a-z])/gi;
const LONG_HEX = /[0-9a-f]{32,}/gi;
/** Characters of both alphabets of base64 and of percent escapes, in lines that may be broken. */
const BASE64 = /[\w+/=%-]{16,}(?:(?:[\r\n]|\\[rn])+[\w+/=%-]+)*/g;
/** Only digits, also in groups, between the ends of the text, slashes or quotes: a passcode, a manual code. */
const DIGITS = /(?<=^|["'/\\[]|env:|file:)[\d -]{7,}(?=$|["'/\\\]])/g;
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
  return text
    .replace(PIN_ATTRIBUTE, '$1=***')
    .replace(PEM, (found) => bracketed(describePem(found)))
    .replace(HEX, (found) =>
      bracketed(`${found.replace(/0x|[^0-9a-f]|\\[rn]/gi, '').length} hexadecimal digits`),
    )
    .replace(LONG_HEX, (found) => bracketed(`${found.length} hexadecimal digits`))
    .replace(BASE64, (found) =>
      isRandom(found) ? bracketed(`text of ${found.length} characters that looks like base64`) : found,
    )
    .replace(DIGITS, (found) => {
      const { length } = found.replace(/\D/g, '');
      return length < DIGITS_LENGTH || DATE.test(found) ? found : bracketed(`${length} digits`);
    });
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
