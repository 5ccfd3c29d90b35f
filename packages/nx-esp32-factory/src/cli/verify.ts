import { dirname, resolve } from 'node:path';
import { cdSignerOf, FactoryError, type Finding } from 'nvs-core';
import { printableJson } from 'nvs-core/errors';
import { version } from '../../package.json';
import { cliErrors } from '../errors';
import { FINDING_FORMATS, type FindingFormat, formatFindingsAs, readKeyReference } from '../inspect';
import {
  findingsOf,
  LEVELS,
  type Level,
  levelReporter,
  readBack,
  readPasscode,
  readSubject,
  readTrust,
  type SubjectOptions,
  verdict,
  verify,
} from '../verify';
import type { Arguments, Command, Terminal } from './command';
import { choiceOf, exclude, wordOf } from './values';

export const verifyCommand: Command = {
  usage: '[IMAGE] [options]',
  positionals: ['IMAGE?'],
  options: [
    { name: 'config', value: 'CONFIG', description: 'the factory.config.json that the image was made from' },
    {
      name: 'output_dir',
      aliases: ['--output-dir'],
      value: 'FOLDER',
      description: 'folder with the manifest, codes and keys of the image (default: its folder, or bin)',
    },
    {
      name: 'level',
      value: LEVELS.join('|'),
      description: 'last level to run, which must then run (default: all of 1 to 3 that can)',
    },
    {
      name: 'passcode-from',
      value: 'env:NAME|file:PATH',
      description: 'the passcode by reference (default: that of onboarding.json)',
    },
    {
      name: 'nvs-key',
      aliases: ['--key', '--hmac-key'],
      value: 'FILE|env:NAME',
      description: 'keys of an encrypted image (default: those next to it)',
    },
    { name: 'partition', value: 'LABEL', description: 'partition of a flash dump' },
    {
      name: 'paa-dir',
      aliases: ['--paa-trust-store'],
      value: 'FOLDER',
      description: 'root certificates that a commissioner trusts (in addition to attestation.trust.paa)',
    },
    {
      name: 'cd-signers',
      aliases: ['--cd-trust-store'],
      value: 'FOLDER',
      description: 'certificates that may sign declarations (in addition to attestation.trust.cdSigners)',
    },
    {
      name: 'revocation-set',
      value: 'FILE',
      description: 'revoked certificates (instead of attestation.trust.revocationSet)',
    },
    { name: 'port', aliases: ['-p'], value: 'PORT', description: 'read the partitions back from a device' },
    { name: 'esptool', value: 'PATH', description: 'esptool, for --port (default: found automatically)' },
    {
      name: 'sdk-python',
      value: 'PATH',
      description: 'Python that has the Matter SDK, for level 4 (default: python3)',
    },
    { name: 'json', description: 'print levels and findings as JSON' },
    { name: 'format', value: FINDING_FORMATS.join('|'), description: 'print the findings only, for CI' },
  ],
  notes: [
    'Level 1 checks all data as it is on disk; level 2 checks attestation and PASE with matter.js; in level 3 a',
    'matter.js controller that has only the QR code and the PAA commissions a device with this data; in level 4, which',
    'runs only on request (Linux on x86-64), the controller of the Matter SDK does.',
    'Exit status: 0 verified, 1 errors were found (or the requested level could not run), 2 bad usage.',
    '',
    '  esp32-factory verify --config factory.config.json --output_dir bin',
    '  esp32-factory verify partition.bin --paa-dir paa-trust-store --level 3',
    '  esp32-factory verify --config factory.config.json --port /dev/ttyUSB0',
  ].join('\n'),
  run: async (args, terminal) => {
    const usage = usageOf(args);
    try {
      return await run(args, terminal, usage);
    } catch (error) {
      // An error that stops reading is reported to CI as a finding too.
      if (!(error instanceof FactoryError) || usage.format === undefined) throw error;
      terminal.out(findingsAs(usage.format, error.findings, args.positionals[0] ?? 'image'));
      return 1;
    }
  },
};

interface Usage {
  readonly format: FindingFormat | undefined;
  readonly level: Level | undefined;
}

/** Errors: cli.exclusive, cli.required, cli.value-not-allowed. */
function usageOf(args: Arguments): Usage {
  const format = wordOf(args, 'format', FINDING_FORMATS);
  exclude(args, 'json', 'format');
  if (args.flag('port') && args.positionals.length > 0)
    throw cliErrors.error('cli.exclusive', { option: '--port', other: 'IMAGE' });
  if (args.flag('port') && !args.flag('config')) {
    const why = 'the partition table next to the config has their addresses';
    throw cliErrors.error('cli.required', { option: '--config', why });
  }
  return { format, level: choiceOf(args, 'level', LEVELS) };
}

async function run(args: Arguments, terminal: Terminal, { format, level }: Usage): Promise<number> {
  const isQuiet = format !== undefined || args.flag('json');
  const subject = readSubject(await subjectOptions(args, terminal, isQuiet));
  const config = args.text('config');
  const report = await verify(subject, {
    level,
    folders: [process.cwd(), ...(config === undefined ? [] : [resolve(dirname(config))])],
    sdkPython: args.text('sdk-python'),
    onLevel: isQuiet ? () => undefined : reporterFor(terminal),
  });
  if (format !== undefined) terminal.out(findingsAs(format, findingsOf(report), report.image));
  else if (args.flag('json')) terminal.out(printableJson(report));
  else terminal.out(`\n${verdict(report)}`);
  return report.passed ? 0 : 1;
}

function reporterFor(terminal: Terminal) {
  return levelReporter(
    terminal.colour,
    (text) => terminal.out(text),
    (text) => terminal.err(text),
  );
}

async function subjectOptions(
  args: Arguments,
  terminal: Terminal,
  isQuiet: boolean,
): Promise<SubjectOptions> {
  const [image] = args.positionals;
  const config = args.text('config');
  const given = args.text('output_dir');
  const folder = given ?? (image === undefined ? 'bin' : undefined);
  const key = args.text('nvs-key');
  const passcode = args.text('passcode-from');
  const port = args.text('port');
  const notify = (line: string) => {
    if (!isQuiet) terminal.err(line);
  };
  const paas = readTrust(args.text('paa-dir'));
  const cdSigners = readTrust(args.text('cd-signers'))?.map(cdSignerOf);
  const fromDevice =
    port === undefined || config === undefined || folder === undefined
      ? undefined
      : await readBack({
          ...{ port, config, folder, esptool: args.text('esptool') },
          onOutput: (text) => notify(text.trimEnd()),
          onNotice: notify,
        });
  return {
    image,
    folder,
    config,
    keys: key === undefined ? undefined : readKeyReference(key, process.env),
    passcode: passcode === undefined ? undefined : readPasscode(passcode, process.env),
    partition: args.text('partition'),
    paas,
    cdSigners,
    revocationSet: args.text('revocation-set'),
    fromDevice,
    env: process.env,
    now: new Date(),
  };
}

function findingsAs(format: FindingFormat, findings: readonly Finding[], name: string): string {
  return formatFindingsAs(format, findings, { name, version, root: process.cwd() }).trimEnd();
}
