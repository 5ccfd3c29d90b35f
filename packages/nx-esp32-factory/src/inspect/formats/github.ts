/** Workflow commands: docs.github.com, "Workflow commands for GitHub Actions", "Setting an error message". */
import type { Finding, Severity } from 'nvs-core';
import { printable } from 'nvs-core/errors';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** One annotation per finding, at the line of its file if that is known. */
export function formatGithub(findings: readonly Finding[]): string {
  return findings.map((finding) => `${annotation(finding)}\n`).join('');
}

function annotation({ code, severity, where, message, help }: Finding): string {
  const { file, line, column, field, offset } = where;
  const details = [
    ...(field === undefined ? [] : [field]),
    ...(offset === undefined ? [] : [`offset 0x${offset.toString(16).toUpperCase()}`]),
  ];
  const properties = [
    ...(file === undefined ? [] : [`file=${property(file.replaceAll('\\', '/'))}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    ...(line === undefined || column === undefined ? [] : [`col=${column}`]),
    `title=${property(code)}`,
  ];
  const text = [
    `${message}${details.length === 0 ? '' : ` (${details.join(', ')})`}`,
    ...(help === '' ? [] : [`help: ${help}`]),
  ];
  return `::${COMMANDS[severity]} ${properties.join(',')}::${data(text.join('\n'))}`;
}

function data(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line).replaceAll('%', '%25'))
    .join('%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
