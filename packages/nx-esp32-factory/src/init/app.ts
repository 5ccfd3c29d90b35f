import { resolve } from 'node:path';
import { type Finding, findChip, parseCertificate } from 'nvs-core';
import { CONFIG_FILE } from '../config';
import { initErrors } from '../errors';
import { isMatterProject, joinPath } from '../firmware';
import { environment, readApp } from './app-firmware';
import type { App } from './app-folder';
import { NewConfig, needsKeysPartition } from './config-file';
import type { AppResult, InitContext } from './context';
import { assertCredentialIds, CREDENTIALS_FOLDER, generateCredentials, planCredentials } from './credentials';
import { describeDevice } from './device';
import type { Draft } from './draft';
import { setUpExistingApp } from './existing-app';
import { isIgnored } from './ignore';
import { nextSteps } from './messages';
import { needsOf } from './needs';
import type { InitOptions } from './options';
import { labelOf, planPartition } from './partition';
import { printFindings, showChanges } from './report';
import { applyFixes, planSettings } from './sdkconfig';
import { assertNotWeaker } from './security';
import type { Workspace } from './workspace';

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
  const settings = planSettings(app.root, draft, needsOf(config.loaded.config), {
    environment,
    ...(chip === undefined ? {} : { target: chip }),
  });
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

function matterFindings(app: App, draft: Draft): Finding[] {
  const { root } = app;
  return isMatterProject(root, draft) ? [] : [initErrors.finding('init.not-matter', { root }, {}, 'warning')];
}
