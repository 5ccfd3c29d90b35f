import { join, resolve } from 'node:path';
import { FactoryError, type Finding } from 'nvs-core';
import { CONFIG_FILE, type LoadedConfig, loadConfig } from '../config';
import { initErrors } from '../errors';
import { checkFirmware, joinPath, readFirmware } from '../firmware';
import { locateFirmware, withoutErrors } from './app-firmware';
import type { App } from './app-folder';
import type { AppResult, InitContext } from './context';
import { requestedCredentials } from './credentials';
import type { Draft } from './draft';
import { isIgnored } from './ignore';
import { nextSteps } from './messages';
import { needsOf } from './needs';
import type { InitOptions } from './options';
import { planPartition } from './partition';
import { developmentFolder, remakeCredentials } from './remake';
import { printFindings, showChanges } from './report';
import { applyFixes, planSettings } from './sdkconfig';
import { assertNotWeaker } from './security';
import type { Workspace } from './workspace';

/**
 * For an app with a config: makes its credentials anew with --credentials, fixes its firmware with --fix, and without either only reports
 * the findings. Errors: init.config-exists, those of remakeCredentials, planSettings and assertNotWeaker.
 */
export async function setUpExistingApp(
  workspace: Workspace,
  draft: Draft,
  app: App,
  options: InitOptions,
  context: InitContext,
): Promise<AppResult> {
  const { fix, project, skipFormat, skipPackageJson, allowWeakerSecurity, keys, ...given } = options;
  const requested = requestedCredentials(options);
  // --no-credentials asks for nothing here.
  const others = requested === 'development' ? { ...given, credentials: undefined } : given;
  const file = joinPath(app.root, CONFIG_FILE);
  const ignored = Object.entries(others).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`],
  );
  const exists = initErrors.finding(
    'init.config-exists',
    { command: context.commands.init(app, '--fix'), ignored },
    { file },
    'info',
  );
  const load = () => loadConfig(join(resolve(workspace.root), file), { readFile: draft.readAbsolute });
  if (fix === true && ignored.length > 0) throw new FactoryError([{ ...exists, severity: 'error' }]);
  const made = requested === 'development' && (await remakeCredentials(draft, load(), context));
  const store =
    requested === 'development' || keys === 'local' ? developmentFolder(draft, load()) : undefined;
  const isLocal = keys === 'local' || (store !== undefined && isIgnored(draft, store));
  const rebuild = fix === true && (await fixApp(draft, app, load(), options, context));
  if (requested === 'development' && !made)
    printFindings(context, [
      initErrors.finding('init.credentials-exist', { folder: store ?? '' }, {}, 'info'),
    ]);
  if (fix !== true) printFindings(context, [exists, ...findingsOf(app, draft, load)]);
  const credentials = made ? 'generated' : undefined;
  return {
    next: nextSteps(context.commands, app, { credentials, store, isLocal, rebuild }),
    ignored: isLocal && store !== undefined ? [`${store}/`] : [],
  };
}

/** The findings on an app that is left unchanged. */
function findingsOf(app: App, draft: Draft, load: () => LoadedConfig): readonly Finding[] {
  try {
    const loaded = load();
    const { root, options } = locateFirmware(app, draft, loaded);
    return checkFirmware(readFirmware(root, draft, options), needsOf(loaded.config));
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return error.findings;
  }
}

async function fixApp(
  draft: Draft,
  app: App,
  loaded: LoadedConfig,
  init: InitOptions,
  context: InitContext,
): Promise<boolean> {
  const { config } = loaded;
  const { root, options } = locateFirmware(app, draft, loaded);
  const firmware = withoutErrors(readFirmware(root, draft, options));
  const needs = needsOf(config);
  const label = needs.label ?? firmware.label.value;
  const keys = config.encryption?.scheme === 'flash';
  const partition = planPartition(firmware, draft, {
    label,
    size: needs.size,
    readOnly: config.partition.readOnly,
    keys,
  });
  applyFixes(draft, partition.fixes, firmware.config.built);
  const settings = planSettings(root, draft, needs, options);
  await assertNotWeaker(draft, settings, init, context.terminal);
  const changed = showChanges(draft, settings.firmware, context);
  printFindings(context, settings.findings);
  if (!changed) context.print('\nFirmware and config agree: nothing to fix.');
  return changed;
}
