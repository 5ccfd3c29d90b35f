/** Burns keys into eFuses: only on request, only for the device with the confirmed MAC address, never by a prompt. */
import { printable } from 'nvs-core/errors';
import { type BurnKey, burnKeysOf } from '../artifacts';
import type { LoadedConfig } from '../config';
import {
  buildBurnCommand,
  burnEfuses,
  confirmedMac,
  type EfuseKeyFile,
  espefuseOf,
  withKeyFiles,
} from '../efuse';
import { efuseErrors, factoryErrors } from '../errors';
import { folderKeyStore } from '../files';
import { type BeforeWriting, displayCommand, type Esptool, protectionFindings } from '../flash';
import type { BoardOptions } from './options';
import type { Screen } from './screen';

export interface Burning {
  readonly keys: readonly BurnKey[];
  readonly chip: string;
  /** Undefined on a dry run only. */
  readonly confirm: string | undefined;
}

/**
 * Reads and checks the keys to burn, if the options request it. Errors: efuse.confirm-missing, efuse.confirm-invalid,
 * efuse.nothing-to-burn, factory.option-invalid, those of burnKeysOf.
 */
export function burningOf(
  { burnEfuse, confirm, dryRun }: BoardOptions,
  {
    folder,
    keyFolder,
    loaded,
    chip,
  }: { folder: string; keyFolder: string; loaded: LoadedConfig; chip: string | undefined },
): Burning | undefined {
  if (burnEfuse !== true) {
    if (confirm === undefined) return undefined;
    const params = { option: 'confirm', value: confirm, must: 'given together with --burnEfuse' };
    throw factoryErrors.error('factory.option-invalid', params);
  }
  const isUnconfirmed = dryRun === true && confirm === undefined;
  const confirmed = isUnconfirmed ? undefined : confirmedMac(confirm);
  const keys = burnKeysOf(folder, {
    loaded,
    chip,
    env: process.env,
    keyStore: folderKeyStore,
    keyFolder,
  });
  if (keys.length === 0 || chip === undefined) throw efuseErrors.error('efuse.nothing-to-burn', {});
  return { keys, chip, confirm: confirmed };
}

/** A line for each key that comes from the key folder. */
export function keptKeysText({ keys }: Burning): string[] {
  return keys.flatMap(({ purpose, name, keptAt }) =>
    keptAt === undefined
      ? []
      : [`${purpose}: ${printable(name)} is not the key of this image; using ${keptAt}`],
  );
}

/** The exact command, with the names of the key files. */
export function burnText(
  { keys, chip }: Burning,
  { esptool, port }: { esptool: Esptool; port: string },
): string {
  const files = keys.map(({ block, purpose, name }): EfuseKeyFile => ({ block, purpose, file: name }));
  const connection = { espefuse: espefuseOf(esptool), chip, target: { port } };
  return displayCommand(buildBurnCommand(connection, files, { confirmed: true }));
}

/**
 * Burns the keys of an image before it is flashed. Errors: those of burnEfuses; those of protectionFindings, which writing the
 * parts would find too late.
 */
export async function burn(
  { keys, chip, confirm }: Burning,
  { port, esptool, before }: { port: string; esptool: Esptool; before: string | undefined },
  { parts, onStart }: BeforeWriting,
  screen: Screen,
): Promise<void> {
  const confirmed = confirmedMac(confirm);
  await withKeyFiles(keys, (files, descriptors) =>
    burnEfuses({
      espefuse: espefuseOf(esptool),
      chip,
      target: { port },
      before,
      keys: files,
      descriptors,
      confirm: confirmed,
      check: ({ encryptsDownloads, secureBoot }) => {
        // Without flash encryption, esptool needs no --force.
        const isEncrypting = parts.some(({ encryption }) => encryption !== 'none');
        return protectionFindings(parts, { isReleaseMode: isEncrypting && !encryptsDownloads, secureBoot });
      },
      onStart,
      onNotice: (line) => screen.print(line),
      onOutput: (text) => screen.pass(text),
    }),
  );
  for (const { block, purpose } of keys)
    screen.print(`✔ Burned ${purpose} to BLOCK_KEY${block} of ${confirmed}`);
}
