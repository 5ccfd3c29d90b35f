import { decodeKeysPartition, deriveHmacKeys, FactoryError, type NvsKeys } from 'nvs-core';
import { fromBase64, fromHex } from 'nvs-core/bytes';
import { within } from 'nvs-core/errors';
import { inspectErrors } from '../errors';
import { INPUT_LIMIT, readArgument } from '../files';

const HMAC_KEY_LENGTH = 32;

/** The NVS keys in bytes: an HMAC key of 32 bytes, or else a keys partition. Errors: nvs.keys-*. */
export function keysOfBytes(bytes: Uint8Array): NvsKeys {
  return bytes.length === HMAC_KEY_LENGTH ? deriveHmacKeys(bytes) : decodeKeysPartition(bytes);
}

/** The NVS keys in a file. Errors: files.*, nvs.keys-*. */
export function readKeyFile(path: string): NvsKeys {
  return within({ file: path }, () => keysThenWipe(readArgument(path, INPUT_LIMIT.key)));
}

/** The NVS keys in bytes, which are overwritten afterwards. */
function keysThenWipe(bytes: Uint8Array): NvsKeys {
  try {
    return keysOfBytes(bytes);
  } finally {
    bytes.fill(0);
  }
}

/**
 * The keys of a reference: "env:NAME" (hexadecimal or base64), "file:PATH" or a path.
 * Errors: files.*, nvs.keys-*, inspect.key-reference.
 */
export function readKeyReference(
  reference: string,
  env: Readonly<Record<string, string | undefined>>,
): NvsKeys {
  if (reference.startsWith('env:')) {
    const name = reference.slice('env:'.length);
    const bytes = bytesOfText(env[name] ?? '');
    if (bytes === undefined) throw inspectErrors.error('inspect.key-reference', { reference: name });
    return within({ field: reference }, () => keysThenWipe(bytes));
  }
  return readKeyFile(reference.startsWith('file:') ? reference.slice('file:'.length) : reference);
}

function bytesOfText(text: string): Uint8Array | undefined {
  for (const read of [fromHex, fromBase64]) {
    try {
      const bytes = read(text.trim());
      if (bytes.length > 0) return bytes;
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
    }
  }
  return undefined;
}
