/**
 * Verifies device folders in a separate process, because matter.js does not run in the module system of jest.
 * Arguments: the folder of the peer, then device folders; prints one JSON line per folder.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cdSignerOf } from 'nvs-core';
import { readSubject, readTrust, verify } from '../../src/verify';

/** Commissioning must happen in memory: opening a socket fails the run. */
for (const [module, names] of [
  ['node:dgram', ['createSocket']],
  ['node:net', ['connect', 'createConnection', 'createServer']],
] as const) {
  for (const name of names) {
    Object.defineProperty(createRequire(__filename)(module), name, {
      value: () => {
        throw new Error(`a socket was opened by ${name}`);
      },
    });
  }
}

async function main([peer = '', ...folders]: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const subject = readSubject({
      image: join(folder, 'partition.bin'),
      paas: readTrust(join(folder, 'paa')) ?? [],
      cdSigners: (readTrust(join(folder, 'cd')) ?? []).map(cdSignerOf),
      env: {},
      now: new Date('2025-06-01T00:00:00Z'),
    });
    const report = await verify(subject, { folders: [peer] });
    process.stdout.write(`${JSON.stringify({ folder, report })}\n`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
