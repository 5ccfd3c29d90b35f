/** Collects findings about a set of credentials. */
import { attestationErrors } from '../errors/attestation';
import { FactoryError, type Finding, locate, type Severity, type Where } from '../errors/factory-error';
import { type AttestationResult, attestationResult, type ResultNumber } from './results';

/** The subject of a finding; "config" is the ids of configuration and firmware. */
export type AttestationSubject = 'dac' | 'pai' | 'paa' | 'cd' | 'config' | 'revocation';

/** A finding with its subject and attestation result. */
export interface AttestationFinding extends Finding {
  readonly subject: AttestationSubject;
  /** Absent if a commissioner accepts it. */
  readonly result?: AttestationResult;
}

/** A credential that cannot be parsed, with the findings that explain why. */
export class UnreadableCredential {
  constructor(readonly findings: readonly AttestationFinding[]) {}
}

/** The certificates, each with its own attestation result for the same rule. */
export type CertificateSubject = 'dac' | 'pai' | 'paa';
export const FORMAT_INVALID: Readonly<Record<CertificateSubject, ResultNumber>> = {
  dac: 303,
  pai: 203,
  paa: 105,
};
export const SIGNATURE_INVALID: Readonly<Record<CertificateSubject, ResultNumber>> = {
  dac: 301,
  pai: 201,
  paa: 103,
};
export const NOT_VALID: Readonly<Record<CertificateSubject, ResultNumber>> = { dac: 300, pai: 200, paa: 102 };

type Table = typeof attestationErrors;
type Code = Table['codes'][number];
type ParamsOf<C extends Code> = Parameters<typeof attestationErrors.finding<C>>[1];

export type Places = Partial<Readonly<Record<AttestationSubject, Where>>>;

/** Findings in the order in which the SDK's verifier would encounter them. */
export class Findings {
  readonly all: AttestationFinding[] = [];

  constructor(private readonly places: Places) {}

  /** Reports one finding, an error by default. */
  report<C extends Code>(
    subject: AttestationSubject,
    number: ResultNumber | undefined,
    code: C,
    params: ParamsOf<C>,
    severity: Severity = 'error',
  ): void {
    this.add(subject, number, attestationErrors.finding(code, params, {}, severity));
  }

  add(subject: AttestationSubject, number: ResultNumber | undefined, finding: Finding): void {
    const result = number === undefined ? {} : { result: attestationResult(number) };
    this.push({ ...finding, subject, ...result });
  }

  /** Returns the credential if it could be parsed; otherwise reports its findings. */
  readable<T>(credential: T | UnreadableCredential): T | undefined {
    if (!(credential instanceof UnreadableCredential)) return credential;
    for (const finding of credential.findings) this.push(finding);
    return undefined;
  }

  /** Returns the result of `read`; a FactoryError that it throws becomes findings. */
  attempt<T>(subject: AttestationSubject, number: ResultNumber, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      for (const finding of error.findings) this.add(subject, number, finding);
      return undefined;
    }
  }

  private push(finding: AttestationFinding): void {
    this.all.push({ ...finding, ...locate(finding, this.places[finding.subject] ?? {}) });
  }
}
