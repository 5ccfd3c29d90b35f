/** Small objects that represent one value. */
import * as z from 'zod/mini';
import { annotated, described } from './field';
import { path } from './reference';
import { text } from './text';

/** A value that is generated anew for every image. */
export interface Random {
  readonly random: true;
}

/** A passcode that the firmware makes itself; the image then holds no verifier, and there are no codes. */
export interface Dynamic {
  readonly dynamic: true;
}

/** A folder by reference; its path is as written. */
export type Folder = z.output<ReturnType<typeof folder>>;

function marker<const K extends string>(key: K, description: string) {
  const shape = { [key]: described(z.literal(true), description) } as { [name in K]: z.ZodMiniLiteral<true> };
  return annotated(z.strictObject(shape), { title: `{"${key}": true}`, description });
}

export const RANDOM = marker('random', 'Generated anew for every image.');
export const DYNAMIC = marker(
  'dynamic',
  'The firmware makes its own passcode: no verifier is stored, and no codes are made.',
);
export const GENERATE = marker('generate', 'A new key for every image; such an image is never cached.');

export function folder(description: string) {
  const shape = { folder: path('Path of a folder, relative to the folder of this config file.') };
  return annotated(z.strictObject(shape), { title: '{"folder": path}', description });
}

/** `sha256:` and the digest of the certificates of a folder, as "attestation trust" prints it. */
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** A folder of certificates, which may be pinned. */
export function trustFolder(description: string) {
  const shape = {
    folder: path('Path of a folder, relative to the folder of this config file.'),
    digest: described(
      z.exactOptional(text({ max: 71, pattern: DIGEST, form: 'sha256: and 64 hexadecimal digits' })),
      'Digest of the certificates in the folder, as "esp32-factory attestation trust" prints it: if they change, that is an error.',
    ),
  };
  return annotated(z.strictObject(shape), { title: '{"folder": path}', description });
}

/** A file that is read in a way of its own. */
export function file(description: string) {
  const shape = { file: path('Path of a file, relative to the folder of this config file.') };
  return annotated(z.strictObject(shape), { title: '{"file": path}', description });
}

/** A field beside a value of the app: whether that is a secret. */
export const secret = described(
  z.prefault(z.boolean(), true),
  "Whether the value is a secret. One that comes from a file or an environment variable keeps the image out of Nx's cache, unless this is false.",
);
