/** Buffers with secrets of one device, to be overwritten once its files are written or making it has failed. */
export class SecretBuffers {
  readonly #buffers: Uint8Array[] = [];

  /** Adds a buffer, and returns it. */
  keep<T extends Uint8Array | undefined>(buffer: T): T {
    if (buffer !== undefined) this.#buffers.push(buffer);
    return buffer;
  }

  /** Overwrites all buffers with zeros. */
  wipe(): void {
    for (const buffer of this.#buffers.splice(0)) buffer.fill(0);
  }
}
