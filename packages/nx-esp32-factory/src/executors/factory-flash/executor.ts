import { dirname, join, relative, resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { FactoryError, formatFindings } from 'nvs-core';
import { hex } from 'nvs-core/errors';
import { type FlashJob, flashJobOf, needsBurning } from '../../artifacts';
import { loadConfig, variantOf } from '../../config';
import { readConfigFile } from '../../files';
import { firmwareOf } from '../../firmware';
import { dryRunFlash, type Esptool, findEsptool, flashDevice, resolvePort } from '../../flash';
import { hasColour } from '../terminal';
import { type Burning, burn, burningOf, burnText } from './burn';
import type { FactoryFlashOptions } from './schema';

const KEYS_NOTICE =
  'This image needs keys in eFuses of the device: see efuse-commands.txt, or add --burnEfuse --confirm MAC.';

/** Writes the output of factory-image to a device, at the addresses in the app's partition table. */
export default async function factoryFlash(
  options: FactoryFlashOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    await flash(options, context);
    return { success: true };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    console.error(formatFindings(error.findings, { colour: hasColour() }));
    return { success: false };
  }
}

async function flash(options: FactoryFlashOptions, context: ExecutorContext): Promise<void> {
  const jobs = jobOf(options, context);
  try {
    await run(options, jobs);
  } finally {
    for (const { data } of jobs.burning?.keys ?? []) data.fill(0);
  }
}

async function run(options: FactoryFlashOptions, { job, burning, needsKeys }: Jobs): Promise<void> {
  console.log(planText(job));
  if (options.dryRun === true) return dryRun(options, job, burning);
  const port = resolvePort(options.port);
  const esptool = findEsptool(options.esptool === undefined ? {} : { path: options.esptool });
  const connection = { ...connectionOf(options, job), port, esptool };
  if (burning !== undefined) await burn(burning, connection);
  else if (needsKeys) console.log(KEYS_NOTICE);
  const report = await flashDevice({
    ...connection,
    verify: options.verify ?? false,
    onOutput: (text) => process.stdout.write(text),
    onNotice: (line) => console.log(line),
  });
  if (report.findings.length > 0) console.error(formatFindings(report.findings, { colour: hasColour() }));
  const { device, verified, notComparable } = report;
  console.log(`\n✔ Written to ${device.chip}${device.mac === undefined ? '' : ` ${device.mac}`}`);
  if (verified.length > 0) console.log(`  read back and equal: ${verified.join(', ')}`);
  if (notComparable.length > 0)
    console.log(`  not comparable (the device encrypts them): ${notComparable.join(', ')}`);
}

interface Jobs {
  readonly job: FlashJob;
  readonly burning: Burning | undefined;
  /** The image needs keys in eFuses. */
  readonly needsKeys: boolean;
}

function jobOf(options: FactoryFlashOptions, context: ExecutorContext): Jobs {
  const { config, outputPath, chip } = options;
  const root = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '.';
  const path = relative('.', join(context.root, config ?? join(root, 'factory.config.json')));
  const loaded = loadConfig(path, { readFile: readConfigFile });
  const firmware = firmwareOf(dirname(path), chip ?? loaded.config.chip, variantOf(path));
  const folder = resolve(context.root, outputPath ?? join('dist', root, 'factory'));
  const job = flashJobOf(folder, firmware);
  const target = chip ?? job.chip;
  return {
    job,
    burning: burningOf(options, { folder, loaded, chip: target }),
    needsKeys: needsBurning(folder),
  };
}

function connectionOf(options: FactoryFlashOptions, { parts, chip, flashSize }: FlashJob) {
  const { baud, before, after, noStub, connectAttempts } = options;
  const target = options.chip ?? chip;
  return {
    parts,
    expected: { ...(target === undefined ? {} : { chip: target }), flashSize },
    ...(target === undefined ? {} : { chip: target }),
    ...(baud === undefined ? {} : { baud }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(noStub === undefined ? {} : { noStub }),
    ...(connectAttempts === undefined ? {} : { connectAttempts }),
  };
}

/** Prints the exact command; without esptool or a board, a sample of it. */
function dryRun(options: FactoryFlashOptions, job: FlashJob, burning: Burning | undefined): void {
  const { esptool, note } = esptoolOrSample(options);
  const port = portOrSample(options.port);
  const { display } = dryRunFlash({ ...connectionOf(options, job), port, esptool });
  const burns = burning === undefined ? [] : [`  ${burnText(burning, { esptool, port })}`];
  const lines = ['Dry run: nothing is written. The command would be', '', ...burns, `  ${display}`, ...note];
  console.log(lines.join('\n'));
}

function esptoolOrSample({ esptool: path }: FactoryFlashOptions): { esptool: Esptool; note: string[] } {
  try {
    return { esptool: findEsptool(path === undefined ? {} : { path }), note: [] };
  } catch (error) {
    if (!(error instanceof FactoryError) || error.code !== 'flash.esptool-missing') throw error;
    const [{ message, help }] = error.findings;
    return { esptool: { command: ['esptool'], version: '5', major: 5 }, note: ['', `${message}: ${help}`] };
  }
}

function portOrSample(port: string | undefined): string {
  try {
    return resolvePort(port);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return 'PORT';
  }
}

function planText({ parts }: FlashJob): string {
  const width = Math.max(...parts.map(({ label }) => label.length));
  return parts
    .map(({ label, address, file, length, encryption }) => {
      const how = { none: 'plain', device: 'encrypted by the device', host: 'encrypted already' }[encryption];
      return `  ${hex(address).padEnd(8)}  ${label.padEnd(width)}  ${relative('.', file)} (${hex(length)} bytes, ${how})`;
    })
    .join('\n');
}
