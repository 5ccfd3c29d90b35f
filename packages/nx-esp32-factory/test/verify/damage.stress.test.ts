/** Damage of any kind ends quickly in a report or a FactoryError, and in nothing else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { FactoryError } from 'nvs-core';
import { readSubject, type VerifyReport, verify } from '../../src/verify';
import { makeParts, seeded, writeDevice } from './device';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'damage-'));
  writeDevice(folder, (await makeParts()).parts);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function outcome(): Promise<VerifyReport | FactoryError> {
  try {
    const subject = readSubject({ image: join(folder, 'partition.bin'), env: {}, now: new Date(0) });
    return await verify(subject, { level: 1, folders: [] });
  } catch (error) {
    if (error instanceof FactoryError) return error;
    throw error;
  }
}

/** Replaces one file while `work` runs. */
async function withFile<T>(name: string, data: string | Uint8Array, work: () => Promise<T>): Promise<T> {
  const path = join(folder, name);
  const before = name === 'manifest.json' ? undefined : readFileSync(path);
  writeFileSync(path, data);
  try {
    return await work();
  } finally {
    if (before === undefined) rmSync(path);
    else writeFileSync(path, before);
  }
}

const isAnswer = (answer: unknown) =>
  answer instanceof FactoryError || Array.isArray((answer as VerifyReport).levels);

test('a flipped byte in the used page', async () => {
  const image = readFileSync(join(folder, 'partition.bin'));
  for (let index = 0; index < 0x1000; index += 61) {
    const damaged = Uint8Array.from(image);
    damaged[index] = (damaged[index] ?? 0) ^ 0xff;
    expect(isAnswer(await withFile('partition.bin', damaged, outcome))).toBe(true);
  }
});

test('a truncation', async () => {
  const image = readFileSync(join(folder, 'partition.bin'));
  for (let length = 0; length < 0x1100; length += 127) {
    const answer = await withFile('partition.bin', image.subarray(0, length), outcome);
    expect(answer instanceof FactoryError || !answer.passed).toBe(true);
  }
});

test.each(['onboarding.json', 'manifest.json'])('any JSON in %s', async (name) => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc
          .record(
            {
              qrCode: fc.jsonValue(),
              manualCode: fc.jsonValue(),
              passcode: fc.jsonValue(),
              images: fc.oneof(
                fc.jsonValue(),
                fc.array(fc.record({ file: fc.jsonValue(), kind: fc.jsonValue() })),
              ),
              entries: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
              certificates: fc.jsonValue(),
              efuses: fc.jsonValue(),
            },
            { requiredKeys: [] },
          )
          .map((value) => JSON.stringify(value)),
      ),
      async (text) => {
        expect(isAnswer(await withFile(name, text, outcome))).toBe(true);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

test('8 MiB of noise', async () => {
  const noise = Buffer.concat(Array.from({ length: 2048 }, (_, index) => seeded(`noise ${index}`)(0x1000)));
  const answer = await withFile('partition.bin', noise, outcome);
  expect(answer instanceof FactoryError || !answer.passed).toBe(true);
});
