import { basename, dirname, relative } from 'node:path';
import { FactoryError, type Finding, isTestVendorId } from 'nvs-core';
import { isConfigName, type LoadedConfig } from '../config';
import { factoryErrors } from '../errors';
import { displayPath, initGeneratorIn, nxRootOf, programIn, shellWord } from '../files';
import { DEVELOPMENT_FILES } from './development-files';

/** Others are names that someone mistyped, as a rule. */
const NAMES: ReadonlySet<string> = new Set(Object.values(DEVELOPMENT_FILES));

/**
 * The same error, with what to do where development credentials are missing: in a clone that has none, all of them
 * are.
 */
export function withMissingCredentials(error: unknown, loaded: LoadedConfig): unknown {
  const [config] = loaded.files;
  const { vendorId = 0 } = loaded.config.deviceInstanceInfo;
  if (!(error instanceof FactoryError) || config === undefined) return error;
  if (!isConfigName(config) || !isTestVendorId(vendorId)) return error;
  const isMissing = (finding: Finding) =>
    finding.code === 'files.missing' &&
    finding.where.field?.startsWith('attestation.') === true &&
    NAMES.has(basename(pathOf(finding)));
  const [first, ...more] = error.findings.filter(isMissing);
  if (first === undefined) return error;
  const files = [first, ...more].map((finding) => displayPath(pathOf(finding)));
  const params = { files: [...new Set(files)], command: initCommand(dirname(config)) };
  const finding = factoryErrors.finding('factory.development-credentials-missing', params, first.where);
  return new FactoryError([finding, ...error.findings.filter((other) => !isMissing(other))]);
}

function pathOf({ params }: Finding): string {
  return 'path' in params ? String(params.path) : '';
}

/** The command that makes the credentials of the app in a folder anew: with Nx, or without it. */
function initCommand(folder: string): string {
  const root = nxRootOf(folder);
  const from = (base: string) => shellWord(relative(base, folder).replaceAll('\\', '/') || '.');
  return root === undefined
    ? `${programIn(process.cwd())} init ${from(process.cwd())} --credentials`
    : `${initGeneratorIn(root)} ${from(root)} --credentials`;
}
