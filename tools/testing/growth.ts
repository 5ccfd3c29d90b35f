/** How the work of a function grows with its input: docs/decisions/012-linear-time.md says why by CPU time. */

const GROWTH = 8;
/** Between 8, which is linear, and 64, which is quadratic; more than a noisy machine adds. */
const MOST = 22;
/** Milliseconds of CPU time below which a measurement is noise. */
const LEAST = 3;
const ATTEMPTS = 4;

/** An input by its name, a size of it, and what makes it and returns the function to measure. */
export type GrowthRow = readonly [name: string, size: number, work: (size: number) => () => unknown];

/** The rows with what they are of before their names. */
export function named(what: string, rows: readonly GrowthRow[]): GrowthRow[] {
  return rows.map(([name, ...row]) => [`${what} ${name}`, ...row]);
}

/** Defines a test for each row, or for those with these names. */
export function testGrowth(rows: readonly GrowthRow[], names = rows.map(([name]) => name)): void {
  test.each(names)('%s', (name) => {
    const [, size, work] = rows.find((row) => row[0] === name) ?? [];
    if (size === undefined || work === undefined) throw new Error(`there is no row "${name}"`);
    expectLinear(size, work);
  });
}

/**
 * Expects eight times as much input to take about eight times as long, and not 64 times. `work` gets the size of its
 * input and makes it: returns the function to measure.
 */
function expectLinear(size: number, work: (size: number) => () => unknown): void {
  const [small, large] = [work(size), work(size * GROWTH)];
  // Once before, so that the code is compiled.
  milliseconds(small);
  let ratio = Number.POSITIVE_INFINITY;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < ATTEMPTS && ratio > MOST; attempt++) {
    least = Math.min(least, milliseconds(small), milliseconds(small));
    most = Math.min(most, milliseconds(large));
    ratio = most / Math.max(least, LEAST);
  }
  if (ratio > MOST)
    throw new Error(
      `${GROWTH} times as much input takes ${ratio.toFixed(0)} times as long (${least.toFixed(1)} ms, then ${most.toFixed(1)} ms)`,
    );
}

/** CPU time of this process, which other processes hardly change. */
function milliseconds(work: () => unknown): number {
  const before = process.cpuUsage();
  try {
    work();
  } catch (error) {
    // Rejecting the input is what most of it is for.
    if (!(error instanceof Error) || error.name !== 'FactoryError') throw error;
  }
  return process.cpuUsage(before).user / 1000;
}
