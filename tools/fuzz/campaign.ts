/** One target, fuzzed for a while: keeps inputs that reach something new, and what goes wrong. */
import { FactoryError, formatFindings } from 'nvs-core';
import { type Below, mutate } from './mutate';

/** Reads untrusted bytes. */
export interface Target {
  readonly name: string;
  readonly seeds: () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Throws a FactoryError or nothing; what else it throws is a finding. */
  readonly run: (input: Uint8Array) => void;
  /** Makes checksums right again, so that changes get behind them. */
  readonly repair?: (input: Uint8Array) => Uint8Array;
  /** Default 4096. */
  readonly maxLength?: number;
  /** Milliseconds that a case may take, where it is known to be more than usual. */
  readonly maxTime?: number;
}

export interface CrashFinding {
  readonly kind: 'error' | 'slow' | 'memory' | 'hang' | 'crash';
  readonly message: string;
  readonly input: Uint8Array;
}

export interface CampaignResult {
  readonly cases: number;
  readonly corpus: number;
  readonly branches: number;
  readonly findings: readonly CrashFinding[];
}

export interface CampaignOptions {
  readonly seconds: number;
  readonly below: Below;
  /** Counters that `run` increments. */
  readonly counters: Uint8Array;
  readonly words: readonly string[];
  /** Told of every input before it runs. */
  readonly onCase?: (input: Uint8Array) => void;
  readonly maxCases?: number;
}

export const MAX_TIME = 2000;
const MAX_GROWTH = 512 * 1024 * 1024;
const SAMPLE = 500;

export async function fuzz(target: Target, options: CampaignOptions): Promise<CampaignResult> {
  const { below, counters, seconds, onCase = () => {}, maxCases = Number.POSITIVE_INFINITY } = options;
  const { maxLength = 4096, maxTime = MAX_TIME } = target;
  const seen = new Uint8Array(counters.length);
  const findings = new Map<string, CrashFinding>();
  const words = options.words.map((word) => Buffer.from(word));
  const corpus: Uint8Array[] = [];
  let memory = process.memoryUsage.rss();
  let cases = 0;

  const attempt = (input: Uint8Array) => {
    cases++;
    counters.fill(0);
    onCase(input);
    const start = performance.now();
    const error = errorOf(() => target.run(input));
    const time = performance.now() - start;
    const say = (kind: CrashFinding['kind'], message: string) => {
      const key = `${kind} ${message.replace(/\d+/g, '0')}`;
      const finding = { kind, message, input: Uint8Array.from(input) };
      const known = findings.get(key);
      if (known === undefined || input.length < known.input.length) findings.set(key, finding);
    };
    if (error !== undefined) say('error', error);
    if (time > maxTime) say('slow', `longer than ${maxTime} ms`);
    if (time > 50 || cases % SAMPLE === 0) {
      const now = process.memoryUsage.rss();
      if (time > 50 && now - memory > MAX_GROWTH) say('memory', `more than ${MAX_GROWTH} bytes`);
      memory = now;
    }
    if (reachesNew(counters, seen)) corpus.push(Uint8Array.from(input));
  };

  const seeds = await target.seeds();
  for (const seed of seeds) attempt(seed);
  if (corpus.length === 0) corpus.push(...seeds);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && cases < maxCases) {
    // The newest inputs are the likeliest to lead on.
    const newest =
      below(3) === 0 ? corpus.length - 1 - below(Math.min(8, corpus.length)) : below(corpus.length);
    const parent = corpus[newest] ?? new Uint8Array();
    const input = mutate(parent, { below, maxLength, others: corpus, words });
    attempt(target.repair !== undefined && below(4) !== 0 ? target.repair(input) : input);
  }
  const branches = seen.reduce((sum, classes) => sum + (classes > 0 ? 1 : 0), 0);
  return { cases, corpus: corpus.length, branches, findings: [...findings.values()] };
}

/** Where and what went wrong, if it is not a FactoryError with a text. */
function errorOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    try {
      if (error instanceof FactoryError) {
        formatFindings(error.findings);
        return undefined;
      }
    } catch (second) {
      return `no text for ${(error as FactoryError).code}: ${describe(second)}`;
    }
    return describe(error);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${typeof error}`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const ours = frames.find((line) => line.includes('/packages/')) ?? frames[0] ?? '';
  return `${error.name}: ${error.message.slice(0, 120)} ${ours.trim()}`;
}

/** Marks what was reached, by how often in classes of 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more times. */
function reachesNew(counters: Uint8Array, seen: Uint8Array): boolean {
  let isNew = false;
  const wide = new BigUint64Array(counters.buffer, counters.byteOffset, counters.length >> 3);
  for (let word = 0; word < wide.length; word++) {
    if (wide[word] === 0n) continue;
    for (let index = word * 8; index < word * 8 + 8; index++) {
      const count = counters[index] ?? 0;
      if (count === 0) continue;
      const times =
        1 << (count < 4 ? count - 1 : count < 8 ? 3 : count < 16 ? 4 : count < 32 ? 5 : count < 128 ? 6 : 7);
      const before = seen[index] ?? 0;
      if ((before & times) !== 0) continue;
      seen[index] = before | times;
      isNew = true;
    }
  }
  return isNew;
}
