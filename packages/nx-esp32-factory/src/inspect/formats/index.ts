import type { Finding } from 'nvs-core';
import { withoutSecrets } from 'nvs-core/errors';
import { formatGithub } from './github';
import { formatJunit, type JunitOptions } from './junit';
import { formatSarif, type SarifOptions } from './sarif';

/** Formats of findings for editors and CI. */
export const FINDING_FORMATS = ['github', 'sarif', 'junit'] as const;
export type FindingFormat = (typeof FINDING_FORMATS)[number];

/** Findings in one of the formats; `name` is the file or project that was checked. */
export function formatFindingsAs(
  format: FindingFormat,
  findings: readonly Finding[],
  { name: given, version, root }: JunitOptions & SarifOptions,
): string {
  const name = withoutSecrets(given);
  if (format === 'github') return formatGithub(findings);
  if (format === 'junit') return formatJunit(findings, { name });
  return formatSarif(findings, { version, root });
}
