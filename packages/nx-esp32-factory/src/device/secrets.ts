/** Buffers that hold secrets of one device, overwritten when its files are written, or when making it has failed. */
export class SecretBuffers {
  readonly #buffers: Uint8Array[] = [];

  /** Takes a buffer, and returns it. */
  keep<T extends Uint8Array | undefined>(buffer: T): T {
    if (buffer !== undefined) this.#buffers.push(buffer);
    return buffer;
  }

  /** Overwrites them with zeros. */
  wipe(): void {
    for (const buffer of this.#buffers.splice(0)) buffer.fill(0);
  }
}
