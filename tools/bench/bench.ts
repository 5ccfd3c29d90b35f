/**
 * The speed of the packed packages, installed, against the tools that they replace and against what cannot be avoided:
 * docs/performance.md. Outputs are compared before anything is timed.
 *
 *     npm run bench [-- --json] [-- --rounds N] [-- --only device,nvs,help,nx]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { deviceBench } from './device';
import { type Installed, install } from './installation';
import { compare, type Result, time } from './measure';
import { nvsBench } from './nvs';
import { nxBench } from './nx';

type Bench = (installed: Installed, folder: string, rounds: number) => Promise<(Result | string)[]>;

const BENCHES: Readonly<Record<string, Bench>> = {
  device: async (installed, folder, rounds) => {
    const { ours, first, mfgTool, script, note } = await deviceBench(join(folder, 'device'), installed);
    return [
      compare('one device, against esp-matter-mfg-tool', [ours, mfgTool], { rounds, bound: 0.75 }),
      compare('one device, in a new installation', [first, mfgTool], { rounds, bound: 1 }),
      script === undefined
        ? (note ?? '')
        : compare("one device, against the SDK's script", [ours, script], { rounds, bound: 0.75 }),
    ];
  },
  nvs: async (installed, folder, rounds) => [
    compare('1 MiB of encrypted NVS', nvsBench(join(folder, 'nvs'), installed), {
      rounds,
      bound: 1 / 6,
      floor: {
        contender: { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd: folder },
        bound: 2,
      },
    }),
  ],
  help: async ({ command }, folder, rounds) => {
    const node = { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd: folder } as const;
    const help = {
      ...node,
      name: 'esp32-factory --help',
      command: [process.execPath, command, '--help'],
    } as const;
    time(help);
    return [compare('start-up', [help, node], { rounds: rounds * 3, bound: 1.6 })];
  },
  nx: async (installed, _folder, rounds) => {
    const { contenders, floor } = await nxBench(installed, { daemon: false });
    const options = { rounds, bound: 1.05, floor: { contender: floor, bound: 1.1 } };
    return [compare('a cache hit, without the daemon', contenders, options)];
  },
};

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
  if (results.some(({ verdict }) => verdict === 'missed')) process.exitCode = 1;
}

function table(results: readonly Result[], notes: readonly string[], machine: object): string {
  const marks = { reached: '✔', 'below-floor': '≈', missed: '✖' };
  const rows = results.map(({ title, figures: [ours, other], ratio, bound, verdict }) => [
    marks[verdict],
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
  const floors = results.flatMap(({ title, floor, verdict }) => {
    if (floor === undefined) return [];
    const below = verdict === 'below-floor' ? '; the goal is below the floor' : '';
    const ours = `ours is ${floor.oursBy} of that, at most ${floor.bound}`;
    return [`floor of ${title}: ${floor.name} alone has a ratio of ${floor.ratio}; ${ours}${below}`];
  });
  return [...lines, ...floors, ...notes.map((note) => `note: ${note}`), JSON.stringify(machine)].join('\n');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
