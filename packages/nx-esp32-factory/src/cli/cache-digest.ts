import { cacheDigest } from '../cache/digest';
import type { Command } from './command';

export const cacheDigestCommand: Command = {
  usage: 'CONFIG',
  positionals: ['CONFIG'],
  options: [],
  run: (args, terminal) => {
    const [config = ''] = args.positionals;
    terminal.out(cacheDigest(config, { env: process.env, workspaceRoot: process.cwd() }));
    return 0;
  },
};
