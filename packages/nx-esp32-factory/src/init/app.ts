import { join, resolve } from 'node:path';
import {
  FactoryError,
  type Finding,
  findChip,
  formatFindings,
  parseCertificate,
  type RandomBytes,
} from 'nvs-core';
import { type LoadedConfig, loadConfig } from '../config';
import { initErrors } from '../errors';
import {
  checkFirmware,
  explainedErrors,
  type Firmware,
  type FirmwareOptions,
  isMatterProject,
  joinPath,
  namedFirmware,
  readFirmware,
} from '../firmware';
import type { App } from './app-folder';
import { CONFIG_FILE, type Commands } from './commands';
import { NewConfig, needsKeysPartition } from './config-file';
import {
  assertCredentialIds,
  CREDENTIALS_FOLDER,
  generateCredentials,
  planCredentials,
  requestedCredentials,
} from './credentials';
import { describeDevice } from './device';
import type { Draft } from './draft';
import { isIgnored } from './ignore';
import { changedLines, nextSteps } from './messages';
import { needsOf } from './needs';
import type { InitOptions } from './options';
import { labelOf, planPartition } from './partition';
import type { PromptTerminal } from './questions';
import { developmentFolder, remakeCredentials } from './remake';
import { applyFixes, planSettings } from './sdkconfig';
import { assertNotWeaker } from './security';
import type { Workspace } from './workspace';

export interface InitContext {
  readonly random: RandomBytes;
  /** Asks the user, if there is one. */
  readonly terminal: PromptTerminal | undefined;
  readonly commands: Commands;
  /** The JSON Schema of the config, relative to the workspace, if there is one. */
  readonly schema: string | undefined;
  print(text: string): void;
}

export interface AppResult {
  /** The text of the next steps. */
  readonly next: string;
  /** What git must ignore, relative to the workspace: keys of the user, or the folder of all credentials. */
  readonly ignored: readonly string[];
}

/** Plans all changes for an app in `draft`: the caller writes them, which happens only if all of them are valid. */
export async function setUpApp(
  workspace: Workspace,
  draft: Draft,
  app: App,
  options: InitOptions,
  context: InitContext,
): Promise<AppResult> {
  if (draft.has(joinPath(app.root, CONFIG_FILE)))
    return setUpExistingApp(workspace, draft, app, options, context);
  const chip = options.chip === undefined ? undefined : findChip(options.chip).name;
  const firmware = readApp(app, draft, chip);
  const credentials = planCredentials(options, app, draft, { workspace: workspace.root });
  const folder = resolve(workspace.root, app.root);
  const dac =
    credentials.kind === 'given' || credentials.kind === 'existing'
      ? parseCertificate(draft.readAbsolute(resolve(folder, credentials.dacCert)), {
          file: options.dacCert ?? 'dac.pem',
        })
      : undefined;
  const device = await describeDevice(options, { name: app.name, firmware, dac }, context.terminal);
  const first = NewConfig.of({
    app,
    options,
    device,
    random: context.random,
    workspace: workspace.root,
    schema: context.schema,
  });
  if (credentials.kind === 'existing' && dac !== undefined) assertCredentialIds(dac, first.ids, app);
  if (credentials.kind === 'generated') {
    const ids = { ...first.ids, vendorSymbol: device.vendorSymbol };
    await generateCredentials(joinPath(app.root, CREDENTIALS_FOLDER), ids, draft, context.random);
  }

  const partition = planPartition(firmware, draft, {
    label: labelOf(firmware, options.partitionLabel),
    size: first.loaded.config.partition.size,
    readOnly: 'if small',
    keys: needsKeysPartition(firmware),
  });
  applyFixes(draft, partition.fixes, firmware.config.built);
  const config = first.withFirmware(firmware, partition, credentials);
  const settings = planSettings(
    app.root,
    draft,
    needsOf(config.loaded.config),
    chip === undefined ? {} : { target: chip },
  );
  await assertNotWeaker(draft, settings, options, context.terminal);
  const checked = await config.checked(credentials, draft, settings.firmware);
  draft.write(joinPath(app.root, CONFIG_FILE), checked.config.text);

  const rebuild = showChanges(draft, settings.firmware, context);
  printFindings(context, [
    ...matterFindings(app, draft),
    ...(chip === undefined && firmware.target.origin === 'default'
      ? [initErrors.finding('init.chip-unknown', {}, {}, 'info')]
      : []),
    ...checked.findings,
    ...settings.findings,
  ]);
  const key = draft.inWorkspace(resolve(folder, credentials.dacKey));
  const store = joinPath(app.root, CREDENTIALS_FOLDER);
  const isLocal = options.keys === 'local' || isIgnored(draft, store);
  return {
    next: nextSteps(context.commands, app, { credentials: credentials.kind, store, isLocal, rebuild }),
    ignored: [
      ...(credentials.kind === 'given' && key !== undefined ? [key] : []),
      ...(isLocal ? [`${store}/`] : []),
    ],
  };
}

/** For an app with a config: fixes its firmware with --fix, or else only reports the findings. */
async function setUpExistingApp(
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

const environment = (name: string) => process.env[name];

/** Where the firmware of a config is, and what the config says about it: its chip and its section `firmware`. */
function locateFirmware(app: App, draft: Draft, { config, absolute, where }: LoadedConfig) {
  const inDraft: LoadedConfig['absolute'] = (path, written) => {
    const file = absolute(path, written);
    return draft.inWorkspace(file) ?? file;
  };
  const named = namedFirmware(config.firmware, { absolute: inDraft, where });
  const options: FirmwareOptions = {
    named,
    environment,
    ...(config.chip === undefined ? {} : { target: config.chip }),
  };
  return { root: named.project ?? app.root, options };
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

/** The firmware of an app without a config. Errors: init.chip-differs, firmware.*, partition-table.*. */
function readApp(app: App, draft: Draft, requested: string | undefined): Firmware {
  const plain = readFirmware(app.root, draft, { environment });
  const { target } = plain;
  if (requested !== undefined && target.origin !== 'default' && target.value !== requested)
    throw initErrors.error('init.chip-differs', { chip: requested, found: target.value }, target.origin);
  return withoutErrors(
    requested === undefined ? plain : readFirmware(app.root, draft, { environment, target: requested }),
  );
}

/** The firmware, if reading it gave no errors. Errors: firmware.*, partition-table.*. */
function withoutErrors(firmware: Firmware): Firmware {
  const errors = explainedErrors(firmware, firmware.findings);
  if (errors.length > 0) throw new FactoryError(errors);
  return firmware;
}

function matterFindings(app: App, draft: Draft): Finding[] {
  const { root } = app;
  return isMatterProject(root, draft) ? [] : [initErrors.finding('init.not-matter', { root }, {}, 'warning')];
}

/** Prints the changed lines of the firmware's files; false if there are none. */
function showChanges(draft: Draft, { config, table }: Firmware, { print }: InitContext): boolean {
  const files = [...new Set([...config.files, config.defaultsFile, ...(table.builtIn ? [] : [table.file])])];
  const changed = files.flatMap((file) => {
    const lines = changedLines(draft.originalText(file), draft.readText(file) ?? '');
    return lines.length === 0 ? [] : [[`${file}:`, ...lines].join('\n')];
  });
  if (changed.length === 0) return false;
  print(`\nThese lines make the firmware read the factory data:\n\n${changed.join('\n\n')}`);
  return true;
}

function printFindings({ print }: InitContext, findings: readonly Finding[]): void {
  if (findings.length > 0) print(`\n${formatFindings(findings)}`);
}
