/** DER (der.ts) value by value, by offsets and without a tree: for who needs little of many files. */
import { checkSize, DerSource, derReader } from './der';

/**
 * Stands before one value after the other; names say in errors what was looked for.
 * Errors: attestation.der-malformed, attestation.structure-invalid.
 */
export class DerWalk {
  readonly #what: string;
  readonly #source: DerSource;
  #offset = 0;
  #limit: number;
  /** Ends of the values that were entered. */
  readonly #ends: number[] = [];

  /** Before the one value that fills `data`; `what` names it in errors. Errors: attestation.file-too-large too. */
  constructor(data: Uint8Array, what: string) {
    checkSize(data);
    this.#what = what;
    this.#source = new DerSource(data, what);
    this.#limit = data.length;
    this.#source.readOutermost();
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
  enter(tag: number, name: string): void {
    this.#read(tag, name);
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
  skip(tag: number, name: string): void {
    this.#read(tag, name);
    this.#offset = this.#source.end;
  }

  /** Passes the next value over if it has this tag; whether it had. */
  skipIf(tag: number): boolean {
    if (!this.is(tag)) return false;
    this.skip(tag, '');
    return true;
  }

  /** The content of the next value, a view, of whatever tag unless one is said. */
  take(tag: number | undefined, name: string): Uint8Array {
    this.#read(tag, name);
    const { data, contentStart, end } = this.#source;
    this.#offset = end;
    return data.subarray(contentStart, end);
  }

  #read(tag: number | undefined, name: string): void {
    if (this.isAtEnd) throw this.#fail(`${name} is missing`);
    this.#source.readHead(this.#offset, this.#limit);
    const { tag: found } = this.#source;
    if (tag !== undefined && found !== tag)
      throw this.#fail(`${name} has tag 0x${found.toString(16)}, not 0x${tag.toString(16)}`);
  }

  #fail(reason: string): Error {
    return derReader(this.#what).fail(reason);
  }
}
