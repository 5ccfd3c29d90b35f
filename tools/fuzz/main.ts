/**
 * Fuzzes every decoder: a result or a FactoryError, in bounded time and memory.
 *
 *     npm run fuzz [-- [--seconds N] [--seed N] [TARGET...]]
 *     npm run fuzz -- --input FILE TARGET
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { CampaignResult, CrashFinding } from './campaign';
import { TARGET_NAMES } from './names';

const { values: options, positionals: targets } = parseArgs({
  options: { seconds: { type: 'string', default: '3' }, seed: { type: 'string' }, input: { type: 'string' } },
  allowPositionals: true,
});
const SECONDS = Number(options.seconds);
const SEED = Number(options.seed ?? process.env.SEED ?? (Date.now() ^ (process.pid << 8)) & 0x7fffffff);
/** Milliseconds after which a case hangs. */
const HANG = Number(process.env.FUZZ_HANG_MS ?? 20_000);
const MAX_INPUT = 1 << 20;
/** Bytes before the input in the shared state, as worker.ts has it. */
const STATE_HEADER = 16;
const HEAP_MEGABYTES = Number(process.env.FUZZ_HEAP_MB ?? 1024);

type Report = { readonly start: string } | { readonly end: string; readonly result: CampaignResult };

interface Outcome {
  readonly done: readonly string[];
  /** The target that ended the thread. */
  readonly broken?: { readonly name: string; readonly finding: CrashFinding };
}

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
let failures = 0;

function report(name: string, { kind, message, input }: CrashFinding): void {
  failures++;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${failures}.bin`);
  writeFileSync(path, input);
  console.log(`✖ ${name}: ${kind}: ${message}\n  input of ${input.length} bytes: ${path}`);
  if (input.length <= 300) console.log(`  base64: ${Buffer.from(input).toString('base64')}`);
}

function runTargets(names: readonly string[], input?: Uint8Array): Promise<Outcome> {
  const state = new SharedArrayBuffer(STATE_HEADER + MAX_INPUT);
  const began = new Float64Array(state, 0, 1);
  const length = new Uint32Array(state, 8, 1);
  const current = () => Uint8Array.from(new Uint8Array(state, STATE_HEADER, length[0] ?? 0));
  const done: string[] = [];
  let running = '';
  return new Promise((resolve) => {
    const worker = new Worker(join(__dirname, 'worker.ts'), {
      workerData: { names, seconds: SECONDS, seed: SEED, state, ...(input && { input }) },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
      execArgv: ['-C', '@nx-esp32-factory/source', '-r', '@swc-node/register'],
    });
    const broken = (kind: CrashFinding['kind'], message: string) => {
      clearInterval(timer);
      resolve({ done, broken: { name: running, finding: { kind, message, input: current() } } });
    };
    const timer = setInterval(() => {
      const start = began[0] ?? 0;
      if (start === 0 || Date.now() - start < HANG) return;
      void worker.terminate();
      broken('hang', `longer than ${HANG} ms`);
    }, 500);
    worker.on('message', (message: Report) => {
      if ('start' in message) {
        running = message.start;
        return;
      }
      const { cases, corpus, branches, findings } = message.result;
      done.push(message.end);
      const mark = findings.length === 0 ? '✔' : '✖';
      console.log(
        `${mark} ${message.end.padEnd(18)} ${String(cases).padStart(8)} cases, ${corpus} kept, ${branches} branches`,
      );
      for (const finding of findings) report(message.end, finding);
    });
    worker.on('error', (error) => broken('crash', `${error.name}: ${error.message}`));
    worker.on('exit', () => {
      clearInterval(timer);
      resolve({ done });
    });
  });
}

async function main(): Promise<void> {
  const input = options.input === undefined ? undefined : readFileSync(options.input);
  const unknown = targets.find((name) => !TARGET_NAMES.includes(name) && !name.startsWith('planted-'));
  if (unknown !== undefined) throw new Error(`no target "${unknown}"; there are ${TARGET_NAMES.join(', ')}`);
  let names: readonly string[] = targets.length > 0 ? targets : TARGET_NAMES;
  console.log(`fuzz: SEED=${SEED}, ${SECONDS} s for each of ${names.length} targets`);
  while (names.length > 0) {
    const { done, broken } = await runTargets(names, input);
    if (broken === undefined) break;
    report(broken.name, broken.finding);
    // A thread that ends before its first target would end so again.
    if (broken.name === '') break;
    names = names.filter((name) => name !== broken.name && !done.includes(name));
  }
  console.log(failures === 0 ? 'fuzz: nothing found' : `fuzz: ${failures} findings, inputs in ${folder}`);
  process.exitCode = failures === 0 ? 0 : 1;
}

void main();
