/** At each call that changes a file, the process is killed or interrupted, or the call fails. */
import type { LightApp } from '../../packages/nx-esp32-factory/test/light-app';
import { Installation } from './installation';
import {
  deviceConfig,
  encryptArgs,
  encryptSubject,
  imageSubject,
  issueBefore,
  issueSubject,
  keptKeySubject,
  runHere,
} from './subjects';
import { type Subject, sweep } from './sweep';

jest.setTimeout(600_000);

let installation: Installation;
let older: LightApp;
let newer: LightApp;
let generating: LightApp;
const subjects = new Map<string, Subject>();

beforeAll(async () => {
  installation = new Installation();
  older = deviceConfig(11223344);
  newer = deviceConfig(55667788);
  generating = deviceConfig(55667788);
  const encrypted = encryptSubject(newer);
  await runHere(encryptArgs(newer.path('app.csv'), newer.path('encrypted'), 'old.bin'));
  await issueBefore(newer);
  const all = [
    await imageSubject(older, newer),
    encrypted,
    await keptKeySubject(generating),
    issueSubject(newer, 'paa'),
    issueSubject(newer, 'pai'),
    issueSubject(newer, 'dac'),
  ];
  for (const subject of all) subjects.set(subject.name, subject);
});
afterAll(() => {
  installation.remove();
  for (const app of [older, newer, generating]) app.remove();
});

const SWEEPS = [
  ['image', 'kill', 4],
  ['image', 'error', 4],
  ['image with new keys', 'kill', 4],
  ['image with new keys', 'error', 4],
  ['nvs encrypt', 'kill', 1],
  ['nvs encrypt', 'error', 1],
  ['nvs encrypt', 'int', 1],
  ['attestation issue-pai', 'kill', 1],
  ['attestation issue-pai', 'error', 1],
  ['attestation issue-dac', 'kill', 1],
  ['attestation issue-paa', 'kill', 1],
] as const;

test.each(SWEEPS)('%s, %s at each call: the complete old or new state', async (name, fault, every) => {
  const subject = subjects.get(name);
  if (subject === undefined) throw new Error(`no subject ${name}`);
  const { calls, ...left } = await sweep(installation, subject, fault, every);
  process.stdout.write(
    `  ${name}, ${fault}: ${calls} calls, left old ${left.old} times, new ${left.new} times\n`,
  );
  // Both must occur: a command that never wrote, or wrote before the first call, would pass all other checks.
  expect(calls).toBeGreaterThan(6);
  if (fault === 'int') expect(left.new).toBe(calls);
  else expect(Math.min(left.old, left.new)).toBeGreaterThan(0);
});
