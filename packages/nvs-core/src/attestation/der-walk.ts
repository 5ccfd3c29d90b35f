/** DER (der.ts) value by value, by offsets and without a tree: for who needs little of many files. */
import { attestationErrors } from '../errors';
import { checkSize, DerSource } from './der';

/** Stands before one value after the other. Errors: attestation.der-malformed, attestation.structure-invalid. */
export class DerWalk {
  readonly #source: DerSource;
  readonly #what: string;
  #offset = 0;
  #limit: number;
  /** Ends of the values that were entered. */
  readonly #ends: number[] = [];

  /** Before the one value that fills `data`; `what` names it in errors. Errors: attestation.file-too-large too. */
  constructor(data: Uint8Array, what: string) {
    checkSize(data);
    this.#source = new DerSource(data, what);
    this.#what = what;
    this.#limit = data.length;
    if (data.length === 0) throw this.#source.error('empty');
    this.#source.readHead(0, data.length);
    if (this.#source.end < data.length) throw this.#source.error('more');
  }

  /** Whether a value with this tag stands next. */
  is(tag: number): boolean {
    return this.#offset < this.#limit && this.#source.data[this.#offset] === tag;
  }

  /** Whether nothing stands next: the value that was entered is at its end. */
  get isAtEnd(): boolean {
    return this.#offset === this.#limit;
  }

  /** Goes into the next value. */
  enter(tag: number): void {
    this.#read(tag);
    this.#ends.push(this.#limit);
    this.#offset = this.#source.contentStart;
    this.#limit = this.#source.end;
  }

  /** Goes behind the value that was entered last, whatever is left of it. */
  leave(): void {
    this.#offset = this.#limit;
    this.#limit = this.#ends.pop() ?? this.#limit;
  }

  /** Passes the next value over. */
  skip(tag: number): void {
    this.#read(tag);
    this.#offset = this.#source.end;
  }

  /** The content of the next value, a view, of whatever tag unless one is said. */
  take(tag?: number): Uint8Array {
    this.#read(tag);
    const { data, contentStart, end } = this.#source;
    this.#offset = end;
    return data.subarray(contentStart, end);
  }

  #read(tag: number | undefined): void {
    if (this.isAtEnd) throw this.#fail('a part of it is missing');
    this.#source.readHead(this.#offset, this.#limit);
    const { tag: found } = this.#source;
    if (tag !== undefined && found !== tag)
      throw this.#fail(`a part has tag 0x${found.toString(16)}, not 0x${tag.toString(16)}`);
  }

  #fail(reason: string): Error {
    return attestationErrors.error('attestation.structure-invalid', { what: this.#what, reason });
  }
}
