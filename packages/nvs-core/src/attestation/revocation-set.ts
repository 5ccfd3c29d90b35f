/**
 * Parses the revocation set of the Matter SDK: what credentials/generate_revocation_set.py writes, and
 * TestDACRevocationDelegateImpl reads (docs/formats/revocation-set.md).
 */
import { fromBase64, toHex, utf8 } from '../bytes/text';
import { sha256 } from '../crypto/hash';
import { FactoryError, type Finding } from '../errors/factory-error';
import { firstFindings } from '../errors/limit';
import { revocationErrors } from '../errors/revocation';
import { type Certificate, parseAnyCertificate } from './certificate';
import { DerReader, decodeDer } from './der';
import { decodeName } from './name';

/** A hundred thousand revoked certificates take 5 MiB. */
export const MAX_REVOCATION_SET_LENGTH = 16 * 1024 * 1024;

/** An entry for each issuer and each of its lists: the CSA's ledger has hundreds. */
const MAX_ENTRIES = 10_000;

/** A certificate of an entry, as it is written and decoded. */
export interface WrittenCertificate {
  readonly written: string;
  readonly certificate: Certificate;
}

/** The certificates that one issuer revoked in one list. Text is as it is written: the SDK compares that. */
export interface RevocationEntry {
  /** Hexadecimal; of 20 bytes. */
  readonly issuerKeyId: string;
  /** Base64 of a Name in DER. */
  readonly issuerName: string;
  readonly issuerNameDer: Uint8Array;
  /** Hexadecimal, each as it is written. */
  readonly serialNumbers: ReadonlySet<string>;
  /** Signed the list. */
  readonly crlSigner: WrittenCertificate;
  /** The issuer, if another signs its lists; null is how the SDK's script writes that there is none. */
  readonly delegator: WrittenCertificate | null | undefined;
}

export interface RevocationSet {
  readonly entries: readonly RevocationEntry[];
  /** Warnings about its form. */
  readonly findings: readonly Finding[];
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const KEY_ID = /^[0-9A-Fa-f]{40}$/;
const SERIAL_NUMBER = /^[0-9A-Fa-f]{1,42}$/;

/**
 * Parses a revocation set; all that is wrong is reported at once.
 * Errors: revocation.too-large, .not-json, .not-list, .too-many, .entry-invalid.
 */
export function parseRevocationSet(data: Uint8Array): RevocationSet {
  const value = parseJson(data);
  if (!Array.isArray(value)) throw revocationErrors.error('revocation.not-list', { got: kindOf(value) });
  if (value.length > MAX_ENTRIES)
    throw revocationErrors.error('revocation.too-many', { count: value.length, limit: MAX_ENTRIES });
  const problems: Finding[] = [];
  const entries = value.flatMap((entry: unknown, index) => {
    try {
      return [parseEntry(entry, `entry ${index + 1}`)];
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      problems.push(...error.findings);
      return [];
    }
  });
  if (problems.length > 0) throw new FactoryError(firstFindings(problems));
  return { entries, findings: firstFindings(repeatedEntries(entries)) };
}

function parseJson(data: Uint8Array): unknown {
  const params = { length: data.length, limit: MAX_REVOCATION_SET_LENGTH };
  if (data.length > MAX_REVOCATION_SET_LENGTH) throw revocationErrors.error('revocation.too-large', params);
  const fail = (reason: string) => revocationErrors.error('revocation.not-json', { reason });
  if (data.length === 0) throw fail('the file is empty');
  let text: string;
  try {
    text = UTF8.decode(data);
  } catch {
    throw fail('it is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw fail('its syntax is wrong');
  }
}

function parseEntry(entry: unknown, name: string): RevocationEntry {
  const problem = (field: string, text: string) =>
    revocationErrors.error('revocation.entry-invalid', { field, problem: text });
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw problem(name, `is ${kindOf(entry)}; it must be an object`);
  const fields = entry as Readonly<Record<string, unknown>>;
  const text = (key: string): string => {
    const value = fields[key];
    if (typeof value === 'string') return value;
    const got = value === undefined ? 'is missing' : `is ${kindOf(value)}; it must be text`;
    throw problem(`"${key}" in ${name}`, got);
  };
  const bytes = (key: string, what: string): Uint8Array => {
    const written = text(key);
    const must = `must be base64 of ${what}`;
    if (written.startsWith('-----BEGIN'))
      throw problem(`"${key}" in ${name}`, `is PEM, as early versions of the script wrote it; it ${must}`);
    try {
      return fromBase64(written);
    } catch {
      throw problem(`"${key}" in ${name}`, must);
    }
  };
  const certificate = (key: string): WrittenCertificate => {
    const der = bytes(key, 'a certificate in DER');
    return {
      written: text(key),
      certificate: readable(`"${key}" in ${name}`, () => parseAnyCertificate(der)),
    };
  };
  const readable = <T>(field: string, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      throw problem(field, `cannot be read: ${error.findings[0].message}`);
    }
  };

  const type = text('type');
  if (type !== 'revocation_set') throw problem(`"type" in ${name}`, 'must be "revocation_set"');
  const issuerKeyId = text('issuer_subject_key_id');
  if (!KEY_ID.test(issuerKeyId))
    throw problem(`"issuer_subject_key_id" in ${name}`, 'must have 40 hexadecimal digits');
  const issuerNameDer = bytes('issuer_name', 'a name in DER');
  readable(`"issuer_name" in ${name}`, () =>
    decodeName(decodeDer(issuerNameDer, 'name'), new DerReader('name')),
  );
  return {
    issuerKeyId,
    issuerName: text('issuer_name'),
    issuerNameDer,
    serialNumbers: serialNumbers(),
    crlSigner: certificate('crl_signer_cert'),
    delegator:
      fields.crl_signer_delegator === null || fields.crl_signer_delegator === undefined
        ? fields.crl_signer_delegator
        : certificate('crl_signer_delegator'),
  };

  function serialNumbers(): ReadonlySet<string> {
    const list = fields.revoked_serial_numbers;
    const field = `"revoked_serial_numbers" in ${name}`;
    if (!Array.isArray(list))
      throw problem(field, list === undefined ? 'is missing' : `is ${kindOf(list)}; it must be a list`);
    const wrong = list.findIndex((number) => typeof number !== 'string' || !SERIAL_NUMBER.test(number));
    if (wrong >= 0)
      throw problem(
        field,
        `must have serial numbers of 1 to 42 hexadecimal digits; number ${wrong + 1} is none`,
      );
    return new Set(list as string[]);
  }
}

function repeatedEntries(entries: readonly RevocationEntry[]): Finding[] {
  const seen = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    const { issuerKeyId, issuerName, crlSigner, delegator, serialNumbers } = entry;
    const written = [
      issuerKeyId,
      issuerName,
      crlSigner.written,
      delegator?.written,
      ...[...serialNumbers].sort(),
    ];
    const digest = toHex(sha256(utf8(JSON.stringify(written))));
    const first = seen.get(digest);
    if (first === undefined) {
      seen.set(digest, index);
      return [];
    }
    const params = { entry: index + 1, first: first + 1 };
    return [revocationErrors.finding('revocation.entry-repeated', params, {}, 'warning')];
  });
}

const KINDS: Readonly<Record<string, string | undefined>> = {
  string: 'text',
  number: 'a number',
  boolean: 'a boolean',
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : (KINDS[typeof value] ?? 'an object');
}
