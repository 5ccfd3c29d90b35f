import { relative, resolve } from 'node:path';
import {
  FactoryError,
  type Finding,
  formatFindings,
  formatManualCode,
  hex,
  locate,
  oneOf,
  within,
} from 'nvs-core';
import { cliErrors } from '../errors';
import { drawQrCode, terminalQrCode, version } from '../factory';
import { readInput, writeOutputs } from '../files';
import {
  bySeverity,
  type Codes,
  checkCodes,
  describeImage,
  FINDING_FORMATS,
  type FindingFormat,
  formatFindingsAs,
  formatImage,
  formatImageHtml,
  type ImageContents,
  imageCsv,
  readCodes,
  readImage,
  readKeyReference,
} from '../inspect';
import type { Arguments, Command, Terminal } from './command';

const FORMS = ['json', 'csv', 'html', 'format'];

export const inspectCommand: Command = {
  summary: 'show what is in an NVS or esp_secure_cert image, or in a flash dump',
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
      description: 'print the NVS as CSV for "nvs generate"; it holds the secrets: give --show-secrets',
    },
    { name: 'html', description: 'print one self-contained page with a map of the entries' },
    { name: 'format', value: FINDING_FORMATS.join('|'), description: 'print the findings only, for CI' },
    {
      name: 'output',
      aliases: ['-o'],
      value: 'FILE',
      description: 'write to a file (mode 0600 if it holds secrets)',
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
    const format = checkUsage(args);
    const [path = ''] = args.positionals;
    const file = shown(path);
    try {
      const { contents, codes } = read(args, path, file);
      const output = await render(args, terminal, { contents, codes, file, format });
      emit(args, terminal, output);
      return contents.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
    } catch (error) {
      // What stops the reading is a finding for CI as well.
      if (!(error instanceof FactoryError) || format === undefined) throw error;
      emit(args, terminal, { text: findingsAs(format, error.findings, file), findings: [], secret: false });
      return 1;
    }
  },
};

interface Job {
  readonly contents: ImageContents;
  readonly codes: Codes | undefined;
  readonly file: string;
  readonly format: FindingFormat | undefined;
}

interface Output {
  readonly text: string;
  /** What the text does not say itself. */
  readonly findings: readonly Finding[];
  readonly secret: boolean;
  /** A last line for people. */
  readonly hint?: string;
}

/** Errors: cli.exclusive, cli.required, cli.value-not-allowed. */
function checkUsage(args: Arguments): FindingFormat | undefined {
  const [first, second] = FORMS.filter((name) => args.flag(name));
  if (first !== undefined && second !== undefined) {
    throw cliErrors.error('cli.exclusive', { option: `--${first}`, other: `--${second}` });
  }
  if (args.flag('csv') && !args.flag('show-secrets')) {
    const why = 'a CSV without the keys would make another image, so it holds all secrets';
    throw cliErrors.error('cli.required', { option: '--show-secrets', why });
  }
  const value = args.text('format');
  const format = FINDING_FORMATS.find((name) => name === value);
  if (value !== undefined && format === undefined) {
    throw cliErrors.error('cli.value-not-allowed', {
      option: '--format',
      value,
      allowed: oneOf(FINDING_FORMATS),
    });
  }
  return format;
}

function read(
  args: Arguments,
  path: string,
  file: string,
): { contents: ImageContents; codes: Codes | undefined } {
  const key = args.text('key');
  const keys = key === undefined ? undefined : readKeyReference(key, process.env);
  const codesFile = args.text('codes');
  const codes =
    codesFile === undefined
      ? undefined
      : within({ file: codesFile }, () => readCodes(readInput(codesFile, 0x10000)));
  const bytes = readInput(path);
  const contents = within({ file }, () => readImage(bytes, { keys, which: args.text('partition') }));
  const findings = [
    ...contents.findings.map((finding) => locate(finding, { file })),
    ...(codes === undefined
      ? []
      : checkCodes(codes, contents).map((finding) => locate(finding, { file: codesFile ?? '' }))),
  ];
  return { contents: { ...contents, findings }, codes };
}

async function render(
  args: Arguments,
  terminal: Terminal,
  { contents, codes, file, format }: Job,
): Promise<Output> {
  const showSecrets = args.flag('show-secrets');
  const { findings } = contents;
  if (format !== undefined) return { text: findingsAs(format, findings, file), findings: [], secret: false };
  if (args.flag('csv')) {
    const csv = imageCsv(contents);
    const hint = `same image again: esp32-factory nvs generate CSV OUTPUT ${hex(csv.size)}${csv.version === 1 ? ' --version 1' : ''}`;
    return {
      text: csv.text.replace(/\n$/, ''),
      findings: [...findings, ...csv.findings.map((finding) => locate(finding, { file }))],
      secret: true,
      hint,
    };
  }
  const view = describeImage(contents, { showSecrets });
  const secret = showSecrets || codes !== undefined;
  const onboarding =
    codes === undefined
      ? {}
      : { codes: { qrCode: codes.qrCode, ...(codes.manualCode && { manualCode: codes.manualCode }) } };
  if (args.flag('json')) {
    return { text: JSON.stringify({ file, ...view, ...onboarding }, null, 2), findings: [], secret };
  }
  if (args.flag('html')) {
    const drawn = codes && {
      ...onboarding.codes,
      qrCode: codes.qrCode,
      svg: (await drawQrCode(codes.qrCode)).svg,
    };
    return {
      text: formatImageHtml(view, { file, ...(drawn && { codes: drawn }) }).trimEnd(),
      findings,
      secret,
    };
  }
  const colour = terminal.colour && !args.flag('output');
  const text = [
    formatImage(view, { file, colour }),
    ...(codes === undefined
      ? []
      : [
          '',
          `QR code  ${codes.qrCode}`,
          ...(codes.manualCode === undefined ? [] : [`Manual   ${formatManualCode(codes.manualCode)}`]),
          terminalQrCode(codes.qrCode, colour),
        ]),
  ].join('\n');
  return { text, findings: [], secret };
}

/** To the file that was asked for, or to the terminal; findings that the text does not say go beside it. */
function emit(args: Arguments, terminal: Terminal, { text, findings, secret, hint }: Output): void {
  const output = args.text('output');
  if (findings.length > 0) terminal.err(formatFindings(bySeverity(findings), { colour: terminal.colour }));
  if (output === undefined) terminal.out(text);
  else {
    writeOutputs([{ path: resolve(output), data: `${text}\n`, secret }]);
    terminal.out(`Wrote ${shown(output)}${secret ? ' (mode 0600: it holds secrets)' : ''}`);
  }
  if (hint !== undefined) terminal.err(hint);
}

function findingsAs(format: FindingFormat, findings: readonly Finding[], file: string): string {
  return formatFindingsAs(format, findings, {
    name: file,
    version: version(),
    root: process.cwd(),
  }).trimEnd();
}

function shown(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') || short === '' ? path : short;
}
