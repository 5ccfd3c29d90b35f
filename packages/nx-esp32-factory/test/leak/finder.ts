import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A secret that others must not read: bytes, or text such as a passcode. */
export interface Secret {
  readonly name: string;
  readonly value: Uint8Array | string;
  /** Names of the files that may contain it, if only their owner can read them. */
  readonly holders: readonly string[];
}

export interface Leak {
  readonly secret: string;
  readonly encoding: string;
  readonly place: string;
}

/** Everything to search: files, folders, and texts such as the output of a run. */
export interface Places {
  readonly paths: readonly string[];
  readonly texts?: Readonly<Record<string, string>>;
  /** Files to skip: those that the test itself wrote secrets to. */
  readonly inputs: readonly string[];
}

const PASSCODE = /^\d{8}$/;

/** The encodings of a secret, each as the bytes to search for. */
export function encodingsOf(value: Uint8Array | string): [name: string, pattern: Buffer][] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const spaced = (separator: string) => hex.replace(/../g, `$&${separator}`).slice(0, -separator.length);
  const text = (name: string, pattern: string) => [name, Buffer.from(pattern)] as [string, Buffer];
  if (typeof value === 'string') {
    const others: [string, string][] = [
      ['JSON', JSON.stringify(value).slice(1, -1)],
      ['URI', encodeURIComponent(value)],
      ['URI, all of it', `%${spaced('%').toUpperCase()}`],
      ...(PASSCODE.test(value)
        ? [['hex of the number', `0x${Number(value).toString(16)}`] as [string, string]]
        : []),
    ];
    return [
      ['text', bytes],
      text('hex of text', hex),
      text('HEX of text', hex.toUpperCase()),
      ['UTF-16', Buffer.from(value, 'utf16le')],
      text('numbers of text', bytes.join(',')),
      ...others.flatMap(([name, pattern]) => (pattern === value ? [] : [text(name, pattern)])),
      ...base64Of(bytes),
    ];
  }
  return [
    ['raw', bytes],
    ['reversed', Buffer.from(bytes).reverse()],
    text('hex', hex),
    text('HEX', hex.toUpperCase()),
    text('hex with spaces', spaced(' ')),
    text('hex with colons', spaced(':')),
    text('HEX with colons', spaced(':').toUpperCase()),
    text('HEX with spaces', spaced(' ').toUpperCase()),
    text('C array', `0x${spaced(',0x')}`),
    text('C array with spaces', `0x${spaced(', 0x')}`),
    text('C ARRAY with spaces', `0x${spaced(', 0x').toUpperCase().replaceAll('0X', '0x')}`),
    text('C string', `\\x${spaced('\\x')}`),
    text('URI', `%${spaced('%')}`),
    text('URI in capitals', `%${spaced('%').toUpperCase()}`),
    text('decimal', BigInt(`0x${hex}`).toString()),
    text('numbers', bytes.join(',')),
    text('numbers with spaces', bytes.join(', ')),
    text('JSON', [...bytes].map((byte, index) => `"${index}":${byte}`).join(',')),
    ...base64Of(bytes),
  ];
}

/** Base64 for each position of the bytes in the encoded data, without the characters shared with their neighbours. */
function base64Of(bytes: Buffer): [string, Buffer][] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const from = Math.ceil((8 * shift) / 6);
    const to = Math.floor((8 * (shift + bytes.length)) / 6);
    const pattern = whole.slice(from, to);
    const url = pattern.replaceAll('+', '-').replaceAll('/', '_');
    return [
      [`base64, shifted by ${shift}`, Buffer.from(pattern)],
      ...(url === pattern ? [] : [[`base64url, shifted by ${shift}`, Buffer.from(url)] as [string, Buffer]]),
    ] as [string, Buffer][];
  });
}

/** Every file or text that contains a secret but must not, or that others may read. */
export function findLeaks(secrets: readonly Secret[], { paths, texts = {}, inputs }: Places): Leak[] {
  const patterns = secrets.map((secret) => ({ secret, encodings: encodingsOf(secret.value) }));
  const search = (content: Buffer, place: string, mayHold: (secret: Secret) => boolean): Leak[] => {
    // Base64 in a PEM file has line breaks, JSON may have spaces.
    const joined = withoutSpace(content);
    return patterns.flatMap(({ secret, encodings }) =>
      mayHold(secret)
        ? []
        : encodings
            .filter(([, pattern]) => content.includes(pattern) || joined.includes(withoutSpace(pattern)))
            .map(([encoding]) => ({ secret: secret.name, encoding, place })),
    );
  };
  return [
    ...Object.entries(texts).flatMap(([place, text]) => search(Buffer.from(text), place, () => false)),
    ...paths.flatMap(filesIn).flatMap((path) => {
      if (inputs.includes(path)) return [];
      const isPrivate = (statSync(path).mode & 0o077) === 0;
      const mayHold = ({ holders }: Secret) => isPrivate && holders.includes(basename(path));
      return [
        ...search(readFileSync(path), path, mayHold),
        ...search(Buffer.from(path), `the name of ${path}`, () => false),
      ];
    }),
  ];
}

function withoutSpace(data: Buffer): Buffer {
  return Buffer.from(data.toString('latin1').replace(/\s+/g, ''), 'latin1');
}

/** A file, or all files below a folder; links are not followed. */
function filesIn(path: string): string[] {
  const stat = lstatSync(path);
  if (stat.isDirectory()) return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
  return stat.isFile() ? [path] : [];
}
