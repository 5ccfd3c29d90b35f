/** Runs targets in a separate thread, so that one that hangs or fills the memory can be ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { counters, dictionary, installInstrumentation } from './instrument';
import { randomOf } from './mutate';

export interface WorkerInput {
  readonly names: readonly string[];
  readonly seconds: number;
  readonly seed: number;
  /** The case that is running: when it began, its length, its bytes. */
  readonly state: SharedArrayBuffer;
  /** One input to run alone. */
  readonly input?: Uint8Array;
}

export const STATE_HEADER = 16;

/** Names that mean something to JavaScript, as keys of a document. */
const TRAPS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'length',
  '{"toString":1}',
  '[null]',
];

installInstrumentation();
const { names, seconds, seed, state, input } = workerData as WorkerInput;
const began = new Float64Array(state, 0, 1);
const length = new Uint32Array(state, 8, 1);
const bytes = new Uint8Array(state, STATE_HEADER);
const onCase = (current: Uint8Array) => {
  bytes.set(current.subarray(0, bytes.length));
  length[0] = current.length;
  began[0] = Date.now();
};

async function work(): Promise<void> {
  // Loaded only now: everything that they import is instrumented.
  const { TARGETS } = require('./targets') as typeof import('./targets');
  const { PLANTED } = require('./planted') as typeof import('./planted');
  const { fuzz } = require('./campaign') as typeof import('./campaign');
  for (const target of [...TARGETS, ...PLANTED].filter(({ name }) => names.includes(name))) {
    parentPort?.postMessage({ start: target.name });
    if (input !== undefined) {
      onCase(input);
      target.run(input);
      continue;
    }
    const words = [...dictionary, ...TRAPS];
    length[0] = 0;
    const result = await fuzz(target, { seconds, below: randomOf(seed), counters, words, onCase });
    began[0] = 0;
    parentPort?.postMessage({ end: target.name, result });
  }
}

work().then(
  () => parentPort?.close(),
  (error: unknown) => {
    throw error;
  },
);
