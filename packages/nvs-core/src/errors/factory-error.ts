/**
 * One error class, and findings as data: a stable code with typed parameters; the text comes from the table that
 * owns the code. Parameters never contain secrets: they end up in logs.
 */
import { withoutSecrets } from './printed-text';

/** Source location of a finding: every part is optional, and outer code adds what inner code does not know. */
export interface Where {
  /** A file as the user named it, or a label such as "partition.bin". */
  readonly file?: string;
  /** One-based line in `file`. */
  readonly line?: number;
  /** One-based column in `line`. */
  readonly column?: number;
  /** A path inside a document, such as "nvs.extra[0].key". */
  readonly field?: string;
  /** Byte offset in `file`. */
  readonly offset?: number;
}

export type Severity = 'error' | 'warning' | 'info';

export type Params = Readonly<Record<string, unknown>>;

/** A problem with an input, or a remark about it: data first, text derived. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly params: Params;
  readonly where: Where;
  /** What it is and what it must be, one line, no full stop. */
  readonly message: string;
  /** What to do next, one line, no full stop. */
  readonly help: string;
}

/** Bad input. Anything else that is thrown is a bug of ours and keeps its stack. */
export class FactoryError extends Error {
  override readonly name = 'FactoryError';
  /** All problems found, at least one, in the order of the input. */
  readonly findings: readonly [Finding, ...Finding[]];

  constructor(findings: readonly Finding[]) {
    const [first, ...rest] = findings;
    if (first === undefined) throw new TypeError('a FactoryError needs at least one finding');
    super(findings.map((finding) => `${finding.code}: ${finding.message}`).join('\n'));
    this.findings = [first, ...rest];
  }

  /** Code of the first finding. */
  get code(): string {
    return this.findings[0].code;
  }

  get params(): Params {
    return this.findings[0].params;
  }

  get where(): Where {
    return this.findings[0].where;
  }

  /** The same error with the missing parts of its source location added. */
  at(where: Where): FactoryError {
    return new FactoryError(this.findings.map((finding) => locate(finding, where)));
  }
}

/** `finding` with the parts of `where` that it does not have yet; what looks like a secret in them is only described. */
export function locate(finding: Finding, where: Where): Finding {
  const { file, field } = where;
  const safe = {
    ...where,
    ...(file === undefined ? {} : { file: withoutSecrets(file) }),
    ...(field === undefined ? {} : { field: withoutSecrets(field) }),
  };
  return { ...finding, where: { ...safe, ...finding.where } };
}

/** Runs `work`, and adds `where` to a FactoryError that it throws. */
export function within<T>(where: Where, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof FactoryError ? error.at(where) : error;
  }
}
