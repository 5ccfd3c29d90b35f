/**
 * Compares the speed of the packed and installed packages with the tools that they replace, and with the unavoidable
 * minimum: docs/performance.md. Outputs are compared before anything is timed.
 *
 *     npm run bench [-- --json] [-- --rounds N] [-- --only device,nvs,help,nx]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deviceBench } from './device';
import { type Installed, install } from './installation';
import { type Contender, compare, type Result } from './measure';
import { nvsBench } from './nvs';
import { nxBench } from './nx';

type Bench = (installed: Installed, folder: string, rounds: number) => Promise<(Result | string)[]>;

/** One device, as a ratio of our time to theirs: newer versions of Node reuse compiled code, as Python does. */
const DEVICE_BOUND = Number(process.versions.node.split('.')[0]) >= 24 ? 0.5 : 0.8;

const BENCHES: Readonly<Record<string, Bench>> = {
  device: async (installed, folder, rounds) => {
    const { ours, mfgTool, script, note } = await deviceBench(join(folder, 'device'), installed);
    return [
      compare('one device, against esp-matter-mfg-tool', [ours, mfgTool], { rounds, bound: DEVICE_BOUND }),
      script === undefined
        ? (note ?? '')
        : compare("one device, against the SDK's script", [ours, script], { rounds, bound: DEVICE_BOUND }),
    ];
  },
  nvs: async (installed, folder, rounds) => {
    const contenders = nvsBench(join(folder, 'nvs'), installed);
    return [compare('1 MiB of encrypted NVS', contenders, { rounds, bound: 0.25 })];
  },
  help: async ({ command }, folder, rounds) => {
    const empty = emptyProcess(folder);
    const help: Contender = {
      name: 'esp32-factory --help',
      command: [process.execPath, command, '--help'],
      cwd: folder,
    };
    return [compare('start-up', [help, empty], { rounds: rounds * 3, bound: 1.6 })];
  },
  nx: async (installed, _folder, rounds) => {
    const contenders = await nxBench(installed, { daemon: false });
    return [compare('a cache hit, without the daemon', contenders, { rounds, bound: 1.1 })];
  },
};

function emptyProcess(cwd: string): Contender {
  return { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '11' },
      only: { type: 'string', default: Object.keys(BENCHES).join() },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const results: Result[] = [];
  const notes: string[] = [];
  try {
    const installed = await install(folder);
    for (const name of values.only.split(',')) {
      const bench = BENCHES[name];
      if (bench === undefined)
        throw new Error(`there is no bench "${name}": ${Object.keys(BENCHES).join(', ')}`);
      for (const result of await bench(installed, folder, Number(values.rounds))) {
        if (typeof result === 'string') notes.push(result);
        else results.push(result);
        console.error(`${name}: ${typeof result === 'string' ? result : result.ratio}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: cpus().length,
    load: loadavg().map((value) => Math.round(value * 10) / 10),
  };
  console.log(
    values.json ? JSON.stringify({ machine, results, notes }, null, 2) : table(results, notes, machine),
  );
  if (results.some(({ reached }) => !reached)) process.exitCode = 1;
}

function table(results: readonly Result[], notes: readonly string[], machine: object): string {
  const rows = results.map(({ title, figures: [ours, other], ratio, bound, reached }) => [
    reached ? '✔' : '✖',
    title,
    `${ours?.name ?? ''} ${ours?.medianMs ?? ''} ms`,
    `${other?.name ?? ''} ${other?.medianMs ?? ''} ms`,
    String(ratio),
    `at most ${Math.round(bound * 1000) / 1000}`,
  ]);
  const all = [['', 'What', 'Ours (median)', 'The other (median)', 'Ratio', 'Goal'], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...notes.map((note) => `note: ${note}`), JSON.stringify(machine)].join('\n');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
