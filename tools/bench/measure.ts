/** Times programs on idle processors, alternating within each round, so that other load affects all equally. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

export interface Contender {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs before each run and is not timed. */
  readonly before?: () => void;
}

export interface Figures {
  readonly name: string;
  readonly medianMs: number;
  readonly minMs: number;
}

export interface Result {
  readonly title: string;
  readonly rounds: number;
  readonly figures: readonly Figures[];
  /** Our time divided by the other's: the median of the ratios of all rounds. */
  readonly ratio: number;
  /** The highest allowed ratio. */
  readonly bound: number;
  readonly reached: boolean;
}

/** Times our process and the other, from start to exit; throws if one fails. */
export function compare(
  title: string,
  [ours, other]: readonly [Contender, Contender],
  { rounds, bound }: { readonly rounds: number; readonly bound: number },
): Result {
  const times: { readonly ours: number; readonly other: number }[] = [];
  for (let round = -1; round < rounds; round++) {
    waitForIdle();
    // Alternate who goes first: the second run finds warmer caches.
    const first = round % 2 === 0 ? time(ours) : undefined;
    const otherTime = time(other);
    const pair = { ours: first ?? time(ours), other: otherTime };
    // The first round fills the file caches.
    if (round >= 0) times.push(pair);
  }
  const figures = (name: string, values: readonly number[]): Figures => ({
    name,
    medianMs: round1(median(values)),
    minMs: round1(Math.min(...values)),
  });
  const ratio = Math.round(median(times.map((pair) => pair.ours / pair.other)) * 1000) / 1000;
  return {
    title,
    rounds,
    figures: [
      figures(
        ours.name,
        times.map((pair) => pair.ours),
      ),
      figures(
        other.name,
        times.map((pair) => pair.other),
      ),
    ],
    ratio,
    bound,
    reached: ratio <= bound,
  };
}

/** Waits, for at most a minute, until the processors are idle: ours uses more than one of them at a time. */
function waitForIdle(): void {
  const idleFor = 200;
  const idle = () => cpus().reduce((sum, { times }) => sum + times.idle, 0);
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    const [start, before] = [performance.now(), idle()];
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, idleFor);
    const share = (idle() - before) / (cpus().length * (performance.now() - start));
    if (share > 0.9) return;
  }
}

/**
 * Without what this shell asks of Node and Python: with NODE_EXTRA_CA_CERTS, for one, Node 20 reads a hundred certificates
 * before it runs anything, which takes longer than the rest of its start.
 */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(NODE|PYTHON)/.test(name)),
);

/** Milliseconds of one run. */
export function time({ command: [program, ...args], cwd, env, before }: Contender): number {
  before?.();
  const start = performance.now();
  const { status, error, stderr, stdout } = spawnSync(program, args, {
    cwd,
    env: { ...ENVIRONMENT, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const elapsed = performance.now() - start;
  if (status === 0) return elapsed;
  throw new Error(`${[program, ...args].join(' ')} ended with ${status ?? error}:\n${stderr}${stdout}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = low] =
    sorted.length % 2 === 0 ? sorted.slice(middle - 1, middle + 1) : sorted.slice(middle);
  return sorted.length % 2 === 0 ? (low + high) / 2 : low;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
