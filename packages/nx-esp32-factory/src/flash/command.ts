/** Command lines of esptool 4 and 5 (esptool documentation, "Migration Guide v4 to v5"): arguments, never a shell. */
import { hex } from 'nvs-core/errors';
import { flashErrors } from '../errors/flash';
import { esptoolChip } from './chip-name';
import type { Esptool } from './esptool';
import type { FlashPart } from './part';

export const BEFORE_MODES = ['default-reset', 'usb-reset', 'no-reset', 'no-reset-no-sync'] as const;
export const AFTER_MODES = [
  'hard-reset',
  'soft-reset',
  'no-reset',
  'no-reset-stub',
  'watchdog-reset',
] as const;
export type BeforeMode = (typeof BEFORE_MODES)[number];
export type AfterMode = (typeof AFTER_MODES)[number];

/** How esptool reaches the device. */
export interface Connection {
  readonly port: string;
  /** Bits per second for data; by default esptool's 115200. */
  readonly baud?: number | undefined;
  /** CONFIG_IDF_TARGET; by default esptool detects the chip. */
  readonly chip?: string | undefined;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly noStub?: boolean | undefined;
  readonly connectAttempts?: number | undefined;
}

export interface WriteCommandOptions extends Connection {
  readonly esptool: Esptool;
  readonly parts: readonly FlashPart[];
  /** Only after our own checks: see `flashDevice`. */
  readonly force?: boolean;
}

/**
 * The command that writes all parts in one call: plain and host-encrypted ones as they are, those that the device
 * encrypts with --encrypt-files. Throws flash.nothing-to-write, flash.no-plain-part, flash.option-invalid.
 */
export function buildWriteCommand(options: WriteCommandOptions): string[] {
  const { esptool, parts } = options;
  if (parts.length === 0) throw flashErrors.error('flash.nothing-to-write', {});
  const sorted = [...parts].sort((a, b) => a.address - b.address);
  const encrypted = sorted.filter((part) => part.encryption === 'device');
  const plain = sorted.filter((part) => part.encryption !== 'device');
  if (plain.length === 0) {
    throw flashErrors.error('flash.no-plain-part', { labels: encrypted.map((part) => part.label) });
  }
  const pairs = (list: readonly FlashPart[]) =>
    list.flatMap((part) => [address(part.address), path(part.file)]);
  return [
    ...connection(options, esptool),
    name(esptool, 'write-flash'),
    // "keep": the flash settings are in the bootloader's header, which we do not change.
    name(esptool, '--flash-size'),
    'keep',
    ...(options.force === true ? ['--force'] : []),
    ...pairs(plain),
    // Last, because esptool reads all following words as further pairs.
    ...(encrypted.length === 0 ? [] : ['--encrypt-files', ...pairs(encrypted)]),
  ];
}

/** Reads `length` bytes at `offset` in flash into `file`. */
export function buildReadCommand(
  options: Connection & {
    readonly esptool: Esptool;
    readonly offset: number;
    readonly length: number;
    readonly file: string;
  },
): string[] {
  const { offset, length, file } = options;
  return commandWith(options, 'read-flash', address(offset), address(length), path(file));
}

/** Prints chip, MAC address and flash size. */
export function buildFlashIdCommand(options: Connection & { readonly esptool: Esptool }): string[] {
  return commandWith(options, 'flash-id');
}

/** Any other command of esptool, by its name in esptool 5. */
export function commandWith(
  options: Connection & { readonly esptool: Esptool },
  command: string,
  ...args: readonly string[]
): string[] {
  return [...connection(options, options.esptool), name(options.esptool, command), ...args];
}

/** The command as it would be typed in a POSIX shell; for display only, it is never run. */
export function displayCommand(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

function connection(options: Connection, esptool: Esptool): string[] {
  const mode = (option: string, value: string | undefined, allowed: readonly string[]) => {
    if (value === undefined) return [];
    const canonical = value.replaceAll('_', '-');
    if (!allowed.includes(canonical))
      throw flashErrors.error('flash.option-invalid', { option, value, allowed });
    return [`--${option}`, name(esptool, canonical)];
  };
  return [
    ...esptool.command,
    ...(options.chip === undefined ? [] : ['--chip', esptoolChip(options.chip)]),
    '--port',
    options.port,
    ...(options.baud === undefined ? [] : ['--baud', String(assertBaud(options.baud))]),
    ...mode('before', options.before, BEFORE_MODES),
    ...mode('after', options.after, afterModes(esptool)),
    ...(options.noStub === true ? ['--no-stub'] : []),
    ...(options.connectAttempts === undefined ? [] : ['--connect-attempts', String(options.connectAttempts)]),
  ];
}

/** esptool 4 has no watchdog reset. */
function afterModes(esptool: Esptool): readonly string[] {
  return esptool.major >= 5 ? AFTER_MODES : AFTER_MODES.filter((mode) => mode !== 'watchdog-reset');
}

/** esptool 4 uses underscores in commands, values and most options; 5 warns about them. */
function name(esptool: Esptool, canonical: string): string {
  const dashes = /^-*/.exec(canonical)?.[0] ?? '';
  return esptool.major >= 5 ? canonical : dashes + canonical.slice(dashes.length).replaceAll('-', '_');
}

/** A file name like "-x" must not be read as an option, nor "@x" as esptool's argument file. */
function path(file: string): string {
  return /^[-@]/.test(file) ? `./${file}` : file;
}

function address(value: number): string {
  return hex(value).toLowerCase();
}

function assertBaud(baud: number): number {
  if (Number.isInteger(baud) && baud >= 300 && baud <= 12_000_000) return baud;
  throw flashErrors.error('flash.option-invalid', {
    option: 'baud',
    value: baud,
    allowed: ['a whole number from 300 to 12000000 (115200, 460800, 921600)'],
  });
}
