/**
 * Command lines of espefuse 4 and 5 (esptool documentation, "Migration Guide v4 to v5"): arguments, never a shell.
 * Keys are passed as files: espefuse accepts nothing else, and does not print them.
 */
import { type Esptool, esptoolChip } from '../flash';
import type { EfuseKey } from './key';

/** How to run espefuse; its commands are spelled as in the esptool of the same version. */
export interface Espefuse {
  /** Program and leading arguments, run without a shell. */
  readonly command: readonly [string, ...string[]];
  readonly major: number;
}

/** A device, or the file where espefuse stores the eFuses of a virtual one (--virt). */
export type EfuseTarget = { readonly port: string } | { readonly virtual: string };

export interface EfuseConnection {
  readonly espefuse: Espefuse;
  /** CONFIG_IDF_TARGET. */
  readonly chip: string;
  readonly target: EfuseTarget;
  readonly before?: string | undefined;
}

/** A key with the file that espefuse reads it from: 32 raw bytes for HMAC_UP, PEM for ECDSA_KEY. */
export interface EfuseKeyFile extends EfuseKey {
  readonly file: string;
}

/** The espefuse that comes with an esptool. */
export function espefuseOf({ command, major }: Esptool): Espefuse {
  const words = command.map((word) => word.replace(/esptool(?=(\.py|\.exe)?$)/, 'espefuse'));
  const [program = 'espefuse', ...rest] = words;
  return { command: [program, ...rest], major };
}

/** Prints the eFuses as JSON, with keys that are still readable: the output must not be logged. */
export function buildSummaryCommand(connection: EfuseConnection): string[] {
  return [...start(connection), 'summary', '--format', 'json'];
}

/**
 * Burns keys, and write-protects and read-protects them, permanently. With `confirmed`, espefuse does not ask the user
 * to type BURN.
 */
export function buildBurnCommand(
  connection: EfuseConnection,
  keys: readonly EfuseKeyFile[],
  { confirmed }: { readonly confirmed: boolean },
): string[] {
  return [
    ...start(connection),
    ...(confirmed ? ['--do-not-confirm'] : []),
    connection.espefuse.major >= 5 ? 'burn-key' : 'burn_key',
    ...keys.flatMap(({ block, file, purpose }) => [`BLOCK_KEY${block}`, path(file), purpose]),
  ];
}

function start({ espefuse, chip, target, before }: EfuseConnection): string[] {
  const device =
    'port' in target ? ['--port', target.port] : ['--virt', '--path-efuse-file', path(target.virtual)];
  const mode = before === undefined || espefuse.major >= 5 ? before : before.replaceAll('-', '_');
  return [
    ...espefuse.command,
    '--chip',
    esptoolChip(chip),
    ...device,
    ...(mode === undefined ? [] : ['--before', mode]),
  ];
}

/** A file name like "-x" must not be read as an option. */
function path(file: string): string {
  return file.startsWith('-') ? `./${file}` : file;
}
