/** Burns keys into a device, with checks before and after, and only for the confirmed MAC address. */
import { spawn } from 'node:child_process';
import { FactoryError, type Finding } from 'nvs-core';
import { type BurnState, efuseErrors } from '../errors/efuse';
import { displayCommand } from '../flash';
import { buildBurnCommand, buildSummaryCommand, type EfuseConnection, type EfuseKeyFile } from './command';
import { type EfuseSummary, parseSummary } from './summary';

export interface BurnOptions extends EfuseConnection {
  readonly keys: readonly EfuseKeyFile[];
  /** Descriptors that espefuse inherits, as 3 and on: keys in files without a name. */
  readonly descriptors?: readonly number[];
  /** MAC address of the device, as the user confirmed it. */
  readonly confirm: string;
  /** Further reasons not to burn. */
  readonly check?: (summary: EfuseSummary) => readonly Finding[];
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
 * Burns keys. Errors before anything is burned: those of burnFindings and of `check`, efuse.confirm-missing,
 * efuse.confirm-invalid, efuse.espefuse-missing, efuse.espefuse-failed. Later ones, each with efuse.burn-failed, which says what was
 * burned: efuse.espefuse-failed, efuse.summary-unreadable, efuse.not-burned.
 */
export async function burnEfuses(options: BurnOptions): Promise<EfuseSummary> {
  const { keys, onNotice } = options;
  confirmedMac(options.confirm);
  if (keys.length === 0) throw efuseErrors.error('efuse.nothing-to-burn', {});
  const summary = await readSummary(options);
  const findings = [...burnFindings(summary, options), ...(options.check?.(summary) ?? [])];
  if (findings.length > 0) throw new FactoryError(findings);
  const command = buildBurnCommand(options, keys, { confirmed: true });
  onNotice?.(displayCommand(command));
  let after: EfuseSummary | undefined;
  try {
    await run(command, 'burn-key', options);
    after = await readSummary(options);
    const missing = keys.flatMap((key) => unburned(key, after));
    if (missing.length > 0) throw new FactoryError(missing);
    return after;
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    after ??= await readSummary(options).catch(() => undefined);
    throw new FactoryError([...error.findings, burnFailed(options, after)]);
  }
}

/** Why a key does not count as burned, in the summary after burning: efuse.not-burned. */
function unburned({ block, purpose }: EfuseKeyFile, after: EfuseSummary | undefined): Finding[] {
  const { finding } = efuseErrors;
  const state = after?.blocks.find((candidate) => candidate.block === block);
  if (state?.purpose.startsWith(purpose) !== true) {
    const reason = `has the purpose ${state?.purpose ?? 'unknown'}, not ${purpose}`;
    return [finding('efuse.not-burned', { block, reason })];
  }
  return state.isReadable ? [finding('efuse.not-burned', { block, reason: 'can still be read' })] : [];
}

/** What became of each key after a failure; `after` is undefined if the device cannot be asked. */
function burnFailed({ keys, confirm }: BurnOptions, after: EfuseSummary | undefined): Finding {
  const states = keys.map((key) => ({ block: key.block, purpose: key.purpose, state: stateOf(key, after) }));
  return efuseErrors.finding('efuse.burn-failed', { mac: confirmedMac(confirm), states });
}

function stateOf(key: EfuseKeyFile, after: EfuseSummary | undefined): BurnState {
  const found = after?.blocks.find(({ block }) => block === key.block);
  if (found === undefined) return 'unknown';
  if (found.isEmpty && found.purpose === 'USER') return 'empty';
  return unburned(key, after).length === 0 ? 'burned' : 'incomplete';
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
