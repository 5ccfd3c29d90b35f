import { randomBytes } from 'node:crypto';
import { cacheDigest } from '../cache/digest';
import { recordDigest, recordFile } from '../cache/printed-digests';
import type { Command } from './command';

export const cacheDigestCommand: Command = {
  usage: 'CONFIG',
  positionals: ['CONFIG'],
  options: [],
  run: (args, terminal) => {
    const [config = ''] = args.positionals;
    const workspaceRoot = process.cwd();
    const digest = cacheDigest(config, { env: process.env, workspaceRoot });
    const isRecorded = recordDigest(recordFile(config, workspaceRoot), { at: Date.now(), digest });
    // Without a record no run can be compared with it, so it must never hit.
    terminal.out(isRecorded ? digest : randomBytes(32).toString('hex'));
    return 0;
  },
};
