import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { type Check, decoded, refined } from './check';
import { annotated } from './field';

/** What a reference led to. */
export interface Content {
  readonly bytes: Uint8Array;
  /** What holds it, for messages: "the file creds/dac.pem", "the environment variable DAC_KEY". */
  readonly what: string;
  readonly from: 'file' | 'env';
  readonly passphrase?: string;
}

/** The source of a value that is not in the config; paths as written. */
export interface Place {
  readonly file?: string;
  readonly env?: string;
  /** Of the passphrase of an encrypted key. */
  readonly passphrase?: Reference<string>;
}

/** A value from a file or an environment variable. */
export class Reference<T> implements Place {
  declare readonly file?: string;
  declare readonly env?: string;
  declare readonly passphrase?: Reference<string>;
  readonly #accept: Check<Content, T>;

  constructor(place: Place, accept: Check<Content, T>) {
    Object.assign(this, place);
    this.#accept = accept;
  }

  /** The value of the content, checked like an inline one; `what` names the field in errors. */
  accept(content: Content, what: string): T {
    return this.#accept(content, `${what} (${content.what})`);
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

function assertPath(path: string, what: string): void {
  if (path === '') throw configErrors.error('config.text-empty', { what });
  if (path.includes('\0'))
    throw configErrors.error('config.text-invalid', { what, must: 'a path without NUL' });
}

/** A path as people write it, not yet resolved. */
export function path(description: string) {
  return annotated(z.string().check(refined(assertPath)), { minLength: 1, description });
}

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ENV_NAME_FORM = 'the name of an environment variable: letters, digits and _, no digit first';

function assertEnvName(name: string, what: string): void {
  if (!ENV_NAME.test(name)) throw configErrors.error('config.text-invalid', { what, must: ENV_NAME_FORM });
}

const envName = annotated(z.string().check(refined(assertEnvName)), {
  pattern: ENV_NAME.source,
  patternErrorMessage: `Expected ${ENV_NAME_FORM}.`,
  description: 'Name of an environment variable that holds the value.',
});

/** Named in the JSON Schema, which uses it in a hundred places. */
export const FILE = annotated(
  z.strictObject({
    file: path('Path of a file that holds the value, relative to the folder of this config file.'),
  }),
  { id: 'file', title: '{"file": path}' },
);
export const ENV = annotated(z.strictObject({ env: envName }), { id: 'env', title: '{"env": NAME}' });

/**
 * A field with an inline value in one of `forms`, which `inline` interprets, or a reference to content, which `accept`
 * interprets.
 */
export function valueOrReference<const F extends readonly z.core.$ZodType[], I, T>(
  forms: F,
  inline: Check<z.output<F[number]>, I>,
  accept: Check<Content, T>,
  places: readonly z.core.$ZodType<Place>[] = [FILE, ENV],
) {
  return decoded(z.union([...forms, ...places]), (value, what): I | Reference<T> =>
    isPlace(value) ? new Reference(value, accept) : inline(value as z.output<F[number]>, what),
  );
}

function isPlace(value: unknown): value is Place {
  return typeof value === 'object' && value !== null && ('file' in value || 'env' in value);
}

/** Text of a file or variable, UTF-8; one line break at the end of a file belongs to the editor, not to the value. */
export function contentText(
  { bytes, from, what }: Content,
  options: { readonly ignoreBOM?: true } = {},
): string {
  try {
    const text = new TextDecoder('utf-8', { ...options, fatal: true }).decode(bytes);
    return from === 'file' ? text.replace(/\r?\n$/, '') : text;
  } catch {
    throw configErrors.error('config.content-not-text', { what });
  }
}

/** The same, if there is any. Errors: config.content-empty, config.content-not-text. */
export function nonEmptyText(content: Content): string {
  const text = contentText(content);
  if (text === '') throw configErrors.error('config.content-empty', { what: content.what });
  return text;
}

/** The bytes of the file, unchanged. Errors: config.content-empty. */
export function contentBytes(content: Content): Uint8Array {
  if (content.bytes.length === 0) throw configErrors.error('config.content-empty', { what: content.what });
  return content.bytes;
}
