/** Burns keys into eFuses: only on request, only for the device with the confirmed MAC address, never by a prompt. */
import { printable } from 'nvs-core/errors';
import { type BurnKey, burnKeysOf } from '../../artifacts';
import type { LoadedConfig } from '../../config';
import {
  buildBurnCommand,
  burnEfuses,
  confirmedMac,
  type EfuseKeyFile,
  espefuseOf,
  withKeyFiles,
} from '../../efuse';
import { efuseErrors, factoryErrors } from '../../errors';
import { folderKeyStore } from '../../files';
import {
  type Connection,
  checkDevice,
  displayCommand,
  type Esptool,
  type ExpectedDevice,
  probeDevice,
  withPortLock,
} from '../../flash';
import { passOn } from '../terminal';
import type { FactoryFlashOptions } from './schema';

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
  { burnEfuse, confirm, dryRun }: FactoryFlashOptions,
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
  for (const { purpose, name, keptAt } of keys)
    if (keptAt !== undefined)
      console.log(`${purpose}: ${printable(name)} is not the key of this image; using ${keptAt}`);
  if (keys.length === 0 || chip === undefined) throw efuseErrors.error('efuse.nothing-to-burn', {});
  return { keys, chip, confirm: confirmed };
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

/** Burns the keys of an image before it is flashed. Errors: those of probeDevice, checkDevice and burnEfuses. */
export async function burn(
  { keys, chip, confirm }: Burning,
  connection: Connection & { readonly esptool: Esptool; readonly expected: ExpectedDevice },
): Promise<void> {
  const confirmed = confirmedMac(confirm);
  const { port, esptool, before, expected } = connection;
  await withPortLock(port, {}, async (lock) => {
    const onStart = (pid: number) => lock.addProcess(pid);
    // Anything that would prevent flashing must be found before a key is burned.
    const device = await probeDevice({ ...connection, onStart });
    checkDevice(device, { ...expected, mac: confirmed }, port);
    await withKeyFiles(keys, (files, descriptors) =>
      burnEfuses({
        espefuse: espefuseOf(esptool),
        chip,
        target: { port },
        before,
        keys: files,
        descriptors,
        confirm: confirmed,
        onStart,
        onNotice: (line) => console.log(line),
        onOutput: (text) => passOn(process.stdout, text),
      }),
    );
  });
  for (const { block, purpose } of keys)
    console.log(`✔ Burned ${purpose} to BLOCK_KEY${block} of ${confirmed}`);
}
