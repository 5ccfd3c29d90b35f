/** Blobs of version 2: chunks, put together by their index. */
import { decodeData, decodeInline } from './entry-reader';
import type { FindingLog } from './finding-log';
import { CHUNK_START } from './layout';
import type { DecodedValue, NvsSlotPlace } from './value-reader';

export class BlobReader {
  readonly #image: Uint8Array;
  readonly #log: FindingLog;
  readonly #chunks = new Map<string, Map<number, NvsSlotPlace>>();
  readonly #claimed = new Set<string>();

  constructor(image: Uint8Array, log: FindingLog) {
    this.#image = image;
    this.#log = log;
  }

  /** Keeps a chunk for the index that needs it; of two with the same number, the later. */
  addChunk(place: NvsSlotPlace): void {
    const { page, entry, key, chunk, offset } = place;
    const name = nameOf(place);
    const chunks = this.#chunks.get(name) ?? new Map<number, NvsSlotPlace>();
    const other = chunks.get(chunk);
    if (other !== undefined) {
      const params = { page, entry, key, chunk, otherPage: other.page, otherEntry: other.entry };
      this.#log.add('nvs.blob-chunk-duplicate', params, { offset });
    }
    chunks.set(chunk, place);
    this.#chunks.set(name, chunks);
  }

  /** The blob of an index, or undefined with a finding for each problem. */
  take(place: NvsSlotPlace): DecodedValue | undefined {
    const { page, entry, key, offset } = place;
    const index = decodeInline(this.#image, page, entry);
    const size = index.getUint32(0, true);
    const count = index.getUint8(4);
    const start = index.getUint8(5);
    const where = { offset };
    if (!(CHUNK_START as readonly number[]).includes(start) || count === 0 || start + count > 0xff) {
      this.#log.add('nvs.blob-index-invalid', { page, entry, key, start, count }, where);
      return undefined;
    }
    const name = nameOf(place);
    const chunks = this.#chunks.get(name);
    const places: NvsSlotPlace[] = [];
    const parts: Uint8Array[] = [];
    const missing: number[] = [];
    let damaged = false;
    for (let chunk = start; chunk < start + count; chunk++) {
      const part = chunks?.get(chunk);
      if (part === undefined) {
        missing.push(chunk);
        continue;
      }
      this.#claimed.add(`${name} ${chunk}`);
      const data = decodeData(this.#image, part.page, part.entry);
      if (data === undefined) {
        this.#log.add('nvs.data-crc', { page: part.page, entry: part.entry, key }, { offset: part.offset });
        damaged = true;
        continue;
      }
      places.push(part);
      parts.push(data);
    }
    const [chunk] = missing;
    if (chunk !== undefined) {
      const params = { page, entry, key, chunk, missing: missing.length, count };
      this.#log.add('nvs.blob-chunk-missing', params, where);
    }
    if (damaged || chunk !== undefined) return undefined;
    const found = parts.reduce((sum, part) => sum + part.length, 0);
    if (found !== size) {
      this.#log.add('nvs.blob-size-mismatch', { page, entry, key, size, found }, where);
      return undefined;
    }
    const value = new Uint8Array(size);
    let end = 0;
    for (const part of parts) {
      value.set(part, end);
      end += part.length;
    }
    return { value: { type: 'blob', value }, places: [...places, place] };
  }

  /** Reports chunks that no index needed: remains of an interrupted write. */
  reportOrphans(): void {
    for (const [name, chunks] of this.#chunks) {
      for (const { page, entry, key, chunk, offset } of chunks.values()) {
        if (this.#claimed.has(`${name} ${chunk}`)) continue;
        this.#log.add('nvs.blob-chunk-orphan', { page, entry, key, chunk }, { offset }, 'warning');
      }
    }
  }
}

function nameOf({ namespaceIndex, key }: NvsSlotPlace): string {
  return `${namespaceIndex} ${key}`;
}
