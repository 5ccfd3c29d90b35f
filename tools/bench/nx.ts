/** The cost of a cache hit of factory-image compared with a hit of an empty target, in one workspace. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../e2e/command';
import type { Installed } from './installation';
import type { Contender } from './measure';

const HIT = 'Nx read the output from the cache instead of running the command';

/**
 * The contenders; both hit, and the hit of factory-image restores the image. The other is an empty target whose runtime
 * input is a Node process that does nothing, since factory-image needs a process for its digest.
 */
export async function nxBench(
  { workspace, nx }: Installed,
  { daemon }: { readonly daemon: boolean },
): Promise<readonly [Contender, Contender]> {
  const env = { NX_DAEMON: String(daemon), NX_TUI: 'false', FORCE_COLOR: '0' };
  const contender = (target: string): Contender => ({
    name: `nx run ${target}, from the cache`,
    command: [process.execPath, nx, 'run', target],
    cwd: workspace,
    env,
  });
  const image = join(workspace, 'factory-output/light-app/default/partition.bin');
  let made: Buffer | undefined;
  for (const target of ['light-app:factory-image', 'empty:asked']) {
    const run = () => check(process.execPath, [nx, 'run', target], { cwd: workspace, env });
    await run();
    made ??= readFileSync(image);
    rmSync(join(workspace, 'factory-output'), { recursive: true, force: true });
    const { output } = await run();
    if (!output.includes(HIT)) throw new Error(`${target} did not come from the cache:\n${output}`);
    if (target.startsWith('light') && (!existsSync(image) || !readFileSync(image).equals(made))) {
      throw new Error('the cache restored a different image');
    }
  }
  return [contender('light-app:factory-image'), contender('empty:asked')];
}
