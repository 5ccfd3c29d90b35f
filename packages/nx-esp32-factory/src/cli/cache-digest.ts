import { randomBytes } from 'node:crypto';
import { cacheDigest } from '../cache/digest';
import { digestForFolder } from '../cache/exact-outputs';
import { recordDigest, recordFile } from '../cache/printed-digests';
import type { Command } from './command';

export const cacheDigestCommand: Command = {
  usage: 'CONFIG FOLDER',
  positionals: ['CONFIG', 'FOLDER'],
  options: [],
  run: (args, terminal) => {
    const [config = '', folder = ''] = args.positionals;
    const workspaceRoot = process.cwd();
    const digest = cacheDigest(config, { env: process.env, workspaceRoot });
    const isRecorded = recordDigest(recordFile(config, workspaceRoot), { at: Date.now(), digest });
    // Without a record no run can be compared with it, so it must never hit.
    terminal.out(isRecorded ? digestForFolder(digest, { config, folder }) : randomBytes(32).toString('hex'));
    return 0;
  },
};
