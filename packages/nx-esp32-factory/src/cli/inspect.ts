import { resolve } from 'node:path';
import { FactoryError, formatFindings, type NvsKeys, wipeNvsKeys } from 'nvs-core';
import { printableLines } from 'nvs-core/errors';
import { version } from '../../package.json';
import { createQrCode } from '../device';
import { cliErrors } from '../errors';
import { displayPath, writeOutputs } from '../files';
import {
  bySeverity,
  FINDING_FORMATS,
  findingsReport,
  type InspectReport,
  inspectFile,
  isFindingFormat,
  type ReportFormat,
  readKeyReference,
} from '../inspect';
import type { Arguments, Command, Terminal } from './command';
import { exclude, wordOf } from './values';

export const inspectCommand: Command = {
  usage: 'FILE [options]',
  positionals: ['FILE'],
  options: [
    {
      name: 'partition',
      value: 'LABEL',
      description: 'partition of a flash dump (needed if it has several NVS)',
    },
    {
      name: 'key',
      aliases: ['--nvs-key', '--hmac-key'],
      value: 'FILE|env:NAME',
      description: 'keys of an encrypted NVS: the nvs_keys partition, or the 32-byte HMAC key',
    },
    { name: 'show-secrets', description: 'show keys, salt, verifier, and the strings and blobs of the app' },
    {
      name: 'codes',
      value: 'FILE',
      description: 'the onboarding.json of the device: shows and checks its QR code',
    },
    { name: 'json', description: 'print everything as JSON' },
    {
      name: 'csv',
      description:
        'print the NVS as CSV for "nvs generate"; it contains the secrets and requires --show-secrets',
    },
    { name: 'html', description: 'print one self-contained page with a map of the entries' },
    { name: 'format', value: FINDING_FORMATS.join('|'), description: 'print the findings only, for CI' },
    {
      name: 'output',
      aliases: ['-o'],
      value: 'FILE',
      description: 'write to a file (mode 0600 if it contains secrets)',
    },
  ],
  notes: [
    'Exit status: 0 fine, 1 errors were found, 2 bad usage.',
    '',
    '  esp32-factory inspect partition.bin',
    '  esp32-factory inspect partition.bin --html -o partition.html --codes onboarding.json',
    '  esp32-factory inspect flash-dump.bin --partition fctry --key nvs_keys.bin',
    '  esp32-factory inspect partition.bin --csv --show-secrets -o nvs.csv',
  ].join('\n'),
  run: async (args, terminal) => {
    const form = formOf(args);
    const [path = ''] = args.positionals;
    const report = await read(args, path, form, terminal);
    emit(args, terminal, report);
    return report.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

async function read(
  args: Arguments,
  path: string,
  form: ReportFormat,
  terminal: Terminal,
): Promise<InspectReport> {
  const common = { name: displayPath(path), version, root: process.cwd() };
  let keys: NvsKeys | undefined;
  try {
    const key = args.text('key');
    keys = key === undefined ? undefined : readKeyReference(key, process.env);
    return await inspectFile(path, {
      ...common,
      format: form,
      keys,
      partition: args.text('partition'),
      codes: args.text('codes'),
      showSecrets: args.flag('show-secrets'),
      colour: terminal.colour && !args.flag('output'),
      draw: createQrCode,
    });
  } catch (error) {
    // An error that stops reading is reported to CI as a finding too.
    if (!(error instanceof FactoryError) || !isFindingFormat(form)) throw error;
    return findingsReport(form, error.findings, common);
  } finally {
    if (keys !== undefined) wipeNvsKeys(keys);
  }
}

/** Errors: cli.exclusive, cli.required, cli.value-not-allowed. */
function formOf(args: Arguments): ReportFormat {
  exclude(args, 'json', 'csv', 'html', 'format');
  if (args.flag('csv') && !args.flag('show-secrets')) {
    const why = 'a CSV without the keys would make a different image, so it contains all secrets';
    throw cliErrors.error('cli.required', { option: '--show-secrets', why });
  }
  const output = args.text('output');
  const inputs = [args.positionals[0], args.text('codes'), args.text('key')?.replace(/^file:/, '')];
  if (
    output !== undefined &&
    inputs.some((input) => input !== undefined && resolve(input) === resolve(output))
  ) {
    const allowed = 'a file that is not one of the inputs';
    throw cliErrors.error('cli.value-not-allowed', { option: '--output', value: output, allowed });
  }
  const form = ['json', 'csv', 'html'].find((name) => args.flag(name)) as ReportFormat | undefined;
  return wordOf(args, 'format', FINDING_FORMATS) ?? form ?? 'text';
}

/** Writes the report to --output or the terminal; findings that it does not include go to standard error. */
function emit(args: Arguments, terminal: Terminal, report: InspectReport): void {
  const { text, findings, includesFindings, secret, hint } = report;
  const output = args.text('output');
  if (!includesFindings && findings.length > 0) {
    terminal.err(formatFindings(bySeverity(findings), { colour: terminal.colour }));
  }
  // A CSV is exact where a program reads it; a screen would obey its control characters.
  const isScreen = args.flag('csv') && process.stdout.isTTY === true;
  if (output === undefined) terminal.out(isScreen ? printableLines(text) : text);
  else {
    writeOutputs([{ path: resolve(output), data: `${text}\n`, secret }]);
    terminal.out(`Wrote ${displayPath(output)}${secret ? ' (mode 0600: it contains secrets)' : ''}`);
  }
  if (hint !== undefined) terminal.err(hint);
}
