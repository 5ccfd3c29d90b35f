import { errorTable, FINDINGS_MAX, firstFindings, row } from '../../src/errors';

const errors = errorTable({
  'some.code': row<{ index: number }>(
    ({ index }) => `number ${index}`,
    () => 'help',
  ),
});
const findings = (count: number, severity: 'error' | 'warning' | 'info' = 'error') =>
  Array.from({ length: count }, (_, index) =>
    errors.finding('some.code', { index }, { file: 'x' }, severity),
  );

test('as many findings as may be shown are', () => {
  expect(firstFindings(findings(FINDINGS_MAX))).toEqual(findings(FINDINGS_MAX));
});

test.each(['error', 'warning', 'info'] as const)('of more the number is told, as %s', (severity) => {
  const shown = firstFindings([...findings(FINDINGS_MAX, 'info'), ...findings(2, severity)]);
  expect(shown).toHaveLength(FINDINGS_MAX + 1);
  expect(shown.at(-1)).toMatchObject({
    code: 'findings.more',
    severity,
    params: { count: 2 },
    where: { file: 'x' },
    message: '2 more findings are not shown',
  });
});
