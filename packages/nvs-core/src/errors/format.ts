import type { Finding, Where } from './factory-error';
import { printable } from './printed-text';

const SIGN = { error: '✖', warning: '⚠', info: 'ℹ' } as const;
const COLOUR = { error: 31, warning: 33, info: 36 } as const;

/** The only function that turns a finding into text: sign, code and message; source location; help. */
export function formatFinding(finding: Finding, options: { colour?: boolean } = {}): string {
  const paint = (code: number, text: string) => (options.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const location = formatWhere(finding.where);
  return [
    `${paint(COLOUR[finding.severity], `${SIGN[finding.severity]} ${finding.code}`)}: ${printable(finding.message)}`,
    ...(location === '' ? [] : [`  ${paint(2, '→')} ${printable(location)}`]),
    ...(finding.help === '' ? [] : [`  ${paint(2, '= help:')} ${printable(finding.help)}`]),
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
