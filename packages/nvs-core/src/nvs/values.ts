import type { Where } from '../errors/factory-error';

/** A typed NVS value. Integers up to 32 bits are numbers, 64-bit ones bigints; a float is rounded to 32 bits; strings are without their NUL. */
export type NvsValue =
  | { readonly type: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32'; readonly value: number }
  | { readonly type: 'u64' | 'i64'; readonly value: bigint }
  | { readonly type: 'float' | 'double'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'blob'; readonly value: Uint8Array };

/** A key with its value in a namespace; `where` is its source location. */
export type NvsEntry = NvsValue & {
  readonly namespace: string;
  readonly key: string;
  readonly where?: Where;
};

/** Opens a namespace with its own entry on flash, like a namespace row of a CSV. */
export interface NvsNamespace {
  readonly type: 'namespace';
  readonly namespace: string;
  readonly where?: Where;
}

/** One element of an NVS image; elements are written in the order given. */
export type NvsItem = NvsEntry | NvsNamespace;
