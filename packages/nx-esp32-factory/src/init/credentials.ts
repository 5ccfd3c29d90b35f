import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Certificate, type FactoryError, isTestVendorId, type RandomBytes } from 'nvs-core';
import { initErrors } from '../errors';
import { joinPath } from '../firmware';
import { DEVELOPMENT_FILES } from '../inputs';
import type { App } from './app-folder';
import { developmentFiles } from './development';
import type { Draft } from './draft';
import type { InitOptions } from './options';

/** Folder of an app's credentials, in the root of the app. */
export const CREDENTIALS_FOLDER = 'credentials';

const PATH_OPTIONS = ['dacCert', 'dacKey', 'paiCert', 'certificationDeclaration'] as const;
const TRUST_OPTIONS = ['paaTrustStore', 'cdTrustStore'] as const;

/** The source of the credentials of an app; paths are relative to the folder of the app. */
export interface CredentialPlan {
  /**
   * generated: new development credentials; existing: the set in the folder; given: the paths in options; none: added
   * later by the user.
   */
  readonly kind: 'generated' | 'existing' | 'given' | 'none';
  readonly dacCert: string;
  readonly dacKey: string;
  readonly paiCert: string;
  readonly certificationDeclaration: string;
  readonly paaTrustStore?: string | undefined;
  readonly cdTrustStore?: string | undefined;
}

/** What --credentials asks for: alone it means development, and --no-credentials none. */
export function requestedCredentials({ credentials }: InitOptions): 'development' | 'none' | undefined {
  if (typeof credentials !== 'boolean') return credentials;
  return credentials ? 'development' : 'none';
}

const inFolder = (name: string) => `${CREDENTIALS_FOLDER}/${name}`;
const OWN = {
  dacCert: inFolder(DEVELOPMENT_FILES.dac),
  dacKey: inFolder(DEVELOPMENT_FILES.dacKey),
  paiCert: inFolder(DEVELOPMENT_FILES.pai),
  certificationDeclaration: inFolder(DEVELOPMENT_FILES.certificationDeclaration),
} as const;
const PAA_TRUST_STORE = inFolder(DEVELOPMENT_FILES.paaTrustStore);
/** Only where the user made a signer of their own. */
const CD_TRUST_STORE = inFolder('cd-trust-store');

/**
 * The credentials that the options request. Errors: init.credentials-conflict, init.credentials-incomplete,
 * init.credentials-partial.
 */
export function planCredentials(
  options: InitOptions,
  app: App,
  draft: Draft,
  { workspace, cwd = process.cwd() }: { readonly workspace: string; readonly cwd?: string },
): CredentialPlan {
  const requested = requestedCredentials(options);
  const given = [...PATH_OPTIONS, ...TRUST_OPTIONS].filter((name) => options[name] !== undefined);
  if (given.length > 0) {
    const option =
      requested !== undefined ? `--credentials ${requested}` : options.keys && `--keys ${options.keys}`;
    if (option !== undefined) {
      const params = { option, given: given.map((name) => `--${name}`) };
      throw initErrors.error('init.credentials-conflict', params);
    }
    return planGiven(options, (path) => fromApp(path, app, workspace, cwd));
  }
  if (requested === 'none') return { kind: 'none', ...OWN };
  const found = Object.values(OWN).filter((path) => draft.has(joinPath(app.root, path)));
  if (found.length === 0) return { kind: 'generated', ...OWN, paaTrustStore: PAA_TRUST_STORE };
  if (found.length < Object.values(OWN).length) {
    const bare = (paths: readonly string[]) => paths.map((path) => path.slice(CREDENTIALS_FOLDER.length + 1));
    throw partialError(joinPath(app.root, CREDENTIALS_FOLDER), bare(found), bare(Object.values(OWN)));
  }
  const trust = (path: string) => (draft.has(joinPath(app.root, path)) ? path : undefined);
  return {
    kind: 'existing',
    ...OWN,
    paaTrustStore: trust(PAA_TRUST_STORE),
    cdTrustStore: trust(CD_TRUST_STORE),
  };
}

