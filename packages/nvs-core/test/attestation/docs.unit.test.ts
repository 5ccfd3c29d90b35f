import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ATTESTATION_RESULTS } from '../../src/attestation/results';
import { attestationErrors } from '../../src/errors/attestation';
import { RULES } from './rules';

const text = readFileSync(resolve(__dirname, '../../../../docs/formats/attestation.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.includes('| `attestation.'))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const codeOf = (row: string[]) => (row[2] ?? '').replaceAll('`', '');
const ruleRows = rows.filter((row) => row.length === 7);
const readingRows = rows.filter((row) => row.length === 5);

test('the table of the documentation has every code once', () => {
  expect(rows.map(codeOf).sort()).toEqual([...attestationErrors.codes].sort());
});

test.each(ruleRows.map((row) => [codeOf(row), row] as const))(
  '%s: numbers and tests',
  (code, [, , , numbers, versions, tests]) => {
    const rules = RULES.filter((rule) => rule.code === code);
    const expected = [...new Set(rules.flatMap(({ number }) => number ?? []))].sort((a, b) => b - a);
    const isStricter = rules.some((rule) => rule.isStricter);
    const texts = expected.map((number) => `${number} ${ATTESTATION_RESULTS[number]}`);
    expect(numbers).toBe([...texts, ...(isStricter ? ['accepted today'] : [])].join(', ') || 'none');
    expect(versions).not.toBe('');
    expect(tests?.split('; ')).toEqual(rules.map(({ name }) => name));
  },
);

test.each(readingRows.map((row) => [codeOf(row), row] as const))(
  '%s: its test names it',
  (code, [, , , tests]) => {
    const source = readFileSync(resolve(__dirname, (tests ?? '').replaceAll('`', '')), 'utf8');
    expect(source).toContain(code);
  },
);
