/**
 * Compares encoding and encrypting a 1 MiB partition with a lower bound: two bulk AES-256-ECB passes and one CRC32 pass
 * over as many bytes, in the same run, interleaved. Checks the output first; exit status 1 if a limit is exceeded.
 *
 *     node -r @swc-node/register packages/nvs-core/bench/nvs.bench.ts [--json]
 */
import { createCipheriv } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { crc32 } from 'node:zlib';
import { decodeNvs, decryptNvs, encodeNvs, encryptNvs, type NvsItem, type NvsKeys } from '../src/nvs';

const SIZE = 0x100000;
const TIME_BOUND = 5;
const MEMORY_BOUND = 4;
const BATCHES = 8;
const ROUNDS = 75;
const MEMORY_ROUNDS = 5;

const keys: NvsKeys = { encryptionKey: noise(32, 1), tweakKey: noise(32, 2) };

function main(): void {
  const items = makeItems();
  check(items);
  const time = measureTime(items);
  const memory = measureMemory(items);
  const result = {
    node: process.version,
    size: SIZE,
    floorMs: round(time.floor),
    oursMs: round(time.ours),
    timeRatio: round(time.ours / time.floor),
    timeBound: TIME_BOUND,
    peakBytes: memory,
    memoryRatio: round(memory / SIZE),
    memoryBound: MEMORY_BOUND,
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else console.table(result);
  if (result.timeRatio > TIME_BOUND || result.memoryRatio > MEMORY_BOUND) process.exitCode = 1;
}

/** 230 blobs of 4000 bytes, 500 integers, 200 strings. */
function makeItems(): NvsItem[] {
  const namespace = 'bench';
  return [
    ...Array.from({ length: 230 }, (_, i): NvsItem => {
      return { namespace, key: `blob${i}`, type: 'blob', value: noise(4000, i) };
    }),
    ...Array.from({ length: 500 }, (_, i): NvsItem => {
      return { namespace, key: `int${i}`, type: 'u32', value: (i * 2654435761) % 2 ** 32 };
    }),
    ...Array.from({ length: 200 }, (_, i): NvsItem => {
      return { namespace, key: `str${i}`, type: 'string', value: `string number ${i} of the benchmark` };
    }),
  ];
}

/** Checks that the image decodes to the items, and that its ciphertext equals that of one cipher object per entry. */
function check(items: readonly NvsItem[]): void {
  const { image } = encodeNvs(items, { size: SIZE });
  const decoded = decodeNvs(image);
  if (decoded.findings.length > 0) throw new Error(`the image has findings: ${decoded.findings[0]?.message}`);
  if (decoded.entries.length !== items.length) throw new Error('the image lacks entries');
  decoded.entries.forEach(({ key, value }, index) => {
    const item = items[index];
    if (item === undefined || item.type === 'namespace') throw new Error('the items have no namespace rows');
    const same =
      value instanceof Uint8Array && item.value instanceof Uint8Array
        ? Buffer.compare(value, item.value) === 0
        : value === item.value;
    if (key !== item.key || !same) throw new Error(`entry ${index} is not what was encoded`);
  });
  const encrypted = encryptNvs(image, keys);
  const atOnce = encodeNvs(items, { size: SIZE, keys }).image;
  if (Buffer.compare(atOnce, encrypted) !== 0)
    throw new Error('encoding and encrypting at once gives another image');
  if (Buffer.compare(encrypted, encryptSlowly(image)) !== 0) throw new Error('the ciphertext is wrong');
  if (Buffer.compare(decryptNvs(encrypted, keys), image) !== 0)
    throw new Error('the ciphertext does not decrypt');
}

function encryptSlowly(image: Uint8Array): Uint8Array {
  const result = Uint8Array.from(image);
  const key = Buffer.concat([keys.encryptionKey, keys.tweakKey]);
  for (let page = 0; page < image.length; page += 4096) {
    for (let entry = 0; entry < 126; entry++) {
      const state = ((image[page + 32 + (entry >> 2)] ?? 0) >> ((entry & 3) * 2)) & 3;
      if (state !== 0b10) continue;
      const offset = page + 64 + entry * 32;
      const tweak = Buffer.alloc(16);
      tweak.writeUInt32LE(offset);
      result.set(
        createCipheriv('aes-256-xts', key, tweak).update(image.subarray(offset, offset + 32)),
        offset,
      );
    }
  }
  return result;
}

/** The lowest median CPU time of a batch: the first batches warm up, and noise only adds time. */
function measureTime(items: readonly NvsItem[]): { floor: number; ours: number } {
  const bytes = noise(SIZE, 3);
  const floor: number[] = [];
  const ours: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const floorTimes: number[] = [];
    const ourTimes: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      floorTimes.push(timed(() => runFloor(bytes)));
      ourTimes.push(timed(() => encodeNvs(items, { size: SIZE, keys })));
    }
    floor.push(median(floorTimes));
    ours.push(median(ourTimes));
  }
  return { floor: Math.min(...floor), ours: Math.min(...ours) };
}

function runFloor(bytes: Uint8Array): void {
  for (const key of [keys.encryptionKey, keys.tweakKey]) {
    createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(bytes);
  }
  crc32(bytes, 0xffffffff);
}

/**
 * Peak of the bytes in use (heap and external buffers) above those in use before, over several runs. This includes
 * garbage that is not yet collected, so it is more than the program needs.
 */
function measureMemory(items: readonly NvsItem[]): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  let peak = 0;
  for (let round = 0; round < MEMORY_ROUNDS; round++) {
    collectGarbage();
    const before = inUse();
    const { image } = encodeNvs(items, { size: SIZE, keys });
    peak = Math.max(peak, inUse() - before);
    if (image.length !== SIZE) throw new Error('unreachable: keeps the image alive');
  }
  return peak;
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** CPU milliseconds of all threads: without waiting for a busy machine, with garbage collection. */
function timed(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Reproducible noise (xorshift32). */
function noise(length: number, seed: number): Uint8Array {
  let state = (seed + 1) * 0x9e3779b1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

main();
