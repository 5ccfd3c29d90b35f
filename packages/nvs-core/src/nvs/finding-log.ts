import type { ErrorRow, ErrorTable } from '../errors/error-table';
import type { Finding, Severity, Where } from '../errors/factory-error';
import { nvsErrors } from '../errors/nvs';

type Rows = typeof nvsErrors extends ErrorTable<infer R> ? R : never;
type ParamsOf<R> = R extends ErrorRow<infer P> ? P : never;

/** Findings of one image, up to a limit: a large image of noise must not cause an even larger report. */
export class FindingLog {
  readonly #findings: Finding[] = [];
  readonly #limit: number;
  #omitted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a finding, with the arguments of nvsErrors.finding; beyond the limit it is only counted. */
  add<C extends keyof Rows & string>(
    code: C,
    params: ParamsOf<Rows[C]>,
    where?: Where,
    severity?: Severity,
  ): void {
    if (this.#findings.length < this.#limit)
      this.#findings.push(nvsErrors.finding(code, params, where, severity));
    else this.#omitted++;
  }

  /** All findings, then the number of omitted ones. */
  get findings(): readonly Finding[] {
    if (this.#omitted === 0) return this.#findings;
    const { length } = this.#findings;
    const more = nvsErrors.finding(
      'nvs.findings-omitted',
      { shown: length, omitted: this.#omitted },
      {},
      'info',
    );
    return [...this.#findings, more];
  }
}
