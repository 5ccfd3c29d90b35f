import { errorTable, row } from './error-table';

const NAMES = { dac: 'DAC', pai: 'PAI' } as const;
type Subject = keyof typeof NAMES;
const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
const generate = () =>
  'make the set again with credentials/generate_revocation_set.py of a current Matter SDK';

/** The revocation set of the Matter SDK: docs/formats/revocation-set.md. */
export const revocationErrors = errorTable(
  {
    'revocation.too-large': row<{ length: number; limit: number }>(
      (p) => `the revocation set is ${p.length} bytes long; the limit is ${p.limit}`,
      () => 'is this the right file?',
    ),
    'revocation.not-json': row<{ reason: string }>(
      (p) => `the revocation set is not JSON: ${p.reason}`,
      () =>
        'was the file written completely? it must be a JSON list of objects with "type": "revocation_set"',
    ),
    'revocation.not-list': row<{ got: string }>(
      (p) => `the revocation set is ${p.got}; it must be a list of entries`,
      generate,
    ),
    'revocation.too-many': row<{ count: number; limit: number }>(
      (p) => `the revocation set has ${p.count} entries; the limit is ${p.limit}`,
      () => 'is this the right file? an entry is all that one issuer revoked',
    ),
    'revocation.entry-invalid': row<{ field: string; problem: string }>(
      (p) => `${p.field} of the revocation set ${p.problem}`,
      generate,
    ),
    'revocation.entry-repeated': row<{ entry: number; first: number }>(
      (p) => `entry ${p.entry} of the revocation set is the same as entry ${p.first}`,
      () => 'it changes nothing; was a list joined with itself?',
    ),
    'revocation.revoked': row<{ subject: Subject; serialNumber: string; issuer: string }>(
      (p) =>
        `the ${NAMES[p.subject]} with serial number ${p.serialNumber} is revoked by its issuer "${p.issuer}"`,
      (p) =>
        p.subject === 'dac'
          ? 'have a new DAC issued, with a new key, and find out why this one was revoked'
          : 'no device with this PAI can be commissioned: have DACs issued by another PAI',
    ),
    'revocation.revoked-overlooked': row<{
      subject: Subject;
      serialNumber: string;
      issuer: string;
      reason: string;
    }>(
      (p) =>
        `the ${NAMES[p.subject]} with serial number ${p.serialNumber} is revoked by its issuer "${p.issuer}", though commissioners with today's Matter SDK overlook it: ${p.reason}`,
      () => 'treat it as revoked: other commissioners refuse it, and a later set may be read by all',
    ),
    'revocation.not-revoked': row<{
      entries: number;
      serialNumbers: number;
      uncovered: string | undefined;
      /** "2024-05-20"; undefined if it is not known. */
      fileDate: string | undefined;
      /** From then to the time of the check. */
      days: number;
    }>(
      (p) => {
        const set = `${plural(p.serialNumbers, 'serial number')} of ${plural(p.entries, 'entry', 'entries')}`;
        const covered = p.uncovered === undefined ? '' : `; no entry is of the issuer of ${p.uncovered}`;
        return `DAC and PAI are not among the ${set} of the revocation set${covered}${ageOf(p)}`;
      },
      () =>
        'a set has no date of its own, and that of a file may be later than its content, as after a copy: get a new set regularly',
    ),
  },
  { digests: ['serialNumber'] },
);

/** "; its file is of 2024-05-20, 11 days before the time of the check". */
function ageOf({ fileDate, days }: { readonly fileDate: string | undefined; readonly days: number }): string {
  if (fileDate === undefined) return '';
  return `; its file is of ${fileDate}${days < 1 ? '' : `, ${plural(days, 'day')} before the time of the check`}`;
}
