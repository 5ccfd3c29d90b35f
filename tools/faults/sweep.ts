/** Injects one fault at each call of a command in turn, and checks the files left and the result of the next run. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run as runHere } from '../../packages/nx-esp32-factory/src/cli/main';
import { settleOutputs } from '../../packages/nx-esp32-factory/src/files';
import { FakeTerminal } from '../../packages/nx-esp32-factory/test/light-app';
import type { Ended, Installation } from './installation';

export type State = 'old' | 'new';

/** A command whose outputs are checked. */
export interface Subject {
  readonly name: string;
  /** Creates the old state in a folder. */
  readonly prepare: (folder: string) => void;
  readonly args: (folder: string) => readonly string[];
  /** Arguments of the second run, if they differ. */
  readonly again?: (folder: string) => readonly string[];
  /** Paths of all files of the set, in the folder. */
  readonly files: readonly string[];
  /** Throws if a file is neither the old nor the new one. */
  readonly checkWhole: (folder: string, file: string) => void;
  /** The state of the files; throws if they do not belong together. */
  readonly stateOf: (folder: string) => State;
}

/** Kinds of fault: the process is killed, interrupted, or the call fails. */
export const FAULTS = ['kill', 'int', 'error'] as const;
export type Fault = (typeof FAULTS)[number];

const ERRORS: Readonly<Record<string, readonly string[]>> = {
  openSync: ['EMFILE', 'EACCES', 'ENOSPC'],
  writeFileSync: ['ENOSPC', 'EIO'],
  mkdtempSync: ['ENOSPC', 'EACCES'],
  mkdirSync: ['EROFS', 'EACCES', 'ENOSPC'],
  renameSync: ['EACCES', 'EIO', 'ENOSPC'],
};

export interface Call {
  readonly number: number;
  readonly name: string;
}

const CONCURRENT = 2;

/**
 * Runs the subject once for each of its calls; returns the number of calls, and how often each state was left.
 * `every` skips calls between the first twelve and the last fifteen, where all files are staged in the same way.
 */
