import { dirname, join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { FactoryError, type Finding, formatFindings } from 'nvs-core';
import { version } from '../../artifacts';
import { formatFindingsAs, readKeyReference } from '../../inspect';
import {
  findingsOf,
  levelReporter,
  type ReadBack,
  readBack,
  readPasscode,
  readSubject,
  verdict,
  verify,
} from '../../verify';
import { hasColour, passOn } from '../terminal';
import type { FactoryVerifyOptions } from './schema';

/** Verifies the output of factory-image, on disk or read back from a device. */
export default async function factoryVerify(
  options: FactoryVerifyOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    return { success: await run(options, context) };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    const { format } = options;
    if (format === undefined) console.error(formatFindings(error.findings, { colour: hasColour() }));
    else console.log(findingsAs(format, error.findings, context));
    return { success: false };
  }
}

async function run(options: FactoryVerifyOptions, context: ExecutorContext): Promise<boolean> {
  const { level, passcodeFrom, nvsKey, port, format } = options;
  const root = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '.';
  const config = relative('.', join(context.root, options.config ?? join(root, 'factory.config.json')));
  const folder = resolve(context.root, options.outputPath ?? join('dist', root, 'factory'));
  const device = port === undefined ? undefined : await readDevice(options, { port, config, folder });
  const subject = readSubject({
    config,
    folder,
    ...(passcodeFrom === undefined ? {} : { passcode: readPasscode(passcodeFrom, process.env) }),
    ...(nvsKey === undefined ? {} : { keys: readKeyReference(nvsKey, process.env) }),
    ...(device === undefined ? {} : { fromDevice: device.files }),
    env: process.env,
    now: new Date(),
  });
  const report = await verify(subject, {
    ...(level === undefined ? {} : { level }),
    folders: [context.root, resolve(dirname(config))],
    onLevel: format === undefined ? levelReporter(hasColour(), console.log) : () => undefined,
  });
  console.log(
    format === undefined ? `\n${verdict(report)}` : findingsAs(format, findingsOf(report), context),
  );
  return report.passed;
}

async function readDevice(
  { esptool }: FactoryVerifyOptions,
  source: { port: string; config: string; folder: string },
): Promise<ReadBack> {
  const device = await readBack({
    ...source,
    ...(esptool === undefined ? {} : { esptool }),
    onOutput: (text) => passOn(process.stderr, text),
  });
  if (device.notReadable.length > 0)
    console.error(`not comparable (the device encrypts them): ${device.notReadable.join(', ')}`);
  return device;
}

function findingsAs(
  format: NonNullable<FactoryVerifyOptions['format']>,
  findings: readonly Finding[],
  { projectName = 'image', root }: ExecutorContext,
): string {
  return formatFindingsAs(format, findings, { name: projectName, version: version(), root }).trimEnd();
}
