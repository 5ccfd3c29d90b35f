/** Collects findings about a set of credentials. */
import { attestationErrors } from '../errors/attestation';
import { FactoryError, type Finding, locate, type Severity, type Where } from '../errors/factory-error';
import { type AttestationResult, attestationResult, type ResultNumber } from './results';

/** The subject of a finding; "config" is the ids of configuration and firmware. */
export type AttestationSubject = 'dac' | 'pai' | 'paa' | 'cd' | 'config' | 'revocation';

/** A finding with its subject and attestation result. */
export interface AttestationFinding extends Finding {
  readonly subject: AttestationSubject;
  /** The number with which commissioners refuse it; absent if they accept it. */
  readonly result?: AttestationResult;
  /** Against the specification, though commissioners accept it today. */
  readonly isStricter?: true;
}

/** A credential that cannot be parsed, with the findings that explain why. */
export class UnreadableCredential {
  constructor(readonly findings: readonly AttestationFinding[]) {}
}

/** The certificates, each with its own attestation result for a format that commissioners do not read. */
export type CertificateSubject = 'dac' | 'pai' | 'paa';
export const FORMAT_INVALID: Readonly<Record<CertificateSubject, ResultNumber>> = {
  dac: 303,
  pai: 203,
  // The SDK's trust store leaves out a malformed PAA, so that it is not found.
  paa: 101,
};
/** DacSignatureInvalid: for the SDK the one result of every chain that fails (MapError of kChainInvalid). */
export const CHAIN_INVALID: ResultNumber = 301;

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

  /** Reports what commissioners accept, though the specification forbids it. */
  reportStricter<C extends Code>(
    subject: AttestationSubject,
    code: C,
    params: ParamsOf<C>,
    severity: Severity = 'error',
  ): void {
    this.addStricter(subject, attestationErrors.finding(code, params, {}, severity));
  }

  addStricter(subject: AttestationSubject, finding: Finding): void {
    this.push({ ...finding, subject, isStricter: true });
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