/** For a folder that has only some of the files of a set. */
export function partialError(
  folder: string,
  found: readonly string[],
  names: readonly string[],
): FactoryError {
  const missing = names.filter((name) => !found.includes(name));
  return initErrors.error('init.credentials-partial', { folder, found, missing });
}

function planGiven(options: InitOptions, toApp: (path: string) => string): CredentialPlan {
  const { dacCert, dacKey, paiCert, certificationDeclaration, paaTrustStore, cdTrustStore } = options;
  if (
    dacCert === undefined ||
    dacKey === undefined ||
    paiCert === undefined ||
    certificationDeclaration === undefined
  ) {
    const missing = PATH_OPTIONS.filter((name) => options[name] === undefined).map((name) => `--${name}`);
    throw initErrors.error('init.credentials-incomplete', { missing });
  }
  return {
    kind: 'given',
    dacCert: toApp(dacCert),
    dacKey: toApp(dacKey),
    paiCert: toApp(paiCert),
    certificationDeclaration: toApp(certificationDeclaration),
    paaTrustStore: paaTrustStore === undefined ? undefined : toApp(paaTrustStore),
    cdTrustStore: cdTrustStore === undefined ? undefined : toApp(cdTrustStore),
  };
}

/** The path of an option, relative to the current folder or else to the workspace, as a path from the app's folder. */
function fromApp(path: string, app: App, workspace: string, cwd: string): string {
  const here = resolve(cwd, path);
  const absolute = existsSync(here) ? here : resolve(workspace, path);
  return relative(resolve(workspace, app.root), absolute).replaceAll('\\', '/');
}

/** Generates development credentials, and plans their files in a folder of the workspace. Errors: init.vendor-id-not-test. */
export async function generateCredentials(
  folder: string,
  ids: { readonly vendorId: number; readonly productId: number; readonly vendorSymbol?: string | undefined },
  draft: Draft,
  random: RandomBytes,
): Promise<void> {
  const { vendorId, productId, vendorSymbol } = ids;
  if (!isTestVendorId(vendorId))
    throw initErrors.error('init.vendor-id-not-test', { vendorId, symbol: vendorSymbol });
  for (const { name, data, secret } of await developmentFiles({
    vendorId,
    productId,
    random,
    now: new Date(),
  })) {
    draft.write(joinPath(folder, name), data, { secret });
  }
}

/** The attestation section of the config. */
export function attestationSection(plan: CredentialPlan): object {
  const { dacCert, dacKey, paiCert, certificationDeclaration, paaTrustStore, cdTrustStore } = plan;
  const trust = {
    ...(paaTrustStore === undefined ? {} : { paa: { folder: paaTrustStore } }),
    ...(cdTrustStore === undefined ? {} : { cdSigners: { folder: cdTrustStore } }),
  };
  return {
    dac: { certificate: { file: dacCert }, key: { file: dacKey } },
    pai: { certificate: { file: paiCert } },
    certificationDeclaration: { file: certificationDeclaration },
    ...(Object.keys(trust).length === 0 ? {} : { trust }),
  };
}

/** Rejects existing credentials for other ids. Errors: init.credentials-other. */
export function assertCredentialIds(
  dac: Certificate,
  requested: { readonly vendorId: number; readonly productId: number },
  app: App,
): void {
  const { vendorId, productId } = dac.ids;
  if (vendorId === requested.vendorId && productId === requested.productId) return;
  throw initErrors.error('init.credentials-other', {
    folder: joinPath(app.root, CREDENTIALS_FOLDER),
    found: {
      ...(vendorId === undefined ? {} : { vendorId }),
      ...(productId === undefined ? {} : { productId }),
    },
    requested: { vendorId: requested.vendorId, productId: requested.productId },
  });
}
