/** Changes to an input: what AFL calls havoc. */

/** A whole number from 0 to limit - 1. */
export type Below = (limit: number) => number;

/** Numbers that are drawn the same for one seed. */
export function randomOf(seed: number): Below {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const BYTES = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x7f, 0x80, 0xbf, 0xc3, 0xf0, 0xfe, 0xff];
const NUMBERS = [
  0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];
const DECIMALS = [
  '0',
  '-1',
  '255',
  '65536',
  '4294967296',
  '18446744073709551616',
  '1e400',
  '0x',
  '٣',
  '9'.repeat(60),
];

export interface MutateOptions {
  readonly below: Below;
  readonly maxLength: number;
  /** Inputs to take pieces of. */
  readonly others: readonly Uint8Array[];
  readonly words: readonly Uint8Array[];
}

/** A changed copy of `input`. */
export function mutate(input: Uint8Array, options: MutateOptions): Uint8Array {
  const { below, maxLength } = options;
  let bytes = Buffer.from(input);
  const rounds = 1 << below(5);
  for (let round = 0; round < rounds; round++) bytes = change(bytes, options);
  return bytes.subarray(0, maxLength);
}

function change(bytes: Buffer<ArrayBuffer>, { below, others, words }: MutateOptions): Buffer<ArrayBuffer> {
  const at = below(bytes.length + 1);
  const pick = <T>(list: readonly T[]): T | undefined => list[below(list.length || 1)];
  const replace = (from: number, to: number, piece: Uint8Array) =>
    Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]);
  const range = (length: number) => {
    const from = below(length + 1);
    // Mostly short: long ones leave nothing.
    return [from, Math.min(length, from + 1 + below(below(4) === 0 ? 512 : 16))] as const;
  };
  switch (below(13)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = below(256);
      return bytes;
    case 2:
      if (at < bytes.length) bytes[at] = pick(BYTES) ?? 0;
      return bytes;
    case 3:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) + below(35) - 17;
      return bytes;
    case 4: {
      const number = pick(NUMBERS) ?? 0;
      if (at + 4 <= bytes.length) {
        if (below(2) === 0) bytes.writeUInt32LE(number, at);
        else bytes.writeUInt16LE(number & 0xffff, at);
      }
      return bytes;
    }
    case 5:
      return replace(at, at, Buffer.alloc(1 + below(16), below(2) === 0 ? below(256) : pick(BYTES)));
    case 6: {
      const [from, to] = range(bytes.length);
      return replace(from, to, Buffer.alloc(0));
    }
    case 7: {
      const [from, to] = range(bytes.length);
      return replace(at, at, bytes.subarray(from, to));
    }
    case 8: {
      const other = pick(others) ?? bytes;
      const [from, to] = range(other.length);
      return replace(
        at,
        Math.min(bytes.length, at + (below(2) === 0 ? 0 : to - from)),
        other.subarray(from, to),
      );
    }
    case 9: {
      const word = pick(words) ?? Buffer.alloc(0);
      return replace(at, Math.min(bytes.length, at + (below(2) === 0 ? 0 : word.length)), word);
    }
    case 10:
      return below(4) === 0 ? bytes.subarray(0, at) : bytes;
    case 11: {
      const [from, to] = range(bytes.length);
      bytes.fill(pick(BYTES) ?? 0, from, to);
      return bytes;
    }
    default: {
      // A number in a text.
      const text = bytes.subarray(at, at + 64).toString('latin1');
      const digits = /\d+/.exec(text);
      if (digits === null) return bytes;
      const from = at + digits.index;
      return replace(from, from + digits[0].length, Buffer.from(pick(DECIMALS) ?? ''));
    }
  }
}
