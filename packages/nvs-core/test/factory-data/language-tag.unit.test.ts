import type { Finding } from '../../src';
import { checkLanguageTag } from '../../src/factory-data/language-tag';

test.each([
  ['en_US', 'en_US'],
  ['3cgn41SYmR8F0=', '[text of 14 characters]'],
  ['MHcCAQEEIFPm5btYJb0ErR5LGlmKdFT', '[text of 31 characters that looks like base64]'],
])('a part of a key is described, a mistake is shown: %s', (written, shown) => {
  const findings: Finding[] = [];
  checkLanguageTag(written, (finding) => findings.push(finding));
  expect(findings.map(({ params }) => params)).toEqual([{ written: shown }]);
});
