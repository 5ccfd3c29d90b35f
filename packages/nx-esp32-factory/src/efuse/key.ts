/**
 * Keys in eFuse blocks. Purposes: esptool, espefuse/efuse/<chip>/fields.py; the peripherals and key blocks of each chip
 * are in nvs-core, chips.
 */
import { CHIPS, FactoryError, type Finding, findChip } from 'nvs-core';
import { efuseErrors } from '../errors/efuse';

/** HMAC_UP: software can use the key for HMACs. ECDSA_KEY: P-256, for the ECDSA peripheral. */
export type EfusePurpose = 'HMAC_UP' | 'ECDSA_KEY';

/** A key and its block. */
export interface EfuseKey {
  /** The n of BLOCK_KEYn. */
  readonly block: number;
  readonly purpose: EfusePurpose;
}

const PERIPHERAL = { HMAC_UP: 'HMAC', ECDSA_KEY: 'ECDSA' } as const;
const USE = { HMAC_UP: 'the HMAC key of NVS encryption', ECDSA_KEY: 'the private key of the DAC' } as const;

/** The use of a purpose, for messages. */
export function purposeText(purpose: EfusePurpose): string {
  return USE[purpose];
}

/**
 * Returns the keys if the chip can hold them. Errors, all at once: efuse.chip-unknown, efuse.no-peripheral,
 * efuse.block-unknown, efuse.block-twice; chips.unknown.
 */
export function assertEfuseKeys<T extends EfuseKey>(
  chip: string | undefined,
  keys: readonly T[],
): readonly T[] {
  const [first] = keys;
  if (first === undefined) return keys;
  if (chip === undefined) throw efuseErrors.error('efuse.chip-unknown', { what: purposeText(first.purpose) });
  const findings = [...keys.flatMap((key) => keyFindings(chip, key)), ...sharedBlocks(keys)];
  if (findings.length > 0) throw new FactoryError(findings);
  return keys;
}

function keyFindings(name: string, { block, purpose }: EfuseKey): Finding[] {
  const chip = findChip(name);
  const peripheral = PERIPHERAL[purpose];
  const has = purpose === 'HMAC_UP' ? 'hmac' : 'ecdsa';
  if (!chip[has]) {
    const chips = CHIPS.filter((other) => other[has]).map((other) => other.name);
    return [efuseErrors.finding('efuse.no-peripheral', { chip: chip.name, peripheral, chips })];
  }
  const allowed = purpose === 'HMAC_UP' ? chip.keyBlocks : chip.ecdsaKeyBlocks;
  if (allowed.includes(block)) return [];
  return [efuseErrors.finding('efuse.block-unknown', { chip: chip.name, block, purpose, allowed })];
}

function sharedBlocks(keys: readonly EfuseKey[]): Finding[] {
  return [...new Set(keys.map(({ block }) => block))].flatMap((block) => {
    const uses = keys.filter((key) => key.block === block).map(({ purpose }) => purposeText(purpose));
    return uses.length < 2 ? [] : [efuseErrors.finding('efuse.block-twice', { block, uses })];
  });
}
