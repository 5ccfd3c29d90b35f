/** Standard output may fail; the exit status still says whether the command did its work. */
import { existsSync, rmSync } from 'node:fs';
import { commandNames } from '../command-help';
import { LightApp } from '../light-app';
import { COMMANDS, prepare } from './commands';
import { intoClosedPipe, intoFullDisk, intoSlowPipe } from './failing-output';

const home = process.cwd();
const app = new LightApp();
beforeAll(async () => {
  process.chdir(app.folder);
  await prepare();
});
afterAll(() => {
  process.chdir(home);
  app.remove();
});

const PIPE_LENGTH = 0x10000;
const NOT_PRINTED = 'the command succeeded, but its output could not be written: ENOSPC\n';

it('every command is tried', async () => {
  const tried = COMMANDS.map(({ argv }) => argv.join(' '));
  const untried = (await commandNames()).filter((name) => !tried.some((argv) => argv.startsWith(`${name} `)));
  expect(untried).toEqual([]);
});

describe.each(COMMANDS.map((command) => [command.argv.join(' '), command] as const))(
  '%s',
  (_name, { argv, writes }) => {
    const writesAnyway = () => {
      if (writes === undefined) return;
      expect(existsSync(writes)).toBe(true);
      rmSync(writes);
      rmSync('made-paa-key.pem', { force: true });
      rmSync('made-csr-key.pem', { force: true });
    };

    it('into a full disk', () => {
      const { status, stderr } = intoFullDisk(argv);
      expect([status, stderr.slice(-NOT_PRINTED.length)]).toEqual([3, NOT_PRINTED]);
      expect(stderr).not.toMatch(/^ {4}at /m);
      writesAnyway();
    });

    it('into a pipe without a reader', async () => {
      const { status, stderr } = await intoClosedPipe(argv);
      expect(status).toBe(3);
      expect(stderr).not.toMatch(/EPIPE|^ {4}at /m);
      writesAnyway();
    });
  },
);

it('a page is complete in a pipe that is read late', () => {
  const { status, text } = intoSlowPipe(['inspect', 'bin/factory_partition.bin', '--html']);
  expect([status, text.length > PIPE_LENGTH, text.slice(-8)]).toEqual([0, true, '</html>\n']);
});
