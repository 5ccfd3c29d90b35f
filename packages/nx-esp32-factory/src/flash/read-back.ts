import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FactoryError, type Finding } from 'nvs-core';
import { flashErrors } from '../errors/flash';
import { readInput } from '../files';
import { buildReadCommand, type Connection } from './command';
import type { Esptool } from './esptool';
import type { FlashPart } from './part';
import { withPrivateFolder } from './private-folder';
import { type RunOptions, runEsptool } from './run';

export type FlashReadOptions = Connection &
  Pick<RunOptions, 'onOutput' | 'onStart' | 'signal' | 'env'> & { readonly esptool: Esptool };

/**
 * Reads `length` bytes of flash from `offset`, through a temporary file that only this user can read. Flash encryption
 * is not undone: an encrypted region reads as ciphertext. Throws the errors of interpretFailure and
 * flash.read-incomplete.
 */
export async function readPartition(
  options: FlashReadOptions & { readonly offset: number; readonly length: number },
): Promise<Buffer> {
  const { offset, length } = options;
  return withPrivateFolder(async (folder) => {
    const file = join(folder, 'flash.bin');
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
    await runEsptool({ ...options, command: buildReadCommand({ ...options, file }) });
    const bytes = readFileSync(file);
    if (bytes.length === length) return bytes;
    throw flashErrors.error('flash.read-incomplete', {
      expected: length,
      got: bytes.length,
      address: offset,
    });
  });
}

export interface Verification {
  /** Labels read back and equal. */
  readonly verified: readonly string[];
  /** Labels of parts that the device encrypted: their flash contents can't be compared with the file. */
  readonly notComparable: readonly string[];
}

/** Reads every comparable part back; throws all differences at once (flash.contents-differ). */
export async function verifyParts(
  options: FlashReadOptions & { readonly parts: readonly FlashPart[] },
): Promise<Verification> {
  const differences: Finding[] = [];
  const comparable = options.parts.filter((part) => part.encryption !== 'device');
  for (const [index, part] of comparable.entries()) {
    const expected = readInput(part.file);
    const { after, ...others } = options;
    const last = index === comparable.length - 1;
    const mode = last ? after : 'no-reset';
    const found = await readPartition({
      ...others,
      ...(mode === undefined ? {} : { after: mode }),
      offset: part.address,
      length: expected.length,
    });
    const difference = compareContents(part, expected, found);
    if (difference !== undefined) differences.push(difference);
    expected.fill(0);
    found.fill(0);
  }
  if (differences.length > 0) throw new FactoryError(differences);
  return {
    verified: comparable.map((part) => part.label),
    notComparable: options.parts.filter((part) => part.encryption === 'device').map((part) => part.label),
  };
}

/** The finding flash.contents-differ, or undefined if the bytes are equal; never contains the bytes. */
export function compareContents(
  part: FlashPart,
  expected: Uint8Array,
  found: Uint8Array,
): Finding | undefined {
  if (Buffer.compare(expected, found) === 0) return undefined;
  let first: number | undefined;
  let bytes = 0;
  for (let index = 0; index < Math.max(expected.length, found.length); index++) {
    if (expected[index] === found[index]) continue;
    first ??= index;
    bytes++;
  }
  return flashErrors.finding('flash.contents-differ', {
    label: part.label,
    address: part.address + (first ?? 0),
    bytes,
  });
}
