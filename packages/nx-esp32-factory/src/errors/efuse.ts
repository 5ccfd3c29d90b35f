import { errorTable, oneOf, row } from 'nvs-core/errors';

/** What became of a key that was to be burned. */
export type BurnState = 'burned' | 'empty' | 'incomplete' | 'unknown';

interface BlockState {
  readonly block: number;
  readonly purpose: string;
  readonly state: BurnState;
}

const STATE_TEXT: Readonly<Record<BurnState, string>> = {
  burned: 'is burned and protected',
  empty: 'is still empty',
  incomplete: 'is burned, but not as it must be',
  unknown: 'may be burned or not: the device could not be asked',
};

const FLASH_AGAIN =
  'flash again without --burnEfuse, from the same output folder: the burned key is that of its image, and cannot be changed';

function wayOut(states: readonly BlockState[]): string {
  const isAll = (state: BurnState) => states.every((block) => block.state === state);
  if (isAll('empty')) return 'nothing was burned: correct the error above, and run this again';
  if (isAll('burned')) return `correct the error above, then ${FLASH_AGAIN}`;
  const compare = 'compare "espefuse summary" with efuse-commands.txt in the output folder';
  return `keep the output folder and its keys; ${compare}, and burn what is missing with its commands; then ${FLASH_AGAIN}`;
}

export const efuseErrors = errorTable({
  'efuse.chip-unknown': row<{ what: string }>(
    (p) => `${p.what} goes into an eFuse, but the chip is unknown`,
    () => 'give the chip: "chip": "esp32c6" in the config, or --target',
  ),
  'efuse.no-peripheral': row<{ chip: string; peripheral: 'HMAC' | 'ECDSA'; chips: readonly string[] }>(
    (p) => `the ${p.chip} has no ${p.peripheral} peripheral`,
    (p) =>
      p.peripheral === 'HMAC'
        ? `use the encryption scheme "flash", or one of ${oneOf(p.chips)}`
        : `leave the key in the esp_secure_cert partition (no "ecdsaPeripheral"), or use one of ${oneOf(p.chips)}`,
  ),
  'efuse.block-unknown': row<{
    chip: string;
    block: number;
    purpose: string;
    allowed: readonly number[];
  }>(
    (p) => `the ${p.chip} has no eFuse block BLOCK_KEY${p.block} for a key of purpose ${p.purpose}`,
    (p) => `choose the number of another block: ${oneOf(p.allowed)}`,
  ),
  'efuse.block-twice': row<{ block: number; uses: readonly string[] }>(
    (p) =>
      `BLOCK_KEY${p.block} is used for ${p.uses.join(' and ')}; an eFuse block holds one key, permanently`,
    () => 'give each key its own block: encryption.keyId, storage.ecdsaPeripheral.keyId',
  ),
  'efuse.key-length': row<{ what: string; length: number; must: number }>(
    (p) => `${p.what} is ${p.length} bytes long; it must be ${p.must}`,
    () => 'give the raw key as a file, or its hexadecimal digits in an environment variable',
  ),
  'efuse.key-blank': row<{ what: string; byte: string }>(
    (p) => `every byte of ${p.what} is ${p.byte}`,
    () =>
      'this is an empty or read-protected block, not a key: give the key that was burned, or generate one',
  ),
  'efuse.nothing-to-burn': row(
    () => 'the image needs no key in an eFuse',
    () => 'leave --burnEfuse out: only the scheme "hmac" and the ECDSA peripheral have keys to burn',
  ),
  'efuse.confirm-missing': row(
    () => 'burning an eFuse cannot be undone, and no device was confirmed',
    () => 'add --confirm with the MAC address of the device, as "esptool read-mac" prints it',
  ),
  'efuse.confirm-invalid': row<{ value: string }>(
    (p) => `--confirm is "${p.value}", which is not a MAC address`,
    () => 'write six bytes with colons, such as 60:55:f9:f7:2c:a2, as "esptool read-mac" prints it',
  ),
  'efuse.mac-differs': row<{ confirmed: string; found: string }>(
    (p) => `the device has MAC ${p.found}; ${p.confirmed} was confirmed. Nothing was burned`,
    () => 'connect the right device, or confirm this one: a burned key belongs to one device',
  ),
  'efuse.key-missing': row<{ purpose: string }>(
    (p) => `the key for ${p.purpose} is neither among the output files nor in the config`,
    () => 'give the config that the image was made from, or make the image again',
  ),
  'efuse.key-not-of-image': row<{ purpose: string; block: number }>(
    (p) => `the key for ${p.purpose} in BLOCK_KEY${p.block} is not the one that the image was made with`,
    () => 'make the image again with this key, or give the key of the image: burned keys cannot be changed',
  ),
  'efuse.espefuse-missing': row<{ command: string }>(
    (p) => `"${p.command}" does not run: this installation of esptool has no espefuse`,
    () => 'install esptool with "python3 -m pip install esptool", or give its path with the option esptool',
  ),
  'efuse.espefuse-failed': row<{ command: string; status: number | string; reason: string }>(
    (p) => `espefuse ${p.command} ended with status ${p.status}: ${p.reason}`,
    () => 'see the lines above; "espefuse summary" shows what has been burned',
  ),
  'efuse.summary-unreadable': row<{ what: string }>(
    (p) => `the summary of espefuse does not contain ${p.what}`,
    () => 'run "espefuse summary --format json" by hand; if it does contain it, report it',
  ),
  'efuse.block-not-empty': row<{ block: number; purpose: string }>(
    (p) => `BLOCK_KEY${p.block} of this device already holds a key (${p.purpose}). Nothing was burned`,
    () =>
      'if it is the key of this image, flash without --burnEfuse; otherwise choose another block, in the config and the firmware',
  ),
  'efuse.write-protected': row<{ block: number; what: string }>(
    (p) =>
      `${p.what} of this device is write-protected: no key can be burned to BLOCK_KEY${p.block}. Nothing was burned`,
    () => 'choose another block, in the config and the firmware, or another device',
  ),
  'efuse.read-protection-locked': row(
    () =>
      'RD_DIS of this device is write-protected, as secure boot does: a key burned now would stay readable. Nothing was burned',
    () => 'burn keys before secure boot is enabled; on this device, keep the keys in flash (scheme "flash")',
  ),
  'efuse.burn-failed': row<{ mac: string; states: readonly BlockState[] }>(
    (p) =>
      `of the device ${p.mac}, ${p.states
        .map(({ block, purpose, state }) => `BLOCK_KEY${block} (${purpose}) ${STATE_TEXT[state]}`)
        .join('; ')}. No image was written`,
    (p) => wayOut(p.states),
  ),
  'efuse.burned-not-flashed': row<{ mac: string; blocks: readonly { block: number; purpose: string }[] }>(
    (p) =>
      `${p.blocks.map(({ block, purpose }) => `${purpose} in BLOCK_KEY${block}`).join(' and ')} of the device ${p.mac} was burned before this failure`,
    () => `correct the error above, then ${FLASH_AGAIN}`,
  ),
  'efuse.not-burned': row<{ block: number; reason: string }>(
    (p) => `espefuse reported no error, but BLOCK_KEY${p.block} ${p.reason}`,
    () => 'run "espefuse summary" before you use this device',
  ),
});
