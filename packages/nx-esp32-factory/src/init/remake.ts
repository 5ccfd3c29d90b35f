/** The development credentials of an app that has its config, where a clone has none. */
import { basename, dirname } from 'node:path';
import { isTestVendorId, type RandomBytes } from 'nvs-core';
import type { LoadedConfig } from '../config';
import { initErrors } from '../errors';
import { joinPath } from '../firmware';
import { DEVELOPMENT_FILES } from '../inputs';
import { generateCredentials, partialError } from './credentials';
import type { Draft } from './draft';

/** The fields of a config that name a set of development credentials, and the files there. */
const FIELDS: Readonly<Record<string, string>> = {
  'attestation.dac.certificate': DEVELOPMENT_FILES.dac,
  'attestation.dac.key': DEVELOPMENT_FILES.dacKey,
  'attestation.pai.certificate': DEVELOPMENT_FILES.pai,
  'attestation.certificationDeclaration': DEVELOPMENT_FILES.certificationDeclaration,
};

/**
 * Plans a new set of development credentials where the config names it, with the ids of the config; false if there is
 * a complete one, which is left unchanged.
 * Errors: init.credentials-not-development, init.credentials-partial.
 */
export async function remakeCredentials(
  draft: Draft,
  loaded: LoadedConfig,
  { random }: { readonly random: RandomBytes },
): Promise<boolean> {
  const folder = developmentFolder(draft, loaded);
  const names = Object.values(FIELDS);
  const found = names.filter((name) => draft.has(joinPath(folder, name)));
  if (found.length === names.length) return false;
  if (found.length > 0) throw partialError(folder, found, names);
  const { vendorId = 0, productId = 0 } = loaded.config.deviceInstanceInfo;
  await generateCredentials(folder, { vendorId, productId }, draft, random);
  return true;
}

/**
 * The folder of the development credentials that a config names, relative to the workspace.
 * Errors: init.credentials-not-development.
 */
export function developmentFolder(draft: Draft, { config, references, where }: LoadedConfig): string {
  const { vendorId = 0 } = config.deviceInstanceInfo;
  const at = where(['attestation']);
  const reject = (reason: string) => initErrors.error('init.credentials-not-development', { reason }, at);
  if (!isTestVendorId(vendorId)) throw reject(`its vendor id is 0x${vendorId.toString(16).toUpperCase()}`);
  const folders = Object.entries(FIELDS).map(([field, name]) => {
    const named = references.find((reference) => reference.field === field);
    if (named?.kind !== 'file') throw reject(`${field} names no file`);
    const path = draft.inWorkspace(named.path);
    if (path === undefined) throw reject(`${field} names a file outside the workspace`);
    if (basename(path) !== name) throw reject(`${field} names ${basename(path)}, not ${name}`);
    return dirname(path);
  });
  const [folder = '.', ...others] = folders;
  if (others.some((other) => other !== folder)) throw reject('its files are in several folders');
  const paa = references.find(({ field }) => field === 'attestation.trust.paa');
  const store = joinPath(folder, DEVELOPMENT_FILES.paaTrustStore);
  if (paa?.kind === 'folder' && draft.inWorkspace(paa.path) !== store)
    throw reject(`attestation.trust.paa is not ${store}`);
  return folder;
}
