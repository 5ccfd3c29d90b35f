/** Stores one key per device, by its serial number, in a folder that the config names. */
export interface KeyStore {
  /**
   * The key of a device; `make` creates it if there is none yet. Two runs for one device get the same key.
   * Errors: factory.serial-number-needed, files.*.
   */
  keyOf(
    folder: string,
    serialNumber: string | undefined,
    make: () => Uint8Array,
  ): { readonly path: string; readonly data: Uint8Array };
  /** A key that must already exist. Errors: factory.serial-number-needed, files.*. */
  existingKey(folder: string, serialNumber: string | undefined): Uint8Array;
}
