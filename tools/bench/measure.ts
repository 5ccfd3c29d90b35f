/** Programs against one another: in turn within each round, so that what else the machine does meets all alike. */
import { spawnSync } from 'node:child_process';

export interface Contender {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Before each run, outside of the time. */
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
  /** Ours by the other: the median of the rounds' own ratios. */
  readonly ratio: number;
  /** What the ratio has to be at most. */
  readonly bound: number;
  /** What cannot be avoided, by the other, where that was measured; and how far above it ours may be. */
  readonly floor?: {
    readonly name: string;
    readonly ratio: number;
    readonly oursBy: number;
    readonly bound: number;
  };
  /** "below-floor" for a goal that not even the floor reaches, where ours is near the floor. */
  readonly verdict: 'reached' | 'below-floor' | 'missed';
}

/** A program that does nothing of the work but what no program of this kind can avoid. */
export interface Floor {
  readonly contender: Contender;
  /** What ours by the floor has to be at most, where the goal is below the floor. */
  readonly bound: number;
}

/** Times ours against another, whole processes; a failing one is an error. */
export function compare(
  title: string,
  [ours, other]: readonly [Contender, Contender],
  { rounds, bound, floor }: { readonly rounds: number; readonly bound: number; readonly floor?: Floor },
): Result {
  const times: { readonly ours: number; readonly other: number; readonly floor: number }[] = [];
  for (let round = -1; round < rounds; round++) {
    // Who goes first takes turns: the second finds a warmer machine.
    const first = round % 2 === 0 ? time(ours) : undefined;
    const otherTime = time(other);
    const floorTime = floor === undefined ? 0 : time(floor.contender);
    const pair = { ours: first ?? time(ours), other: otherTime, floor: floorTime };
    // The first round fills the caches of files.
    if (round >= 0) times.push(pair);
  }
  const figures = (name: string, values: readonly number[]): Figures => ({
    name,
    medianMs: round1(median(values)),
    minMs: round1(Math.min(...values)),
  });
  const ratioOf = (by: (pair: (typeof times)[number]) => number) =>
    Math.round(median(times.map(by)) * 1000) / 1000;
  const ratio = ratioOf((pair) => pair.ours / pair.other);
  const atFloor = floor && {
    name: floor.contender.name,
    ratio: ratioOf((pair) => pair.floor / pair.other),
    oursBy: ratioOf((pair) => pair.ours / pair.floor),
    bound: floor.bound,
  };
  const isBelowFloor = atFloor !== undefined && atFloor.ratio > bound && atFloor.oursBy <= atFloor.bound;
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
    ...(atFloor && { floor: atFloor }),
    verdict: ratio <= bound ? 'reached' : isBelowFloor ? 'below-floor' : 'missed',
  };
}

/** Milliseconds of one run. */
export function time({ command: [program, ...args], cwd, env, before }: Contender): number {
  before?.();
  const start = performance.now();
  const { status, error, stderr, stdout } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
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
