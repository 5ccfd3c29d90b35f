import { dirname, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import type { Finding } from 'nvs-core';
import { version } from '../../../package.json';
import { formatFindingsAs, readKeyReference } from '../../inspect';
import {
  findingsOf,
  levelReporter,
  readBack,
  readPasscode,
  readSubject,
  verdict,
  verify,
} from '../../verify';
import { assertNoConfiguration } from '../configuration';
import { assertNotCached } from '../output-guard';
import { pathsOf } from '../paths';
import { hasColour, passOn, printFindings, resultOf } from '../terminal';
import type { FactoryVerifyOptions } from './schema';

/** Verifies the output of factory-image, on disk or read back from a device. */
export default async function factoryVerify(
  options: FactoryVerifyOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const { format } = options;
  return resultOf(
    () => run(options, context),
    (findings) => {
      if (format === undefined) printFindings(findings);
      else console.log(findingsAs(format, findings, context));
    },
  );
}

async function run(options: FactoryVerifyOptions, context: ExecutorContext): Promise<boolean> {
  assertNoConfiguration(context);
  assertNotCached(context);
  const { level, passcodeFrom, nvsKey, port, esptool, sdkPython, format } = options;
  const { config, folder } = pathsOf(options, context);
  const onOutput = (text: string) => passOn(process.stderr, text);
  const source = { config, folder, esptool, onOutput, onNotice: console.error };
  const fromDevice = port === undefined ? undefined : await readBack({ ...source, port });
  const subject = readSubject({
    config,
    folder,
    passcode: passcodeFrom === undefined ? undefined : readPasscode(passcodeFrom, process.env),
    keys: nvsKey === undefined ? undefined : readKeyReference(nvsKey, process.env),
    fromDevice,
    env: process.env,
    now: new Date(),
  });
  const report = await verify(subject, {
    level,
    folders: [context.root, resolve(dirname(config))],
    sdkPython,
    onLevel: format === undefined ? levelReporter(hasColour(), console.log) : () => undefined,
  });
  console.log(
    format === undefined ? `\n${verdict(report)}` : findingsAs(format, findingsOf(report), context),
  );
  return report.passed;
}

function findingsAs(
  format: NonNullable<FactoryVerifyOptions['format']>,
  findings: readonly Finding[],
  { projectName = 'image', root }: ExecutorContext,
): string {
  return formatFindingsAs(format, findings, { name: projectName, version, root }).trimEnd();
}
