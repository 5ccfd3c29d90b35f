import type { Finding } from 'nvs-core';
import { errorTable, row } from 'nvs-core/errors';
import { FINDING_FORMATS, formatFindingsAs } from '../../../src/inspect';
import { formatGithub } from '../../../src/inspect/formats/github';
import { formatJunit } from '../../../src/inspect/formats/junit';
import { formatSarif } from '../../../src/inspect/formats/sarif';

const errors = errorTable({
  'test.one': row<{ text: string }>(
    (p) => p.text,
    () => 'do this',
  ),
});

const plain = errors.finding(
  'test.one',
  { text: 'it is wrong' },
  { file: 'apps/a b/factory.config.json', line: 3, column: 5, field: 'nvs.extra[0]' },
);
const warning = errors.finding(
  'test.one',
  { text: 'odd' },
  { file: 'partition.bin', offset: 0x40 },
  'warning',
);
const note = errors.finding('test.one', { text: 'by the way' }, {}, 'info');
const hostile = errors.finding(
  'test.one',
  { text: '100% <b>&"\'\r\n::error::x\u0000]]>\ud800' },
  { file: 'a,b:c%.json', line: 1 },
);
const all: Finding[] = [plain, warning, note, hostile];

it('writes GitHub annotations, one line per finding', () => {
  expect(formatGithub([plain, warning, note])).toBe(
    [
      '::error file=apps/a b/factory.config.json,line=3,col=5,title=test.one::it is wrong (nvs.extra[0])%0Ahelp: do this',
      '::warning file=partition.bin,title=test.one::odd (offset 0x40)%0Ahelp: do this',
      '::notice title=test.one::by the way%0Ahelp: do this',
      '',
    ].join('\n'),
  );
  const text = formatGithub([hostile]);
  expect(text).toMatch(
    /^::error file=a%2Cb%3Ac%25\.json,line=1,title=test\.one::100%25 <b>&"'\\u000d\\u000a::error::x\\u0000/,
  );
  expect(text.trimEnd().split('\n')).toHaveLength(1);
});

it('writes SARIF with rules, levels and locations', () => {
  const log = JSON.parse(formatSarif(all, { version: '1.2.3' }));
  expect(log.version).toBe('2.1.0');
  const [run] = log.runs;
  expect(run.tool.driver).toMatchObject({ name: 'nx-esp32-factory', semanticVersion: '1.2.3' });
  expect(run.tool.driver.rules).toEqual([
    { id: 'test.one', name: 'TestOne', shortDescription: { text: 'test.one' } },
  ]);
  expect(run.results.map(({ level }: { level: string }) => level)).toEqual([
    'error',
    'warning',
    'note',
    'error',
  ]);
  expect(run.results[0]).toMatchObject({
    ruleId: 'test.one',
    ruleIndex: 0,
    message: { text: 'it is wrong\ndo this' },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'apps/a%20b/factory.config.json' },
          region: { startLine: 3, startColumn: 5 },
        },
        logicalLocations: [{ fullyQualifiedName: 'nvs.extra[0]', kind: 'member' }],
      },
    ],
  });
  expect(run.results[1].locations[0].physicalLocation.region).toEqual({ byteOffset: 0x40, byteLength: 0 });
  expect(run.results[2]).not.toHaveProperty('locations');
});

it('makes paths in SARIF relative to the root', () => {
  const finding = errors.finding('test.one', { text: 'x' }, { file: '/repo/apps/x.json' });
  const uri = (root?: string) =>
    JSON.parse(formatSarif([finding], { version: '1', ...(root && { root }) })).runs[0].results[0]
      .locations[0].physicalLocation.artifactLocation.uri;
  expect(uri('/repo')).toBe('apps/x.json');
  expect(uri()).toBe('file:///repo/apps/x.json');
});

it('writes JUnit XML in which errors fail', () => {
  const text = formatJunit(all, { name: 'image "a"' });
  expect(text).toContain(
    '<testsuite name="image &quot;a&quot;" tests="4" failures="2" errors="0" skipped="0">',
  );
  expect(text).toContain(
    '<testcase classname="apps/a b/factory.config.json" name="test.one (apps/a b/factory.config.json:3:5, nvs.extra[0])" line="3">',
  );
  expect(text).toContain('<system-out>warning: odd');
  expect(text.match(/<failure /g)).toHaveLength(2);
  // No text of a finding ends an element or an attribute, and invisible characters are escaped.
  expect(text).toContain('message="100% &lt;b&gt;&amp;&quot;\'\\u000d\\u000a::error::x\\u0000]]&gt;\\ud800"');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it matches control characters
  expect(text).not.toMatch(/[\u0000-\u0008\ud800-\udfff]/);
});

it('has a passing JUnit case without findings', () => {
  expect(formatJunit([], { name: 'a' })).toContain('<testcase classname="a" name="no problems found"/>');
  expect(formatGithub([])).toBe('');
  expect(JSON.parse(formatSarif([], { version: '1' })).runs[0].results).toEqual([]);
});

it.each(FINDING_FORMATS)('supports the format %s', (format) => {
  expect(formatFindingsAs(format, all, { name: 'x', version: '1' })).toContain('test.one');
});
