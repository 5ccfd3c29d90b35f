/** Records, while a test file runs, every error code that is declared and every code that src produced a finding of. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as errorTables from '../../packages/nvs-core/src/errors/error-table';

type Finder = (...args: [code: string, ...rest: unknown[]]) => unknown;

const SRC = /[\\/]packages[\\/][^\\/]+[\\/]src[\\/]/;
const folder = process.env.ERROR_CODES_FOLDER;

if (folder !== undefined) {
  jest.mock('../../packages/nvs-core/src/errors/error-table', () => {
    const actual: typeof errorTables = jest.requireActual('../../packages/nvs-core/src/errors/error-table');
    const recorded = new Set<string>();
    const record = (list: 'declared' | 'produced', codes: readonly string[]) => {
      const fresh = codes.filter((code) => !recorded.has(`${list} ${code}`));
      // What a test makes by itself, a table or a finding, does not count.
      if (fresh.length === 0 || !SRC.test(callerOfCaller())) return;
      for (const code of fresh) recorded.add(`${list} ${code}`);
      appendFileSync(join(folder, list), fresh.map((code) => `${code}\n`).join(''));
    };
    const recording =
      (make: Finder): Finder =>
      (...args) => {
        record('produced', args.slice(0, 1) as string[]);
        return make(...args);
      };
    return {
      ...actual,
      errorTable(...args: Parameters<typeof actual.errorTable>) {
        const table = actual.errorTable(...args);
        record('declared', table.codes);
        return {
          ...table,
          finding: recording(table.finding as Finder),
          error: recording(table.error as Finder),
        };
      },
    };
  });
}

/** The file that called the function that called `record`. */
function callerOfCaller(): string {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => sites;
  const sites = new Error().stack as unknown as NodeJS.CallSite[];
  Error.prepareStackTrace = prepareStackTrace;
  return sites[3]?.getFileName() ?? '';
}
