import { displayCommand } from '../flash';
import { buildBurnCommand, type EfuseKeyFile } from './command';
import { purposeText } from './key';

/** The commands that burn keys, as text for people: for both versions of esptool, with notes. */
export function efuseCommandsText(
  chip: string,
  keys: readonly EfuseKeyFile[],
  notes: readonly string[],
): string {
  const command = (program: string, major: number) => {
    const connection = { espefuse: { command: [program] as const, major }, chip, target: { port: 'PORT' } };
    return displayCommand(buildBurnCommand(connection, keys, { confirmed: false }));
  };
  return [
    '# Keys for eFuse blocks of one device. Burning cannot be undone; PORT is the serial port of the device.',
    ...keys.map(({ block, purpose }) => `# BLOCK_KEY${block}: ${purposeText(purpose)} (${purpose})`),
    ...notes.map((note) => `# ${note}`),
    '#',
    '# Order: 1. burn, in this folder and before the first boot: firmware that finds the block empty burns its own',
    '#           key.',
    '#        2. write the images (nx run <project>:factory-flash, or esp32-factory flash).',
    '#        3. only then enable secure boot: it write-protects RD_DIS, and a key burned later stays readable.',
    '',
    '# esptool 5',
    command('espefuse', 5),
    '',
    '# esptool 4',
    command('espefuse.py', 4),
    '',
  ].join('\n');
}
