/** 1 MiB of encrypted NVS from a CSV, with the same keys for both tools. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeKeysPartition } from 'nvs-core';
import type { Installed } from './installation';
import { type Contender, time } from './measure';
import { pythonOf } from './peers';

const SIZE = 0x100000;

/** The contenders, each run once: their images are byte-for-byte equal. */
export function nvsBench(folder: string, { command }: Installed): readonly [Contender, Contender] {
  mkdirSync(folder);
  writeFileSync(join(folder, 'in.csv'), csv());
  writeFileSync(
    join(folder, 'keys.bin'),
    encodeKeysPartition({ encryptionKey: noise(32, 1), tweakKey: noise(32, 2) }),
  );
  const contender = (name: string, program: readonly [string, ...string[]], out: string): Contender => ({
    name,
    command: [...program, 'encrypt', 'in.csv', out, String(SIZE), '--inputkey', 'keys.bin'],
    cwd: folder,
    before: () => rmSync(join(folder, out), { force: true }),
  });
  const ours = contender('esp32-factory nvs encrypt', [process.execPath, command, 'nvs'], 'ours.bin');
  const python = pythonOf('nvs-partition-gen');
  const theirs = contender(
    'nvs_partition_gen encrypt',
    [python, '-m', 'esp_idf_nvs_partition_gen'],
    'theirs.bin',
  );
  for (const one of [ours, theirs]) time(one);
  const [a, b] = ['ours.bin', 'theirs.bin'].map((name) => readFileSync(join(folder, name)));
  if (a === undefined || b?.equals(a) !== true) throw new Error('the two encrypted images differ');
  if (a.length !== SIZE) throw new Error(`the image is ${a.length} bytes long`);
  return [ours, theirs];
}

/** 230 blobs of 4000 bytes, 500 integers, 200 strings: most of the partition. */
function csv(): string {
  const rows = [
    'key,type,encoding,value',
    'bench,namespace,,',
    ...Array.from(
      { length: 230 },
      (_, i) => `blob${i},data,base64,${Buffer.from(noise(4000, i)).toString('base64')}`,
    ),
    ...Array.from({ length: 500 }, (_, i) => `int${i},data,u32,${(i * 2654435761) % 2 ** 32}`),
    ...Array.from({ length: 200 }, (_, i) => `str${i},data,string,string number ${i} of the benchmark`),
  ];
  return `${rows.join('\n')}\n`;
}

/** The same bytes in every run. */
function noise(length: number, seed: number): Uint8Array {
  let state = (seed + 1) * 2654435761;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
