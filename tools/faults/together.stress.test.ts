/** Concurrent runs on one output, the files of a killed run, and a clock that was set back. */
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LightApp } from '../../packages/nx-esp32-factory/test/light-app';
import { Installation } from './installation';
import {
  deviceConfig,
  imageSubject,
  isSecret,
  readState,
  runHere,
  stateOfConfig,
  stateOfSet,
} from './subjects';
import { callsOf, checkAll, expectStatus, hiddenIn, modeOf, prepared, type Subject } from './sweep';

jest.setTimeout(600_000);

let installation: Installation;
let older: LightApp;
let newer: LightApp;
let other: LightApp;
let subject: Subject;
beforeAll(async () => {
  installation = new Installation();
  [older, newer, other] = [deviceConfig(11223344), deviceConfig(55667788), deviceConfig(99887711)];
  subject = await imageSubject(older, newer);
});
afterAll(() => {
  installation.remove();
  for (const app of [older, newer, other]) app.remove();
});

test('a second run at each call of the first: both succeed, and the outputs are of one of them', async () => {
  const calls = await callsOf(installation, subject);
  const states = { old: await stateOfConfig(other), new: await stateOfConfig(newer) };
  const lastBy = { old: 0, new: 0 };
  for (const { number, name } of calls.filter((_, index) => index % 3 === 0 || index > calls.length - 13)) {
    const folder = prepared(installation, subject, `meets-${number}`);
    const gate = `${folder}.gate`;
    const { ended } = installation.start(subject.args(folder), {
      env: { FAULT_ROOT: folder, FAULT_AT: String(number), FAULT_ACTION: 'pause', FAULT_GATE: gate },
    });
    while (!existsSync(`${gate}.waiting`)) await sleep(5);
    await runHere(['image', other.config, '--output_dir', folder]);
    writeFileSync(`${gate}.open`, '');
    expectStatus(await ended, 0);
    try {
      lastBy[stateOfSet(states, folder)]++;
    } catch (error) {
      throw new Error(`a run stopped before call ${number} (${name}): ${String(error)}`, { cause: error });
    }
    expect(hiddenIn(folder)).toEqual([]);
    for (const file of subject.files) expect(modeOf(join(folder, file))).toBe(isSecret(file) ? '600' : '644');
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(
    `  two runs: the one that was stopped came last ${lastBy.new} times, the other ${lastBy.old}\n`,
  );
  expect(Math.min(lastBy.new, lastBy.old)).toBeGreaterThan(0);
});

test('four concurrent runs, three times', async () => {
  const states = { old: await stateOfConfig(other), new: await stateOfConfig(newer) };
  for (let round = 0; round < 3; round++) {
    const folder = prepared(installation, subject, `crowd-${round}`);
    const runs = [newer, other, newer, other].map((app) =>
      installation.run(['image', app.config, '--output_dir', folder]),
    );
    for (const ended of await Promise.all(runs)) expectStatus(ended, 0);
    stateOfSet(states, folder);
    expect(hiddenIn(folder)).toEqual([]);
  }
});

const DAY = 24 * 60 * 60 * 1000;

test.each([
  ['set back by ten years', -3650 * DAY],
  ['set forward by ten years', 3650 * DAY],
])('a clock %s: removes the files of a killed run, keeps those of a running one', async (name, offset) => {
  const folder = prepared(installation, subject, `clock-${name.replaceAll(' ', '-')}`);
  const staging = (pid: number) => join(folder, `.esp32-factory-staging-${pid}-abcdef`);
  // Greater than any process number.
  const killed = staging(999_999_999);
  const running = staging(process.pid);
  for (const path of [killed, running]) {
    mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(path, 'secret'), 'secret', { mode: 0o600 });
  }
  expectStatus(await installation.run(subject.args(folder), { env: { FAULT_CLOCK: String(offset) } }), 0);
  expect([existsSync(killed), existsSync(running)]).toEqual([false, true]);
  // A reused process number: a folder that is a day old or from the future cannot be its own.
  for (const time of [Date.now() - DAY, Date.now() + DAY]) {
    mkdirSync(running, { recursive: true });
    utimesSync(running, time / 1000, time / 1000);
    await runHere(subject.args(folder));
    expect(existsSync(running)).toBe(false);
  }
  expect([...readState(folder).keys()].sort()).toEqual([...subject.files].sort());
  checkAll(folder, subject, 'new');
});

test('a planted set of moves is rejected', async () => {
  const folder = prepared(installation, subject, 'planted');
  const planted = join(folder, '.esp32-factory-commit');
  mkdirSync(planted);
  writeFileSync(join(planted, 'x-0'), 'planted');
  const moves = [{ from: 'x-0', to: 'manifest.json' }];
  writeFileSync(join(planted, 'x-set.journal'), JSON.stringify({ inode: '1', moves }));
  const ended = await installation.run(subject.args(folder));
  expectStatus(ended, 1);
  expect(ended.stderr).toContain('✖ files.unfinished: ');
  rmSync(planted, { recursive: true });
  checkAll(folder, subject, 'old');
});
