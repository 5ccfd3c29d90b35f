/** A hostile document can have a million mistakes; a person reads the first of them. */
import { errorTable, row } from './error-table';
import type { Finding, Severity } from './factory-error';

/** The most findings of one kind of document that are reported. */
export const FINDINGS_MAX = 100;

const findingsErrors = errorTable({
  'findings.more': row<{ count: number }>(
    (p) => `${p.count} more ${p.count === 1 ? 'finding is' : 'findings are'} not shown`,
    () => 'fix those above, and run it again',
  ),
});

/** The first FINDINGS_MAX findings, and how many more there are, with the gravest severity among those. */
export function firstFindings(findings: readonly Finding[]): Finding[] {
  const first = findings.slice(0, FINDINGS_MAX);
  const others = findings.slice(FINDINGS_MAX);
  if (others.length === 0) return first;
  const isAny = (severity: Severity) => others.some((finding) => finding.severity === severity);
  const severity = (['error', 'warning'] as const).find(isAny) ?? 'info';
  const { file } = first[0]?.where ?? {};
  const where = file === undefined ? {} : { file };
  return [...first, findingsErrors.finding('findings.more', { count: others.length }, where, severity)];
}
