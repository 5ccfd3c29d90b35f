import { configErrors } from '../../errors';
import { onlyKeys } from './leaf';
import { isRecord, type JsonRecord } from './record';

/** What a reference led to. */
export interface Content {
  readonly bytes: Uint8Array;
  /** What holds it, for messages: "the file creds/dac.pem", "the environment variable DAC_KEY". */
  readonly what: string;
  readonly from: 'file' | 'env';
  readonly passphrase?: string;
}

/** A value that stands elsewhere: in a file (path as written) or in an environment variable. */
export class Reference<T> {
  declare readonly file?: string;
  declare readonly env?: string;
  /** The passphrase of an encrypted key. */
  declare readonly passphrase?: Reference<string>;
  readonly #accept: (content: Content) => T;

  constructor(
    place: { readonly file?: string; readonly env?: string; readonly passphrase?: Reference<string> },
    accept: (content: Content) => T,
  ) {
    if (place.file !== undefined) this.file = place.file;
    if (place.env !== undefined) this.env = place.env;
    if (place.passphrase !== undefined) this.passphrase = place.passphrase;
    this.#accept = accept;
  }

  /** The value that the content stands for, checked like an inline one. */
  accept(content: Content): T {
    return this.#accept(content);
  }
}

/** The value of T once every reference in it has been followed. */
export type Resolved<T> =
  T extends Reference<infer V>
    ? V
    : T extends Uint8Array | string | number | bigint | boolean | undefined
      ? T
      : T extends readonly (infer E)[]
        ? readonly Resolved<E>[]
        : { readonly [K in keyof T]: Resolved<T[K]> };

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function isReference(value: unknown): value is JsonRecord {
  return isRecord(value) && (Object.hasOwn(value, 'file') || Object.hasOwn(value, 'env'));
}

/** Reads {"file": path} or {"env": NAME}; `extra` are further keys that the field allows beside them. */
export function parseReference<T>(
  value: JsonRecord,
  accept: (content: Content) => T,
  extra: readonly string[] = [],
): Reference<T> {
  onlyKeys(value, ['file', 'env', ...extra]);
  const { file, env } = value;
  if (Object.hasOwn(value, 'file') && Object.hasOwn(value, 'env')) {
    const why = 'a value stands in one place';
    throw configErrors.error('config.conflict', { what: '"file"', other: '"env"', why });
  }
  if (Object.hasOwn(value, 'file')) return new Reference({ file: filePath(file, 'file') }, accept);
  return new Reference({ env: envName(env) }, accept);
}

/** A path as people write it, not yet resolved. */
export function filePath(value: unknown, field: string): string {
  const named = { what: `the path of "${field}"`, must: 'the path of a file or folder, as text' };
  if (typeof value !== 'string') {
    throw configErrors.error('config.wrong-type', { ...named, got: 'no text' }, { field });
  }
  if (value === '') throw configErrors.error('config.text-empty', { what: named.what }, { field });
  if (value.includes('\0')) {
    throw configErrors.error(
      'config.text-invalid',
      { what: named.what, must: 'a path without NUL' },
      { field },
    );
  }
  return value;
}

function envName(value: unknown): string {
  const what = 'the name of "env"';
  const must = 'the name of an environment variable: letters, digits and _, no digit first';
  if (typeof value !== 'string') {
    throw configErrors.error('config.wrong-type', { what, got: 'no text', must }, { field: 'env' });
  }
  if (!ENV_NAME.test(value)) {
    throw configErrors.error('config.text-invalid', { what, must }, { field: 'env' });
  }
  return value;
}

/**
 * Text of a file or variable: UTF-8, one line; one line break at the end of a file belongs to the editor, not to
 * the value. Errors: config.content-empty, config.content-not-text.
 */
export function contentText(content: Content): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content.bytes);
  } catch {
    throw configErrors.error('config.content-not-text', { what: content.what });
  }
  if (content.from === 'file') text = text.replace(/\r?\n$/, '');
  if (text === '') throw configErrors.error('config.content-empty', { what: content.what });
  return text;
}

/** Bytes as they stand in the file. Errors: config.content-empty. */
export function contentBytes(content: Content): Uint8Array {
  if (content.bytes.length === 0) throw configErrors.error('config.content-empty', { what: content.what });
  return content.bytes;
}

export const referenceShape = {
  anyOf: [
    {
      type: 'object',
      properties: {
        file: {
          type: 'string',
          minLength: 1,
          description: 'Path of a file that holds the value, relative to the folder of this config file.',
        },
      },
      required: ['file'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: {
        env: {
          type: 'string',
          pattern: ENV_NAME.source,
          description: 'Name of an environment variable that holds the value.',
        },
      },
      required: ['env'],
      additionalProperties: false,
    },
  ],
} as const;
