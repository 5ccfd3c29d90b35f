/** Burns keys into a device, with checks before and after, and only for the confirmed MAC address. */
import { spawn } from 'node:child_process';
import { FactoryError, type Finding } from 'nvs-core';
import { efuseErrors } from '../errors/efuse';
import { displayCommand } from '../flash';
import { buildBurnCommand, buildSummaryCommand, type EfuseConnection, type EfuseKeyFile } from './command';
import { type EfuseSummary, parseSummary } from './summary';

export interface BurnOptions extends EfuseConnection {
  readonly keys: readonly EfuseKeyFile[];
  /** Descriptors that espefuse inherits, as 3 and on: keys in files without a name. */
  readonly descriptors?: readonly number[];
  /** MAC address of the device, as the user confirmed it. */
  readonly confirm: string;
  /** Gets what espefuse prints while burning; it hides the keys. */
  readonly onOutput?: (text: string) => void;
  readonly onNotice?: (line: string) => void;
  /** Called with the process that opens the port. */
  readonly onStart?: (pid: number) => void;
}

/** A MAC address as six lower-case bytes with colons. Errors: efuse.confirm-missing, efuse.confirm-invalid. */
export function confirmedMac(value: string | undefined): string {
  if (value === undefined || value === '') throw efuseErrors.error('efuse.confirm-missing', {});
  const mac = value.toLowerCase().replaceAll('-', ':');
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac))
    throw efuseErrors.error('efuse.confirm-invalid', { value });
  return mac;
}

/**
 * The reasons not to burn: efuse.mac-differs, efuse.read-protection-locked, efuse.block-not-empty,
 * efuse.write-protected, efuse.summary-unreadable.
 */
export function burnFindings(
  summary: EfuseSummary,
  { keys, confirm }: Pick<BurnOptions, 'keys' | 'confirm'>,
): Finding[] {
  const { finding } = efuseErrors;
  const findings: Finding[] = [];
  const confirmed = confirmedMac(confirm);
  if (summary.mac !== confirmed)
    findings.push(finding('efuse.mac-differs', { confirmed, found: summary.mac }));
  if (!summary.canReadProtect) findings.push(finding('efuse.read-protection-locked', {}));
  for (const { block } of keys) {
    const state = summary.blocks.find((candidate) => candidate.block === block);
    if (state === undefined) {
      findings.push(finding('efuse.summary-unreadable', { what: `BLOCK_KEY${block}` }));
    } else if (!state.isEmpty || state.purpose !== 'USER') {
      findings.push(finding('efuse.block-not-empty', { block, purpose: state.purpose }));
    } else if (!state.isWritable || !state.isPurposeWritable) {
      const what = state.isWritable ? `the purpose of BLOCK_KEY${block}` : `BLOCK_KEY${block}`;
      findings.push(finding('efuse.write-protected', { block, what }));
    }
  }
  return findings;
}

/**
 * Burns keys. Errors: those of burnFindings, before anything is burned; efuse.confirm-missing, efuse.confirm-invalid,
 * efuse.espefuse-missing, efuse.espefuse-failed, efuse.not-burned.
 */
export async function burnEfuses(options: BurnOptions): Promise<EfuseSummary> {
  const { keys, onNotice } = options;
  confirmedMac(options.confirm);
  if (keys.length === 0) throw efuseErrors.error('efuse.nothing-to-burn', {});
  const findings = burnFindings(await readSummary(options), options);
  if (findings.length > 0) throw new FactoryError(findings);
  const command = buildBurnCommand(options, keys, { confirmed: true });
  onNotice?.(displayCommand(command));
  await run(command, 'burn-key', options);
  const after = await readSummary(options);
  for (const { block, purpose } of keys) {
    const state = after.blocks.find((candidate) => candidate.block === block);
    if (state?.purpose.startsWith(purpose) !== true) {
      const reason = `has the purpose ${state?.purpose ?? 'unknown'}, not ${purpose}`;
      throw efuseErrors.error('efuse.not-burned', { block, reason });
    }
    if (state.isReadable) throw efuseErrors.error('efuse.not-burned', { block, reason: 'can still be read' });
  }
  return after;
}

/** The eFuses of a device. Errors: efuse.espefuse-missing, efuse.espefuse-failed, efuse.summary-unreadable. */
export async function readSummary(
  connection: EfuseConnection & Pick<BurnOptions, 'onStart'>,
): Promise<EfuseSummary> {
  const { onStart } = connection;
  return parseSummary(
    await run(buildSummaryCommand(connection), 'summary', onStart === undefined ? {} : { onStart }),
  );
}

/** Passes the output on only if requested, because a summary shows keys that are not read-protected. */
async function run(
  [program = '', ...args]: readonly string[],
  name: string,
  { onOutput, onStart, descriptors = [] }: Pick<BurnOptions, 'onOutput' | 'onStart' | 'descriptors'>,
): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
    env: {
      ...process.env,
      NO_COLOR: '1',
      TERM: 'dumb',
      PYTHONUNBUFFERED: '1',
      PYTHONIOENCODING: 'utf-8:replace',
    },
    windowsHide: true,
  });
  if (child.pid !== undefined) onStart?.(child.pid);
  let [out, errors] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onOutput?.(text);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    onOutput?.(text);
  });
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once('error', () => reject(efuseErrors.error('efuse.espefuse-missing', { command: program })));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  if (status === 0) return out;
  const text = `${out}\n${errors}`;
  if (/No module named/.test(text)) throw efuseErrors.error('efuse.espefuse-missing', { command: program });
  const reason = /A fatal error occurred: ([^\n]*)/.exec(text)?.[1] ?? 'no reason given';
  throw efuseErrors.error('efuse.espefuse-failed', { command: name, status, reason });
}
