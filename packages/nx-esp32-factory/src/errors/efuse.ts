import { errorTable, oneOf, row } from 'nvs-core';

export const efuseErrors = errorTable({
  'efuse.chip-unknown': row<{ what: string }>(
    (p) => `${p.what} goes into an eFuse, but nothing says for which chip`,
    () => 'name the target: "chip": "esp32c6" in the config, or --target',
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
    (p) => `BLOCK_KEY${p.block} would hold ${p.uses.join(' and ')}; an eFuse block holds one key, for ever`,
    () => 'give each key a block of its own: encryption.keyId, storage.ecdsaPeripheral.keyId',
  ),
  'efuse.key-length': row<{ what: string; length: number; must: number }>(
    (p) => `${p.what} is ${p.length} bytes long; it must be ${p.must}`,
    () => 'give the raw key as a file, or its hexadecimal digits in an environment variable',
  ),
  'efuse.key-blank': row<{ what: string; byte: string }>(
    (p) => `every byte of ${p.what} is ${p.byte}`,
    () => 'this is an empty or read-protected block, not a key: give the key that is burned, or generate one',
  ),
  'efuse.nothing-to-burn': row(
    () => 'the image needs no key in an eFuse',
    () => 'leave --burnEfuse out; only the scheme "hmac" and the ECDSA peripheral have keys to burn',
  ),
  'efuse.confirm-missing': row(
    () => 'burning an eFuse cannot be undone, and no device is confirmed for it',
    () => 'add --confirm with the MAC address of the device, as "esptool read-mac" prints it',
  ),
  'efuse.confirm-invalid': row<{ value: string }>(
    (p) => `--confirm is "${p.value}", which is no MAC address`,
    () => 'write six bytes with colons, such as 60:55:f9:f7:2c:a2, as "esptool read-mac" prints it',
  ),
  'efuse.mac-differs': row<{ confirmed: string; found: string }>(
    (p) => `the device has MAC ${p.found}; ${p.confirmed} was confirmed. Nothing was burned`,
    () => 'connect the right device, or confirm this one: a burned key belongs to one device',
  ),
  'efuse.key-missing': row<{ purpose: string }>(
    (p) => `the key of purpose ${p.purpose} is not among the files of the image, nor in the config`,
    () => 'give the config from which the image was made, or make the image again',
  ),
  'efuse.key-not-of-image': row<{ purpose: string; block: number }>(
    (p) =>
      `the key of purpose ${p.purpose} for BLOCK_KEY${p.block} is not the one that the image was made with`,
    () => 'make the image again with this key, or give the key of this image: burned keys cannot be changed',
  ),
  'efuse.espefuse-missing': row<{ command: string }>(
    (p) => `"${p.command}" does not run: espefuse comes with esptool, but not with this one`,
    () => 'install esptool with "python3 -m pip install esptool", or name one with the option esptool',
  ),
  'efuse.espefuse-failed': row<{ command: string; status: number | string; reason: string }>(
    (p) => `espefuse ${p.command} ended with status ${p.status}: ${p.reason}`,
    () => 'see the lines above; "espefuse summary" shows what is burned by now',
  ),
  'efuse.summary-unreadable': row<{ what: string }>(
    (p) => `the summary of espefuse does not tell ${p.what}`,
    () => 'run "espefuse summary --format json" by hand; if it tells, report it',
  ),
  'efuse.block-not-empty': row<{ block: number; purpose: string }>(
    (p) => `BLOCK_KEY${p.block} of this device holds a key already (${p.purpose}). Nothing was burned`,
    () =>
      'if it is the key of this image, flash without --burnEfuse; else choose another block, in the config and the firmware',
  ),
  'efuse.write-protected': row<{ block: number; what: string }>(
    (p) =>
      `${p.what} of this device is write-protected: BLOCK_KEY${p.block} takes no key. Nothing was burned`,
    () => 'choose another block, in the config and the firmware, or another device',
  ),
  'efuse.read-protection-locked': row(
    () =>
      'RD_DIS of this device is write-protected, as secure boot does: a key burned now would stay readable. Nothing was burned',
    () => 'burn keys before secure boot is enabled; on this device, keep the keys in flash (scheme "flash")',
  ),
  'efuse.not-burned': row<{ block: number; reason: string }>(
    (p) => `espefuse reported no error, but BLOCK_KEY${p.block} ${p.reason}`,
    () => 'look at "espefuse summary" before you use this device',
  ),
});
