import { FactoryError, type Finding, locate, type Params, type Severity, type Where } from './factory-error';
import { printable, withoutSecrets } from './printed-text';

/** The text of one code: message (what it is, what it must be) and help (what to do next). */
export interface ErrorRow<P extends Params> {
  readonly message: (params: P) => string;
  readonly help: (params: P) => string;
}

/** A row of an error table: `row<{ key: string }>((p) => ..., (p) => ...)`. */
export function row(message: () => string, help: () => string): ErrorRow<Record<never, never>>;
export function row<P extends Params>(
  message: (params: P) => string,
  help: (params: P) => string,
): ErrorRow<P>;
export function row<P extends Params>(
  message: (params: P) => string,
  help: (params: P) => string,
): ErrorRow<P> {
  return { message, help };
}

type Rows = Readonly<Record<string, ErrorRow<never>>>;
type ParamsOf<R> = R extends ErrorRow<infer P> ? P : never;

/** The codes of one subject, with typed constructors. */
export interface ErrorTable<T extends Rows> {
  /** Every code of the table. */
  readonly codes: readonly (keyof T & string)[];
  /** A finding of the given severity (default: error). */
  finding<C extends keyof T & string>(
    code: C,
    params: ParamsOf<T[C]>,
    where?: Where,
    severity?: Severity,
  ): Finding;
  /** A FactoryError with one finding, to throw. */
  error<C extends keyof T & string>(code: C, params: ParamsOf<T[C]>, where?: Where): FactoryError;
}

/**
 * Creates the table of one subject; its codes are "subject.problem". Secrets are taken out of all text in parameters, by
 * their looks; `digests` names the parameters with digests and key ids, which look like secrets and are public.
 */
export function errorTable<T extends Rows>(
  rows: T,
  { digests = [] }: { readonly digests?: readonly string[] } = {},
): ErrorTable<T> {
  const finding: ErrorTable<T>['finding'] = (code, given, where = {}, severity = 'error') => {
    const { message, help } = rows[code] as unknown as ErrorRow<Params>;
    const params = safeParams(given, digests);
    const texts = { message: printable(message(params)), help: printable(help(params)) };
    return locate({ code, severity, params, where: {}, ...texts }, where);
  };
  return {
    codes: Object.keys(rows),
    finding,
    error: (code, params, where) => new FactoryError([finding(code, params, where)]),
  };
}

function safeParams(params: Params, digests: readonly string[]): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, digests.includes(name) ? value : safeValue(value)]),
  );
}

function safeValue(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(safeValue);
  return typeof value === 'object' && value !== null ? safeParams(value as Params, []) : value;
}

/** A number in the notation of addresses and sizes: 0x6000. */
export function hex(value: number, digits = 1): string {
  return `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;
}

/** "a, b or c", for allowed values. */
export function oneOf(values: readonly (string | number)[]): string {
  const last = values.at(-1);
  return values.length < 2 ? String(last ?? '') : `${values.slice(0, -1).join(', ')} or ${last}`;
}

/** The candidate nearest to `written`, within two edits (or a third of its length), for "did you mean". */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    // At least as many edits as one of them is longer.
    if (Math.abs(written.length - candidate.length) >= bestDistance) continue;
    const distance = editDistance(written.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
