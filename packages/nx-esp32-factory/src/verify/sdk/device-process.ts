/** The process of a virtual device that is reached over UDP: it reads its data from stdin, and prints when it is ready. */
import { createInterface } from 'node:readline';
import { createEnvironment } from '../matter/commissioning';
import { startDevice } from '../matter/device';
import { loadMatter, loadNetwork } from '../matter/load';
import { reasonOf } from '../matter/notes';
import { decodeDeviceData } from './device-data';

/** Prints "ready", or why the device cannot start; then "pase failed" if a controller cannot prove the passcode. */
export async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { folders, device } = decodeDeviceData(line);
    try {
      const matter = loadMatter(folders);
      if (!('stack' in matter)) throw new Error('matter.js is not installed');
      const { stack } = matter;
      const environment = createEnvironment(stack, 'device', loadNetwork(matter));
      // Loading the network sets it.
      stack.general.Logger.level = 'fatal';
      await startDevice(stack, stack.node(), environment, device, () => print('pase failed'));
      print('ready');
    } catch (error) {
      print(reasonOf(error));
      process.exit(1);
    }
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
