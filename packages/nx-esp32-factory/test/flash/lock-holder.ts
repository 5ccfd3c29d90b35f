import { lockPort } from '../../src/flash/port-lock';

/** A second process for the tests of the lock: locks the port, reports that, and keeps the lock until it is killed. */
async function main([port = '', directory = '', child = '']: string[]): Promise<void> {
  const lock = await lockPort(port, { directory, purpose: 'the other process' });
  if (child !== '') lock.addProcess(Number(child));
  process.stdout.write('locked\n');
  setInterval(() => undefined, 1000);
}

void main(process.argv.slice(2)).catch((error: unknown) => {
  process.stdout.write(`${(error as { code?: string }).code ?? String(error)}\n`);
  process.exit(1);
});
