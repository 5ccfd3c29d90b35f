import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { FactoryError } from 'nvs-core';
import { hex, printable, printableLines } from 'nvs-core/errors';
import { type FlashJob, flashJobOf, needsBurning } from '../../artifacts';
import { loadConfig } from '../../config';
import { displayPath, KEY_FOLDER, readConfigFile } from '../../files';
import { firmwareOf } from '../../firmware';
import { dryRunFlash, type Esptool, findEsptool, flashDevice, resolvePort } from '../../flash';
import { appOf } from '../../inputs';
import { assertNoConfiguration } from '../configuration';
import { assertNotCached } from '../output-guard';
import { pathsOf } from '../paths';
import { passOn, printFindings, resultOf } from '../terminal';
import { type Burning, burn, burningOf, burnText } from './burn';
import type { FactoryFlashOptions } from './schema';

const KEYS_NOTICE =
  'This image needs keys in eFuses of the device: see efuse-commands.txt, or add --burnEfuse --confirm MAC.';

/** Writes the output of factory-image to a device, at the addresses in the app's partition table. */
export default async function factoryFlash(
  options: FactoryFlashOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return resultOf(async () => {
    assertNoConfiguration(context);
    assertNotCached(context);
    const jobs = jobOf(options, context);
    try {
      await run(options, jobs);
    } finally {
      for (const { data } of jobs.burning?.keys ?? []) data.fill(0);
    }
    return true;
  });
}

async function run(options: FactoryFlashOptions, { job, burning, needsKeys }: Jobs): Promise<void> {
  console.log(planText(job));
  if (options.dryRun === true) return dryRun(options, job, burning);
  const port = resolvePort(options.port);
  const esptool = findEsptool({ path: options.esptool });
  const connection = { ...connectionOf(options, job), port, esptool };
  if (burning !== undefined) await burn(burning, connection);
  else if (needsKeys) console.log(KEYS_NOTICE);
  const report = await flashDevice({
    ...connection,
    verify: options.verify ?? false,
    onOutput: (text) => passOn(process.stdout, text),
    onNotice: (line) => console.log(line),
  });
  printFindings(report.findings);
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
  const { chip } = options;
  const { config, folder } = pathsOf(options, context);
  const loaded = loadConfig(config, { readFile: readConfigFile });
  const firmware = firmwareOf(appOf(config, loaded, chip ?? loaded.config.chip), { env: process.env });
  const keyFolder = join(dirname(config), KEY_FOLDER);
  const job = flashJobOf(folder, firmware, keyFolder);
  const target = chip ?? job.chip;
  return {
    job,
    burning: burningOf(options, { folder, keyFolder, loaded, chip: target }),
    needsKeys: needsBurning(folder),
  };
}

function connectionOf(options: FactoryFlashOptions, { parts, chip, flashSize }: FlashJob) {
  const { baud, before, after, noStub, connectAttempts } = options;
  const target = options.chip ?? chip;
  const expected = { chip: target, flashSize };
  return { parts, expected, chip: target, baud, before, after, noStub, connectAttempts };
}

/** Prints the command for esptool 5. It starts no program, not even esptool for its version: a project may name it. */
function dryRun(options: FactoryFlashOptions, job: FlashJob, burning: Burning | undefined): void {
  const esptool: Esptool = { command: [options.esptool ?? 'esptool'], version: '5', major: 5 };
  const port = portOrSample(options.port);
  const { display } = dryRunFlash({ ...connectionOf(options, job), port, esptool });
  const burns = burning === undefined ? [] : [`  ${burnText(burning, { esptool, port })}`];
  const lines = [
    'Dry run: nothing is written. The command for esptool 5 would be',
    '',
    ...burns,
    `  ${display}`,
  ];
  console.log(printableLines(lines.join('\n')));
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
      return `  ${hex(address).padEnd(8)}  ${printable(label).padEnd(width)}  ${displayPath(file)} (${hex(length)} bytes, ${how})`;
    })
    .join('\n');
}
