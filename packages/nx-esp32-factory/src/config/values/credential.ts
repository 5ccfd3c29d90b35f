import { FactoryError, fromBase64, fromHex, utf8 } from 'nvs-core';
import { configErrors } from '../../errors';
import { leaf, onlyKeys, wrongType } from './leaf';
import { isRecord } from './record';
import {
  type Content,
  contentBytes,
  isReference,
  parseReference,
  Reference,
  referenceShape,
} from './reference';
import { textOf } from './text';

/** A private key as it stands in its file, PEM or DER, and what opens it. */
export interface KeyMaterial {
  readonly bytes: Uint8Array;
  readonly passphrase?: string;
}

const PEM = /^\s*-----BEGIN /;
const PEM_SHAPE = { type: 'string', pattern: '^\\s*-----BEGIN ' };
const FORMS = '{"file": path} or {"env": NAME}';

/** Bytes of a file (PEM or DER as they are), or of a variable that holds PEM or the base64 of DER. */
function credentialContent(content: Content, what: string): Uint8Array {
  const bytes = contentBytes(content);
  if (content.from === 'file') return bytes;
  const text = new TextDecoder().decode(bytes);
  if (PEM.test(text)) return bytes;
  return base64(text.replace(/\s/g, ''), `${what} (${content.what})`);
}

function base64(text: string, what: string): Uint8Array {
  try {
    return fromBase64(text, what);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const problem = 'a stray character, padding or length';
    throw configErrors.error('config.bytes-invalid', { what, encoding: 'PEM or base64 of DER', problem });
  }
}

function pem(text: string, what: string): Uint8Array {
  if (PEM.test(text)) return utf8(text);
  throw configErrors.error('config.path-for-reference', { what, forms: FORMS });
}

/** A field with a certificate or a Certification Declaration: bytes in PEM or DER, not looked into here. */
export function credential(what: string) {
  const named = { what, must: FORMS };
  const shape = { anyOf: [...referenceShape.anyOf, PEM_SHAPE] };
  return leaf(named, shape, (value): Uint8Array | Reference<Uint8Array> => {
    if (typeof value === 'string') return pem(value, what);
    if (isReference(value)) return parseReference(value, (content) => credentialContent(content, what));
    throw wrongType(named, value);
  });
}

const PASSPHRASE = { what: 'the passphrase', maxLength: 1024 };

const [fileShape, envShape] = referenceShape.anyOf;
const passphraseShape = {
  ...referenceShape,
  description: 'Where the passphrase of an encrypted PKCS#8 key stands; never the passphrase itself.',
};

/** How editors see a private key: by reference, with a passphrase by reference, or as PEM text. */
const KEY_SHAPE = {
  anyOf: [
    { ...fileShape, properties: { ...fileShape.properties, passphrase: passphraseShape } },
    { ...envShape, properties: { ...envShape.properties, passphrase: passphraseShape } },
    PEM_SHAPE,
  ],
};

/** A field with a private key: SEC1 or PKCS#8, PEM or DER; an encrypted one has its passphrase by reference. */
export function privateKey(what: string) {
  const named = { what, must: `${FORMS}, with "passphrase" where it is encrypted` };
  return leaf(named, KEY_SHAPE, (value): KeyMaterial | Reference<KeyMaterial> => {
    if (typeof value === 'string') return { bytes: pem(value, what) };
    if (!isReference(value)) throw wrongType(named, value);
    const accept = (content: Content): KeyMaterial => {
      const bytes = credentialContent(content, what);
      return content.passphrase === undefined ? { bytes } : { bytes, passphrase: content.passphrase };
    };
    const reference = parseReference(value, accept, ['passphrase']);
    if (value.passphrase === undefined) return reference;
    return new Reference({ ...reference, passphrase: passphrase(value.passphrase) }, accept);
  });
}

function passphrase(value: unknown): Reference<string> {
  if (isReference(value)) {
    return parseReference(value, (content) => textOf(content, PASSPHRASE));
  }
  const must = `${FORMS}: a passphrase never stands in the config itself`;
  throw configErrors.error(
    'config.wrong-type',
    { what: PASSPHRASE.what, must, got: typeof value === 'string' ? 'plain text' : 'something else' },
    { field: 'passphrase' },
  );
}

/** A key of an encryption scheme, as it stands: raw bytes or an image in a file, hex in a variable. */
export type NvsKey = { readonly generate: true } | { readonly folder: string } | Reference<Uint8Array>;

const KEY_FORMS = '{"generate": true}, {"file": path}, {"env": NAME} or {"folder": path}';

/** A field with the key of an encryption scheme. */
export function encryptionKey(what: string) {
  const named = { what, must: KEY_FORMS };
  const object = (key: string, shape: object, description: string) => ({
    type: 'object',
    description,
    properties: { [key]: shape },
    required: [key],
    additionalProperties: false,
  });
  const shape = {
    anyOf: [
      object('generate', { const: true }, 'A new key for every image; such an image is never cached.'),
      ...referenceShape.anyOf,
      object('folder', { type: 'string', minLength: 1 }, 'A folder that keeps one key file per device.'),
    ],
  };
  return leaf(named, shape, (value): NvsKey => {
    if (isReference(value)) return parseReference(value, (content) => keyContent(content, what));
    if (!isRecord(value)) throw wrongType(named, value);
    onlyKeys(value, ['generate', 'file', 'env', 'folder']);
    const { generate, folder } = value;
    if (generate === true && folder === undefined) return { generate };
    if (typeof folder === 'string' && folder !== '' && generate === undefined) return { folder };
    throw wrongType(named, value);
  });
}

function keyContent(content: Content, what: string): Uint8Array {
  const bytes = contentBytes(content);
  if (content.from === 'file') return bytes;
  const name = `${what} (${content.what})`;
  try {
    return fromHex(new TextDecoder().decode(bytes).trim(), name);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const problem = 'a stray or missing digit';
    throw configErrors.error('config.bytes-invalid', { what: name, encoding: 'hex', problem });
  }
}
