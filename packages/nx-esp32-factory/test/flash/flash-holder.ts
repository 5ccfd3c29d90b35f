import type { Esptool } from '../../src/flash/esptool';
import { flashDevice } from '../../src/flash/flash-device';

/** A process that flashes until it is killed, to test what then happens to the port. */
const [port = '', directory = '', file = '', length = '', esptool = ''] = process.argv.slice(2);
void flashDevice({
  esptool: JSON.parse(esptool) as Esptool,
  port,
  parts: [{ label: 'fctry', address: 0x10000, file, length: Number(length), encryption: 'none' }],
  expected: { chip: 'esp32c6' },
  lock: { directory },
  onOutput: (text) => process.stdout.write(text),
});
