import { utf8 } from 'nvs-core/bytes';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { decodeBytes } from './bytes';
import { refined } from './check';
import { annotated, described } from './field';
import { folder, GENERATE } from './forms';
import {
  type Content,
  contentBytes,
  ENV,
  FILE,
  nonEmptyText,
  type Reference,
  valueOrReference,
} from './reference';
import { assertText } from './text';

/** A private key as in its file, PEM or DER, and its passphrase. */
export interface KeyMaterial {
  readonly bytes: Uint8Array;
  readonly passphrase?: string;
}

const PEM = /^\s*-----BEGIN /;

function assertPem(text: string, what: string): void {
  const forms = '{"file": path} or {"env": NAME}';
  if (!PEM.test(text)) throw configErrors.error('config.path-for-reference', { what, forms });
}

const PEM_TEXT = annotated(z.string().check(refined(assertPem)), { title: 'PEM text', pattern: PEM.source });

/** What an editor inserts with the name of the field. */
const BY_PATH = { defaultSnippets: [{ label: '{"file":path}', body: { file: '$1' } }] };

/** Bytes of a file (PEM or DER as they are), or of a variable that holds PEM or the base64 of DER. */
function credentialContent(content: Content, what: string): Uint8Array {
  const bytes = contentBytes(content);
  if (content.from === 'file') return bytes;
  const text = new TextDecoder().decode(bytes);
  return PEM.test(text)
    ? bytes
    : decodeBytes(text.replace(/\s/g, ''), what, 'base64', 'PEM or base64 of DER');
}

/** A field with a certificate or a Certification Declaration: bytes in PEM or DER, not looked into here. */
export function credential() {
  return annotated(valueOrReference([PEM_TEXT], utf8, credentialContent), BY_PATH);
}

const passphrase = described(
  z.exactOptional(
    valueOrReference(
      [],
      (value: never): never => value,
      (content, what) => assertText(nonEmptyText(content), what, { max: 1024 }),
    ),
  ),
  'A reference to the passphrase of an encrypted PKCS#8 key; never the passphrase itself.',
);
const KEY_PLACES = [FILE, ENV].map((place) =>
  annotated(z.extend(place, { passphrase }), { title: z.globalRegistry.get(place)?.title }),
);

/** A field with a private key: SEC1 or PKCS#8, PEM or DER; an encrypted one has its passphrase by reference. */
export function privateKey() {
  const field = valueOrReference(
    [PEM_TEXT],
    (text): KeyMaterial => ({ bytes: utf8(text) }),
    (content, what): KeyMaterial => {
      const bytes = credentialContent(content, what);
      return content.passphrase === undefined ? { bytes } : { bytes, passphrase: content.passphrase };
    },
    KEY_PLACES,
  );
  return annotated(field, BY_PATH);
}

/** A key of an encryption scheme, undecoded: raw bytes or an image in a file, hex in a variable. */
export type NvsKey = { readonly generate: true } | { readonly folder: string } | Reference<Uint8Array>;

/** A field with the key of an encryption scheme. */
export function encryptionKey() {
  return valueOrReference(
    [GENERATE, folder('A folder that keeps one key file per device.')],
    (value): NvsKey => value,
    (content, what): Uint8Array => {
      const bytes = contentBytes(content);
      if (content.from === 'file') return bytes;
      return decodeBytes(new TextDecoder().decode(bytes).trim(), what, 'hex');
    },
  );
}
