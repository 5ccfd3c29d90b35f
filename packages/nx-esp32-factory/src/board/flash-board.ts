/** Burns the keys of one board if requested, and flashes it: every check, then the eFuses, then the flash, under one lock. */
import { FactoryError, type Finding } from 'nvs-core';
import { printableLines } from 'nvs-core/errors';
import { efuseErrors } from '../errors';
import {
  type Device,
  dryRunFlash,
  type Esptool,
  type FlashPart,
  type FlashReport,
  findEsptool,
  flashDevice,
  resolvePort,
} from '../flash';
import { type Burning, burn, burnText, keptKeysText } from './burning';
import { type BoardJob, boardJobOf } from './job';
import type { BoardOptions, BoardPaths } from './options';
import type { Screen } from './screen';
import { partsText } from './text';

const KEYS_NOTICE =
  'This image needs keys in eFuses of the device: see efuse-commands.txt, or add --burnEfuse --confirm MAC.';

/** What was done to a board; on a dry run, what would be done. */
export interface BoardReport {
  readonly dryRun: boolean;
  readonly parts: readonly FlashPart[];
  readonly burned: readonly { readonly block: number; readonly purpose: string }[];
  /** Undefined on a dry run. */
  readonly device?: Device;
  /** Labels read back and equal, and those that cannot be compared; empty unless requested. */
  readonly verified: readonly string[];
  readonly notComparable: readonly string[];
  /** Warnings and information. */
  readonly findings: readonly Finding[];
}

const FIRST_BOOT =
  'That is for a device with flash encryption on. Where it is still off, all is written plain, and the first boot encrypts it.';

/**
 * Flashes one board. Errors: those of boardJobOf, resolvePort, findEsptool, flashDevice and burnEfuses;
 * whatever fails after a burn comes with efuse.burn-failed or efuse.burned-not-flashed.
 */
export async function flashBoard(
  options: BoardOptions,
  paths: BoardPaths,
  screen: Screen,
): Promise<BoardReport> {
  const job = boardJobOf(options, paths);
  try {
    for (const line of job.burning === undefined ? [] : keptKeysText(job.burning)) screen.print(line);
    screen.print(partsText(job.parts));
    screen.warn(job.app?.findings ?? []);
    const findings = job.app?.findings ?? [];
    if (options.dryRun === true) {
      dryRun(options, job, screen);
      return { dryRun: true, parts: job.parts, burned: [], verified: [], notComparable: [], findings };
    }
    const { device, parts, verified, notComparable, ...report } = await run(options, job, screen);
    const burned = (job.burning?.keys ?? []).map(({ block, purpose }) => ({ block, purpose }));
    const all = [...findings, ...report.findings];
    return { dryRun: false, parts, burned, device, verified, notComparable, findings: all };
  } finally {
    for (const { data } of job.burning?.keys ?? []) data.fill(0);
  }
}

async function run(options: BoardOptions, job: BoardJob, screen: Screen): Promise<FlashReport> {
  const { burning } = job;
  const port = resolvePort(options.port);
  const esptool = findEsptool({ path: options.esptool });
  const connection = { ...connectionOf(options, job), port, esptool };
  if (burning === undefined && job.needsKeys) screen.print(KEYS_NOTICE);
  let isBurned = false;
  try {
    const report = await flashDevice({
      ...connection,
      verify: options.verify ?? false,
      ...(burning === undefined
        ? {}
        : {
            beforeWriting: async (step) => {
              await burn(burning, connection, step, screen);
              isBurned = true;
            },
          }),
      onOutput: (text) => screen.pass(text),
      onNotice: (line) => screen.print(line),
    });
    printReport(report, screen);
    if (job.app !== undefined && connection.after?.startsWith('no') === true)
      screen.print('  reset the board to start its firmware');
    return report;
  } catch (error) {
    if (!isBurned || burning?.confirm === undefined) throw error;
    const blocks = burning.keys.map(({ block, purpose }) => ({ block, purpose }));
    const finding = efuseErrors.finding('efuse.burned-not-flashed', { mac: burning.confirm, blocks });
    if (error instanceof FactoryError) throw new FactoryError([...error.findings, finding]);
    screen.warn([finding]);
    throw error;
  }
}

function printReport({ device, verified, notComparable, findings }: FlashReport, screen: Screen): void {
  screen.warn(findings);
  screen.print(`\n✔ Written to ${device.chip}${device.mac === undefined ? '' : ` ${device.mac}`}`);
  if (verified.length > 0) screen.print(`  read back and equal: ${verified.join(', ')}`);
  if (notComparable.length > 0)
    screen.print(`  not comparable (the device encrypts them): ${notComparable.join(', ')}`);
}

function connectionOf(options: BoardOptions, { parts, chip, flashSize, burning, app }: BoardJob) {
  const { baud, connectAttempts } = options;
  const { before = app?.args.before, after = app?.args.after, noStub = app?.args.noStub } = options;
  return {
    parts,
    expected: { chip, flashSize, mac: burning?.confirm },
    chip,
    baud,
    before,
    after,
    noStub,
    connectAttempts,
  };
}

/** Prints the command for esptool 5. It starts no program, not even esptool for its version: a project may name it. */
function dryRun(options: BoardOptions, job: BoardJob, screen: Screen): void {
  const esptool: Esptool = { command: [options.esptool ?? 'esptool'], version: '5', major: 5 };
  const port = portOrSample(options.port);
  const { display } = dryRunFlash({ ...connectionOf(options, job), port, esptool });
  const lines = [
    'Dry run: nothing is written. The command for esptool 5 would be',
    '',
    ...burnLines(job.burning, { esptool, port }),
    `  ${display}`,
    ...(job.parts.some(({ encryptedAtFirstBoot }) => encryptedAtFirstBoot === true) ? ['', FIRST_BOOT] : []),
  ];
  screen.print(printableLines(lines.join('\n')));
}

function burnLines(burning: Burning | undefined, where: { esptool: Esptool; port: string }): string[] {
  return burning === undefined ? [] : [`  ${burnText(burning, where)}`];
}

function portOrSample(port: string | undefined): string {
  try {
    return resolvePort(port);
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    return 'PORT';
  }
}
