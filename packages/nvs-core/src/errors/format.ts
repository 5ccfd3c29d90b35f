import type { Finding, Where } from './factory-error';

const SIGN = { error: '✖', warning: '⚠', info: 'ℹ' } as const;
const COLOUR = { error: 31, warning: 33, info: 36 } as const;

/** The only function that turns a finding into text: sign, code and message; source location; help. */
export function formatFinding(finding: Finding, options: { colour?: boolean } = {}): string {
  const paint = (code: number, text: string) => (options.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const location = formatWhere(finding.where);
  return [
    `${paint(COLOUR[finding.severity], `${SIGN[finding.severity]} ${finding.code}`)}: ${visible(finding.message)}`,
    ...(location === '' ? [] : [`  ${paint(2, '→')} ${visible(location)}`]),
    ...(finding.help === '' ? [] : [`  ${paint(2, '= help:')} ${visible(finding.help)}`]),
  ].join('\n');
}

/** Several findings, a blank line between them. */
export function formatFindings(findings: readonly Finding[], options: { colour?: boolean } = {}): string {
  return findings.map((finding) => formatFinding(finding, options)).join('\n\n');
}

/** "file:line:column, field, offset 0x20": the parts that are known. */
export function formatWhere({ file, line, column, field, offset }: Where): string {
  const lineAndColumn = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  const parts = [
    file === undefined ? lineAndColumn.replace(/^:/, 'line ') : file + lineAndColumn,
    field ?? '',
    offset === undefined ? '' : `offset 0x${offset.toString(16).toUpperCase()}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Control characters from an input must not reach a terminal: they are shown as escapes. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
