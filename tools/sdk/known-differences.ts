/**
 * Where the Matter SDK (2025.7.0) and `attestation check` give different numbers, and why. Each is of one of three kinds;
 * every other difference is a defect.
 */
export interface KnownDifference {
  /** Name of a row of mutations.ts. */
  readonly name: string;
  /** 0 if it accepts the set; -11 if it crashes. */
  readonly sdk: number;
  readonly ours: number;
  readonly kind: DifferenceKind;
  readonly reason: string;
  /** Section of the Matter Core specification, or file of the SDK. */
  readonly source: string;
}

/**
 * The SDK crashes; the order of its trust store, which is that of the files in a folder; the SDK accepts what the
 * specification forbids, and `attestation check` says that it is stricter.
 */
export type DifferenceKind = 'crash' | 'trust-store-order' | 'stricter';

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];

/** What is wrong with a row: its kind must fit its numbers. */
export function problemOf({ sdk, ours, kind }: KnownDifference): string | undefined {
  if (sdk === ours) return 'the numbers are equal';
  if (kind === 'crash') return sdk < 0 ? undefined : 'the SDK does not crash';
  if (sdk < 0) return 'the SDK crashes';
  if (kind === 'stricter') return sdk === 0 ? undefined : 'the SDK does not accept it';
  // A set that the SDK refuses is never accepted, whatever the order of its trust store.
  return undefined;
}
