/** The lines of the guide that run Nx, in this workspace. */
import { spawnSync } from 'node:child_process';
import { commandsOf, ROOT } from './guide';

it.each(commandsOf('nx').map((args) => [args.join(' '), args] as const))('nx %s', (_, args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [require.resolve('nx/bin/nx.js'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NO_COLOR: '1' },
  });
  expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
});
