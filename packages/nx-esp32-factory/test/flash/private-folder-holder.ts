import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withPrivateFolder } from '../../src/flash/private-folder';

/** A process that is interrupted while it has a file in a private folder. */
void withPrivateFolder(async (folder) => {
  writeFileSync(join(folder, 'secret'), 'x');
  process.stdout.write(`${folder}\n`);
  await new Promise((done) => setTimeout(done, 60_000));
});
