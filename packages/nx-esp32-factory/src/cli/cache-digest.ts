import { cacheDigest } from '../cache/digest';
import { digestForFolder } from '../cache/exact-outputs';
import type { Command } from './command';

export const cacheDigestCommand: Command = {
  usage: 'CONFIG FOLDER',
  positionals: ['CONFIG', 'FOLDER'],
  options: [],
  run: (args, terminal) => {
    const [config = '', folder = ''] = args.positionals;
    const digest = cacheDigest(config, { env: process.env, workspaceRoot: process.cwd() });
    terminal.out(digestForFolder(digest, { config, folder }));
    return 0;
  },
};
