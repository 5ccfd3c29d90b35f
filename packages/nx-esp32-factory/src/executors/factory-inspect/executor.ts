import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { wipeNvsKeys } from 'nvs-core';
import { version } from '../../../package.json';
import { EXECUTOR_NAMES } from '../../artifacts';
import { inspectPageOf } from '../../config';
import { createQrCode } from '../../device';
import { writeOutputs } from '../../files';
import { inspectFile, type ReportFormat, readKeyReference } from '../../inspect';
import { assertNoConfiguration } from '../configuration';
import { assertNoClash, assertNotCached, assertPlace } from '../output-guard';
import { pathsOf } from '../paths';
import { hasColour, resultOf } from '../terminal';
import type { FactoryInspectOptions } from './schema';

/** Shows what is in the image of factory-image. */
export default async function factoryInspect(
  options: FactoryInspectOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return resultOf(() => inspect(options, context));
}

async function inspect(options: FactoryInspectOptions, context: ExecutorContext): Promise<boolean> {
  assertNoConfiguration(context);
  assertNotCached(context);
  const { folder } = pathsOf(options, context);
  const page = inspectPageOf(folder);
  const hasPage = options.format === undefined && options.html !== false;
  if (hasPage) {
    assertPlace(folder, context);
    assertNoClash(page, context);
  }
  const path =
    options.file === undefined ? join(folder, EXECUTOR_NAMES.image) : resolve(context.root, options.file);
  const report = (form: ReportFormat, codes?: string) => reportOf(path, form, codes, options, context.root);

  const shown = await report(options.format ?? 'text');
  console.log(shown.text);
  if (hasPage) {
    const codes = join(dirname(path), 'onboarding.json');
    const html = await report('html', existsSync(codes) ? codes : undefined);
    writeOutputs([{ path: page, data: `${html.text}\n`, secret: html.secret }], { within: context.root });
    console.log(`\nWrote ${relative('.', page)}`);
  }
  return !shown.findings.some(({ severity }) => severity === 'error');
}

/** The codes appear only in the page, because Nx stores what a task prints. */
async function reportOf(
  path: string,
  form: ReportFormat,
  codes: string | undefined,
  { key, partition }: FactoryInspectOptions,
  root: string,
) {
  const keyFile = join(dirname(path), EXECUTOR_NAMES.keys);
  const reference = key ?? (existsSync(keyFile) ? keyFile : undefined);
  const keys = reference === undefined ? undefined : readKeyReference(reference, process.env);
  try {
    return await inspectFile(path, {
      format: form,
      name: relative('.', path),
      root,
      version,
      keys,
      partition,
      codes,
      colour: form === 'text' && hasColour(),
      draw: createQrCode,
    });
  } finally {
    if (keys !== undefined) wipeNvsKeys(keys);
  }
}
