import type { Finding, Severity, Where } from '../errors/factory-error';
import { nvsErrors } from '../errors/nvs';

const { finding } = nvsErrors;
type Code = (typeof nvsErrors.codes)[number];

/** Findings of one image, up to a limit: a large image of noise must not cause an even larger report. */
export class FindingLog {
  readonly #findings: Finding[] = [];
  readonly #limit: number;
  #omitted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a finding, with the arguments of nvsErrors.finding; beyond the limit it is only counted. */
  add<C extends Code>(
    code: C,
    params: Parameters<typeof finding<C>>[1],
    where?: Where,
    severity?: Severity,
  ): void {
    if (this.#findings.length < this.#limit) this.#findings.push(finding(code, params, where, severity));
    else this.#omitted++;
  }

  /** All findings, then the number of omitted ones. */
  get findings(): readonly Finding[] {
    if (this.#omitted === 0) return this.#findings;
    const params = { shown: this.#findings.length, omitted: this.#omitted };
    return [...this.#findings, finding('nvs.findings-omitted', params, {}, 'info')];
  }
}
