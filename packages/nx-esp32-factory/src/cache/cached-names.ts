/** The names of the files that Nx stores of a cached image. */
import { CODE_NAMES, EFUSE_KEY_NAMES, EXECUTOR_NAMES, FIXED_NAMES } from '../artifacts/names';

/**
 * The names that a cached run of the executor can write. The keys partition is among them only if the config allows it
 * in the cache; an HMAC key never is, because each run generates it.
 */
export function cachedNames(options: { readonly keys: boolean }): readonly string[] {
  const { image, keys, secureCert } = EXECUTOR_NAMES;
  const { manifest, efuseCommands, nfcTag } = FIXED_NAMES;
  return [
    image,
    ...(options.keys ? [keys] : []),
    secureCert,
    EFUSE_KEY_NAMES.ECDSA_KEY,
    efuseCommands,
    ...CODE_NAMES,
    nfcTag,
    manifest,
  ];
}

/** The names that every run of the executor writes. */
export function replacedNames(options: {
  readonly codes: boolean;
  readonly nfcTag: boolean;
}): readonly string[] {
  const { manifest, nfcTag } = FIXED_NAMES;
  return [
    EXECUTOR_NAMES.image,
    ...(options.codes ? CODE_NAMES : []),
    ...(options.nfcTag ? [nfcTag] : []),
    manifest,
  ];
}
