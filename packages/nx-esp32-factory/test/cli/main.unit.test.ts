import { run } from '../../src/cli/main';
import { FakeTerminal } from '../light-app';

test.each<[string, readonly string[], number, readonly string[]]>([
  ['a command', ['partitions', 'gone.csv'], 1, ['partitions']],
  ['a command of two words', ['nvs', 'decrypt', 'gone.bin', 'gone.bin', 'out.bin'], 1, ['nvs decrypt']],
  ['the help of a command', ['nvs', 'decrypt', '--help'], 0, []],
  ['the help', ['--help'], 0, []],
  ['a group of commands', ['nvs'], 2, []],
  ['no such command', ['toString'], 2, []],
])('who keeps what is compiled is told of commands that run: %s', async (_, argv, status, names) => {
  const told: string[] = [];
  const onCommand = (name: string) => told.push(name);
  expect([await run(argv, new FakeTerminal(), { onCommand }), told]).toEqual([status, names]);
});
