import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  FactoryError,
  type Finding,
  MAX_REVOCATION_SET_LENGTH,
  parseCertificate,
  parseRevocationSet,
} from '../../src';
import { revocationErrors } from '../../src/errors/revocation';
import { AT, checkBytes, forgeCd, goodInput } from './forgery';
import { DAC, entryOf, PAI, REVOCATION_ROWS, type RevocationRow, SERIAL } from './revocation-rows';

const parse = (text: string) => parseRevocationSet(Buffer.from(text));
const check = (row: Pick<RevocationRow, 'text' | 'dac' | 'pai'>, change: object = {}) =>
  checkBytes(
    goodInput({
      dac: row.dac ?? DAC,
      pai: row.pai ?? PAI,
      revocation: { set: parse(row.text) },
      ...change,
    }),
  );
const SUBJECTS = { 0: [], 202: ['pai'], 302: ['dac'], 208: ['dac', 'pai'] } as const;

describe('checkRevocation', () => {
  test.each(REVOCATION_ROWS.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const { findings, attestationResult, isAccepted } = check(row);
    const found = (code: string) => findings.filter((finding) => finding.code === code);
    expect(found('revocation.revoked').map(({ subject, result }) => [subject, result?.number])).toEqual(
      SUBJECTS[row.sdk].map((subject) => [subject, row.sdk]),
    );
    const overlooked = found('revocation.revoked-overlooked');
    expect(overlooked.map(({ subject }) => subject)).toEqual(Object.keys(row.overlooked ?? {}));
    for (const { subject, message, severity, result } of overlooked) {
      expect(message).toContain(row.overlooked?.[subject as 'dac' | 'pai'] ?? '');
      expect([severity, result]).toEqual(['error', undefined]);
    }
    expect(found('revocation.not-revoked')).toHaveLength(row.sdk === 0 && overlooked.length === 0 ? 1 : 0);
    if (row.isRefused !== true) {
      expect(attestationResult?.number ?? 0).toBe(row.sdk);
      expect(isAccepted).toBe(row.sdk === 0 && overlooked.length === 0);
    }
  });

  test('is asked last: what failed before is the number of the commissioner', () => {
    const { attestationResult, findings } = check(
      { text: JSON.stringify([entryOf(PAI)]) },
      { cd: forgeCd({ fields: { vendorId: 0xfff2 } }) },
    );
    expect(attestationResult?.number).toBe(604);
    expect(findings.at(-1)).toMatchObject({ code: 'revocation.revoked', result: { number: 302 } });
  });

  test('names the serial number and the issuer', () => {
    const { findings } = check({ text: JSON.stringify([entryOf(PAI)]) });
    expect(findings.at(-1)?.message).toBe(
      `the DAC with serial number ${SERIAL} is revoked by its issuer "CN=Test PAI, VID=FFF1"`,
    );
  });

  test.each([
    [
      JSON.stringify([entryOf(PAI, ['01', '02'])]),
      undefined,
      'DAC and PAI are not among the 2 serial numbers of 1 entry of the revocation set; no entry is of the issuer of PAI',
    ],
    [
      '[]',
      AT,
      'DAC and PAI are not among the 0 serial numbers of 0 entries of the revocation set; no entry is of the issuer of DAC and PAI; its file is of 2024-06-01',
    ],
    [
      JSON.stringify([entryOf(PAI, ['01'])]),
      new Date('2024-05-20T13:00:00Z'),
      'DAC and PAI are not among the 1 serial number of 1 entry of the revocation set; no entry is of the issuer of PAI; its file is of 2024-05-20, 11 days before the time of the check',
    ],
  ])('says what was asked, and how old it is: %#', (text, fileDate, message) => {
    const { findings } = check({ text }, { revocation: { set: parse(text), fileDate } });
    expect(findings.at(-1)).toMatchObject({ code: 'revocation.not-revoked', severity: 'info', message });
  });

  test.each([
    ['2024-05-02T00:00:00Z', 'info'],
    ['2024-05-01T00:00:00Z', 'warning'],
  ])('a set of %s is: %s', (date, severity) => {
    const { findings } = check(
      { text: '[]' },
      { revocation: { set: parse('[]'), fileDate: new Date(date) } },
    );
    expect(findings.at(-1)).toMatchObject({ code: 'revocation.not-revoked', severity });
  });

  test('warns of repeated entries', () => {
    const text = JSON.stringify([
      entryOf(PAI, ['01', '02']),
      entryOf(PAI, ['02', '01']),
      entryOf(PAI, ['03']),
    ]);
    expect(parse(text).findings).toMatchObject([
      { code: 'revocation.entry-repeated', severity: 'warning', params: { entry: 2, first: 1 } },
    ]);
    expect(check({ text }).findings.map(({ code }) => code)).toContain('revocation.entry-repeated');
  });
});