export async function sweep(
  installation: Installation,
  subject: Subject,
  fault: Fault,
  every = 1,
): Promise<Readonly<Record<State, number>> & { readonly calls: number }> {
  const all = await callsOf(installation, subject);
  const calls = all.filter(({ number }) => number <= 12 || number > all.length - 15 || number % every === 0);
  const left = { old: 0, new: 0 };
  const queue = [...calls];
  const work = async () => {
    for (let call = queue.shift(); call !== undefined; call = queue.shift()) {
      try {
        left[await once(installation, subject, fault, call)]++;
      } catch (error) {
        const at = `${subject.name}, ${fault} at call ${call.number} (${call.name})`;
        throw new Error(`${at}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, work));
  return { ...left, calls: calls.length };
}

/** The calls of one run without faults. */
export async function callsOf(installation: Installation, subject: Subject): Promise<Call[]> {
  const folder = prepared(installation, subject, 'calls');
  const log = `${folder}.log`;
  const ended = await installation.run(subject.args(folder), {
    env: { FAULT_ROOT: folder, FAULT_LOG: log },
  });
  expectStatus(ended, 0);
  checkAll(folder, subject, 'new');
  const calls = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line, index) => ({ number: index + 1, name: line.split(' ')[1] ?? '' }));
  for (const path of [folder, log]) rmSync(path, { recursive: true });
  return calls;
}

async function once(installation: Installation, subject: Subject, fault: Fault, call: Call): Promise<State> {
  const folder = prepared(installation, subject, `${fault}-${call.number}`);
  const codes = ERRORS[call.name] ?? ['EIO'];
  const action = fault === 'error' ? (codes[call.number % codes.length] ?? 'EIO') : fault;
  const ended = await installation.run(subject.args(folder), {
    env: { FAULT_ROOT: folder, FAULT_AT: String(call.number), FAULT_ACTION: action },
  });
  checkEnd(ended, fault);
  for (const file of subject.files) {
    if (existsSync(join(folder, file))) subject.checkWhole(folder, file);
  }
  checkPrivate(folder);
  // Check what a reader sees in half of the runs; the next run must also work without a reader before it.
  const isRead = call.number % 2 === 0;
  if (isRead) settleOutputs(subject.files.map((file) => join(folder, file)));
  const state = isRead || fault !== 'kill' ? stateUnlessUnfinished(folder, subject) : undefined;
  if (ended.status === 0 && state !== 'new') throw new Error(`status 0, and the state is ${state}`);
  if (fault !== 'kill' && call.number % 4 !== 0) return finished(folder, subject, state);
  const terminal = new FakeTerminal();
  const status = await runHere((subject.again ?? subject.args)(folder), terminal);
  if (status !== 0) throw new Error(`the second run ended with ${status}: ${terminal.stderr}`);
  checkAll(folder, subject, 'new');
  rmSync(folder, { recursive: true });
  return state ?? 'old';
}

/** Checks a run without a second one: a process that was not killed leaves only whole files. */
function finished(folder: string, subject: Subject, state: State | undefined): State {
  for (const file of subject.files) subject.checkWhole(folder, file);
  rmSync(folder, { recursive: true });
  return state ?? 'old';
}

/** The state after settling the outputs: a failure between the moves leaves the others to the next run. */
function stateUnlessUnfinished(folder: string, subject: Subject): State {
  settleOutputs(subject.files.map((file) => join(folder, file)));
  return subject.stateOf(folder);
}

function checkEnd({ status, signal, stderr }: Ended, fault: Fault): void {
  if (fault === 'kill') {
    if (signal !== 'SIGKILL') throw new Error(`it was not killed: status ${status}, ${stderr}`);
  } else if (fault === 'int') {
    // The signal is deferred only during writes.
    if (status !== 130 && signal !== 'SIGINT') throw new Error(`status ${status} and ${signal}: ${stderr}`);
  } else if (status !== 0) {
    // A failed cleanup is left to the next run; every other failure must be reported as a finding.
    const isReported = status === 1 && /^✖ files\.[a-z-]+: /m.test(stderr) && !/^ {4}at /m.test(stderr);
    if (!isReported) throw new Error(`status ${status}: ${stderr}`);
  }
}

/** A new folder in the old state. */
export function prepared(installation: Installation, subject: Subject, name: string): string {
  const folder = join(installation.folder, 'work', `${subject.name.replaceAll(/\W/g, '-')}-${name}`);
  mkdirSync(folder, { recursive: true });
  subject.prepare(folder);
  return folder;
}

/** Checks that all files exist in the same state, and that nothing else is left behind. */
export function checkAll(folder: string, subject: Subject, expected?: State): State {
  for (const file of subject.files) subject.checkWhole(folder, file);
  const state = subject.stateOf(folder);
  if (expected !== undefined && state !== expected) throw new Error(`the state is ${state}, not ${expected}`);
  const hidden = hiddenIn(folder);
  if (hidden.length > 0) throw new Error(`left behind: ${hidden.join(', ')}`);
  return state;
}

export function hiddenIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.split('/').some((part) => part.startsWith('.')),
  );
}

/** Checks that only the owner can read the hidden folders of a killed run. */
function checkPrivate(folder: string): void {
  for (const path of hiddenIn(folder)) {
    const top = path.split('/').findIndex((part) => part.startsWith('.'));
    const root = path.split('/').slice(0, top + 1);
    const { mode } = lstatSync(join(folder, ...root));
    if ((mode & 0o077) !== 0) throw new Error(`${root.join('/')} has mode ${(mode & 0o777).toString(8)}`);
  }
}

export function modeOf(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8);
}

export function expectStatus(ended: Ended, status: number): void {
  if (ended.status === status) return;
  throw new Error(`status ${ended.status ?? ended.signal}, not ${status}:\n${ended.stderr}${ended.stdout}`);
}

/** Writes an earlier state. */
export function restore(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  isSecret: (file: string) => boolean,
): void {
  for (const [file, data] of files) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data, { mode: isSecret(file) ? 0o600 : 0o644 });
  }
}
