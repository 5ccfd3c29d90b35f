/** JUnit XML, as its readers (GitLab, Jenkins, Azure Pipelines) support it. */
import type { Finding } from 'nvs-core';
import { formatWhere, printable } from 'nvs-core/errors';

export interface JunitOptions {
  /** Name of the suite: the file or project that was checked. */
  readonly name: string;
}

/** One test case per finding, where errors fail; without findings, one that passes. */
export function formatJunit(findings: readonly Finding[], { name }: JunitOptions): string {
  const failures = findings.filter(({ severity }) => severity === 'error').length;
  const counts = `tests="${Math.max(1, findings.length)}" failures="${failures}" errors="0"`;
  const cases =
    findings.length === 0
      ? [`    <testcase classname="${attribute(name)}" name="no problems found"/>`]
      : findings.map((finding) => testCase(finding, name));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nx-esp32-factory" ${counts}>`,
    `  <testsuite name="${attribute(name)}" ${counts} skipped="0">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ code, severity, message, help, where }: Finding, name: string): string {
  const location = printable(formatWhere(where));
  const title = `${code}${location === '' ? '' : ` (${location})`}`;
  const head = `    <testcase classname="${attribute(where.file ?? name)}" name="${attribute(title)}"${where.line === undefined ? '' : ` line="${where.line}"`}>`;
  const text = [
    printable(message),
    ...(location === '' ? [] : [`at ${location}`]),
    ...(help === '' ? [] : [`help: ${printable(help)}`]),
  ].join('\n');
  const body =
    severity === 'error'
      ? `      <failure type="${attribute(code)}" message="${attribute(message)}">${escaped(text)}</failure>`
      : `      <system-out>${escaped(`${severity}: ${text}`)}</system-out>`;
  return `${head}\n${body}\n    </testcase>`;
}

/** Text for XML 1.0; characters that it does not allow (section 2.2) become U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function attribute(text: string): string {
  return escaped(printable(text)).replaceAll('"', '&quot;');
}
