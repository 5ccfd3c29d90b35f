import { version } from '../../package.json';
import { run } from '../../src/cli/main';
import { FakeTerminal } from '../light-app';

test.each<[string, readonly string[], number]>([
  ['a command', ['partitions', 'gone.csv'], 1],
  ['a command of two words', ['nvs', 'decrypt', 'gone.bin', 'gone.bin', 'out.bin'], 1],
  ['the help', ['--help'], 0],
  ['nothing', [], 2],
  ['the help of a group of commands', ['nvs', '--help'], 0],
  ['a group of commands', ['nvs'], 2],
  ['no such command', ['toString'], 2],
])('exit status of %s', async (_, argv, status) => {
  expect(await run(argv, new FakeTerminal())).toBe(status);
});

test('prints the version', async () => {
  const terminal = new FakeTerminal();
  expect([await run(['--version'], terminal), terminal.stdout]).toEqual([0, `${version}\n`]);
});

test('each command that the help lists explains itself', async () => {
  const overview = new FakeTerminal();
  await run(['--help'], overview);
  const names = [...overview.stdout.matchAll(/^ {2}(\S+(?: \S+)?) {2,}/gm)].map(([, name = '']) => name);
  expect(names).toContain('image');
  expect(names).toContain('attestation issue-cd-signer');
  for (const name of names) {
    const terminal = new FakeTerminal();
    expect([name, await run([...name.split(' '), '--help'], terminal)]).toEqual([name, 0]);
    expect(terminal.stdout).toContain(`Usage: esp32-factory ${name} `);
  }
});