describe('parseRevocationSet', () => {
  const findingsOf = (data: Uint8Array): readonly Finding[] => {
    try {
      parseRevocationSet(data);
      return [];
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      return error.findings;
    }
  };
  const invalid = (text: string) =>
    findingsOf(Buffer.from(text)).map(({ code, message }) => `${code}: ${message}`);
  const changed = (change: object) =>
    JSON.stringify([entryOf(PAI, [SERIAL], change as Record<string, unknown>)]);
  const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

  test.each([
    ['', 'revocation.not-json: the revocation set is not JSON: the file is empty'],
    ['[', 'revocation.not-json: the revocation set is not JSON: its syntax is wrong'],
    ['[1,]', 'revocation.not-json: the revocation set is not JSON: its syntax is wrong'],
    ['{}', 'revocation.not-list: the revocation set is an object; it must be a list of entries'],
    ['null', 'revocation.not-list: the revocation set is null; it must be a list of entries'],
    ['"x"', 'revocation.not-list: the revocation set is text; it must be a list of entries'],
    ['[1]', 'entry 1 of the revocation set is a number; it must be an object'],
    ['[[]]', 'entry 1 of the revocation set is a list; it must be an object'],
    ['[null]', 'entry 1 of the revocation set is null; it must be an object'],
    ['[{}]', '"type" in entry 1 of the revocation set is missing'],
    [changed({ type: 'set' }), '"type" in entry 1 of the revocation set must be "revocation_set"'],
    [changed({ issuer_subject_key_id: 7 }), 'is a number; it must be text'],
    [changed({ issuer_subject_key_id: 'AB' }), 'must have 40 hexadecimal digits'],
    [
      changed({ issuer_name: '*' }),
      '"issuer_name" in entry 1 of the revocation set must be base64 of a name',
    ],
    [changed({ issuer_name: 'AQIDBA==' }), '"issuer_name" in entry 1 of the revocation set cannot be read'],
    [
      changed({ revoked_serial_numbers: undefined }),
      '"revoked_serial_numbers" in entry 1 of the revocation set is missing',
    ],
    [changed({ revoked_serial_numbers: '01' }), 'is text; it must be a list'],
    [changed({ revoked_serial_numbers: ['01', 2] }), 'number 2 is none'],
    [changed({ revoked_serial_numbers: ['0x01'] }), 'number 1 is none'],
    [changed({ revoked_serial_numbers: [''] }), 'number 1 is none'],
    [
      changed({ crl_signer_cert: undefined }),
      '"crl_signer_cert" in entry 1 of the revocation set is missing',
    ],
    [changed({ crl_signer_cert: null }), 'is null; it must be text'],
    [changed({ crl_signer_cert: PEM }), 'is PEM, as early versions'],
    [
      changed({ crl_signer_cert: 'AQIDBA==' }),
      '"crl_signer_cert" in entry 1 of the revocation set cannot be read',
    ],
    [
      changed({ crl_signer_delegator: 'AQIDBA==' }),
      '"crl_signer_delegator" in entry 1 of the revocation set cannot',
    ],
    [
      changed({ crl_signer_delegator: 1 }),
      '"crl_signer_delegator" in entry 1 of the revocation set is a number',
    ],
  ])('rejects %#', (text, message) => {
    const found = invalid(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  test('rejects what is not UTF-8, or too large', () => {
    expect(findingsOf(Uint8Array.of(0x5b, 0xff, 0x5d))).toMatchObject([
      { params: { reason: 'it is not UTF-8' } },
    ]);
    expect(findingsOf(Buffer.from(JSON.stringify(Array.from({ length: 10_001 }, () => 1))))).toMatchObject([
      { code: 'revocation.too-many' },
    ]);
    expect(findingsOf(new Uint8Array(MAX_REVOCATION_SET_LENGTH + 1))).toMatchObject([
      { code: 'revocation.too-large' },
    ]);
  });

  test('reads a byte order mark', () => {
    expect(parse('\ufeff[]').entries).toEqual([]);
  });

  test('reports all bad entries at once, and at most a hundred', () => {
    expect(invalid(JSON.stringify([1, entryOf(PAI), {}]))).toHaveLength(2);
    const many = findingsOf(Buffer.from(JSON.stringify(Array.from({ length: 5000 }, () => 1))));
    expect(many).toHaveLength(101);
    expect(many.at(-1)?.code).toBe('findings.more');
  });

  test('takes time in proportion to the set', () => {
    const numbers = Array.from({ length: 150_000 }, (_, index) =>
      index.toString(16).toUpperCase().padStart(32, 'A'),
    );
    const text = JSON.stringify([entryOf(PAI, numbers)]);
    const start = performance.now();
    expect(check({ text }).isAccepted).toBe(true);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

test('the row of the longest issuer has the longest that the SDK reads', () => {
  const lengthOf = (name: string) => {
    const { pai = PAI } = REVOCATION_ROWS.find((row) => row.name === name) ?? {};
    return parseCertificate(pai).subject.der.length;
  };
  expect([lengthOf('issuer of 200 bytes'), lengthOf('issuer of 201 bytes')]).toEqual([200, 201]);
});

test('the documentation has every code once', () => {
  const text = readFileSync(resolve(__dirname, '../../../../docs/formats/revocation-set.md'), 'utf8');
  const codes = text.slice(text.indexOf('## Codes')).match(/`revocation\.[a-z-]+`/g) ?? [];
  expect(codes.map((code) => code.slice(1, -1)).sort()).toEqual([...revocationErrors.codes].sort());
});
