import { type Finding, nvsErrors } from '../errors';

/** Findings of one image, up to a limit: a large image of noise must not become a larger report. */
export class FindingLog {
  readonly #findings: Finding[] = [];
  readonly #limit: number;
  #omitted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  readonly add = (...finding: Parameters<typeof nvsErrors.finding>): void => {
    if (this.#findings.length < this.#limit) this.#findings.push(nvsErrors.finding(...finding));
    else this.#omitted++;
  };

  /** All findings, and how many more there were. */
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
