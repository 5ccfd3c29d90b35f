/** `describe`, for tests that need the Matter SDK: where it cannot run they are skipped, and in CI that is a failure. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { requires } from './requires';

const PYTHON = resolve(__dirname, '../../.venvs/sdk/bin/python');

/** For tests that call its library. */
export const withSdk = requires(sdkProblem() === undefined, sdkProblem() ?? 'the Matter SDK');

/** For tests that commission: its controller runs in network namespaces. */
export const withSdkNetwork = (() => {
  const problem = sdkProblem() ?? networkProblem();
  return requires(problem === undefined, problem ?? 'network namespaces');
})();

function sdkProblem(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'Linux on x86-64, which the Matter SDK of PyPI is built for';
  return existsSync(PYTHON)
    ? undefined
    : 'the Matter SDK: "node tools/peers/install.mjs sdk matter" installs it';
}

function networkProblem(): string | undefined {
  const userOptions = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const { status, stderr, error } = spawnSync(
    'unshare',
    [
      ...userOptions,
      '--net',
      '--mount',
      'ip',
      'link',
      'add',
      'name',
      'one',
      'type',
      'veth',
      'peer',
      'name',
      'two',
    ],
    { encoding: 'utf8' },
  );
  if (status === 0) return undefined;
  return `root, or a kernel with user namespaces, and iproute2: ${error?.message ?? stderr.trim()}`;
}
