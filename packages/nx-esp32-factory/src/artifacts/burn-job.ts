/** The keys that an output folder wants burned: found, read, and held against the image that was made with them. */
import { basename, join } from 'node:path';
import {
  decodeSecureCert,
  decryptNvs,
  deriveHmacKeys,
  FactoryError,
  readCertificate,
  readPrivateKey,
  secureCertContents,
  wipeNvsKeys,
  within,
} from 'nvs-core';
import { type LoadedConfig, resolveField } from '../config';
import { checkHmacKey, type ManifestEfuseKey } from '../device';
import { checkEfuseKeys, type EfuseKey } from '../efuse';
import { efuseErrors, factoryErrors } from '../errors';
import { readInput, readKeyOfFolder } from '../files';
import { type FlashFile, readFlashFiles } from './flash-files';

/** A key with its bytes: 32 raw ones for HMAC_UP, PEM for ECDSA_KEY. */
export interface BurnKey extends EfuseKey {
  readonly data: Uint8Array;
  /** What espefuse shall call it. */
  readonly name: string;
}

/**
 * The keys that the manifest of an output folder names; one that is no output comes from the config.
 * Errors: factory.manifest-*, factory.image-changed, efuse.key-missing, efuse.key-not-of-image, efuse.key-length,
 * efuse.key-blank, those of checkEfuseKeys and of resolving the config, files.*.
 */
export function burnKeysOf(
  folder: string,
  options: {
    readonly loaded: LoadedConfig;
    readonly chip: string | undefined;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): BurnKey[] {
  const files = readFlashFiles(folder);
  const { efuses, serialNumber } = manifestOf(folder);
  checkEfuseKeys(options.chip, efuses);
  return efuses.map((key): BurnKey => {
    const { block, purpose, file } = key;
    const data =
      file === null ? keyOfConfig(key, serialNumber, options) : readInput(join(folder, basename(file)));
    if (purpose === 'HMAC_UP') checkHmacImage(key, checkHmacKey(data), folder, files);
    else checkDac(key, data, folder, files);
    return { block, purpose, data, name: file ?? 'hmac_key.bin' };
  });
}

/** Whether an image of an output folder wants keys burned. */
export function wantsBurning(folder: string): boolean {
  return manifestOf(folder).efuses.length > 0;
}

interface ManifestPart {
  readonly efuses: readonly ManifestEfuseKey[];
  readonly serialNumber: string | undefined;
}

function manifestOf(folder: string): ManifestPart {
  const path = join(folder, 'manifest.json');
  try {
    const { efuses = [], entries = [] } = JSON.parse(new TextDecoder().decode(readInput(path))) as {
      efuses?: ManifestEfuseKey[];
      entries?: { key: string; value?: unknown }[];
    };
    const serial = entries.find(({ key }) => key === 'serial-num')?.value;
    if (efuses.every(isEfuseKey))
      return { efuses, serialNumber: typeof serial === 'string' ? serial : undefined };
  } catch (error) {
    if (error instanceof FactoryError) throw error;
  }
  throw factoryErrors.error('factory.manifest-invalid', { path });
}

function isEfuseKey(value: unknown): value is ManifestEfuseKey {
  const { block, purpose, file } = (value ?? {}) as Partial<ManifestEfuseKey>;
  return (
    Number.isInteger(block) &&
    (purpose === 'HMAC_UP' || purpose === 'ECDSA_KEY') &&
    (file === null || typeof file === 'string')
  );
}

function keyOfConfig(
  { purpose }: EfuseKey,
  serialNumber: string | undefined,
  {
    loaded,
    env,
  }: { readonly loaded: LoadedConfig; readonly env: Readonly<Record<string, string | undefined>> },
): Uint8Array {
  const { encryption } = loaded.config;
  if (purpose !== 'HMAC_UP' || encryption?.scheme !== 'hmac') {
    throw efuseErrors.error('efuse.key-missing', { purpose });
  }
  const path = ['encryption', 'key'];
  const key = resolveField(loaded, path, { readFile: readInput, env });
  if (key instanceof Uint8Array) return key;
  const { key: written } = encryption;
  if (!('folder' in written)) throw efuseErrors.error('efuse.key-missing', { purpose }, loaded.where(path));
  return readKeyOfFolder(loaded.absolute([...path, 'folder'], written.folder), serialNumber);
}

/** The device would erase all that it cannot decrypt, and the key could never be changed. */
function checkHmacImage(
  key: EfuseKey,
  hmacKey: Uint8Array,
  folder: string,
  files: readonly FlashFile[],
): void {
  const nvs = files.find(({ kind }) => kind === 'nvs');
  if (nvs === undefined) return;
  const keys = deriveHmacKeys(hmacKey);
  try {
    decryptNvs(readInput(join(folder, nvs.file)), keys).fill(0);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    throw notOfImage(key, join(folder, nvs.file));
  } finally {
    wipeNvsKeys(keys);
  }
}

/** The DAC of an image that this host encrypted cannot be read here. */
function checkDac(key: EfuseKey, pem: Uint8Array, folder: string, files: readonly FlashFile[]): void {
  const file = files.find(({ kind }) => kind === 'secure-cert');
  if (file === undefined || file.encryption === 'host') return;
  const path = join(folder, file.file);
  const { dac } = secureCertContents(decodeSecureCert(readInput(path)).tlvs);
  const { publicKey, raw } = within({ file: path }, () => readPrivateKey(pem));
  raw.fill(0);
  if (dac === undefined || Buffer.compare(readCertificate(dac).publicKey.data, publicKey) !== 0) {
    throw notOfImage(key, path);
  }
}

function notOfImage({ purpose, block }: EfuseKey, file: string): FactoryError {
  return efuseErrors.error('efuse.key-not-of-image', { purpose, block }, { file });
}
