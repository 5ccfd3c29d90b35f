import { dirname, resolve } from 'node:path';
import { cdSignerOf, FactoryError, type Finding } from 'nvs-core';
import { oneOf, printableJson } from 'nvs-core/errors';
import { version } from '../artifacts';
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
import { choiceOf } from './values';

export const verifyCommand: Command = {
  summary: 'verify an image: data, attestation, and a virtual commissioning by matter.js',
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
      value: '1|2|3',
      description: 'last level to run, which must then run (default: all that can)',
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
    { name: 'port', aliases: ['-p'], value: 'PORT', description: 'read the partitions back from a device' },
    { name: 'esptool', value: 'PATH', description: 'esptool, for --port (default: found automatically)' },
    { name: 'json', description: 'print levels and findings as JSON' },
    { name: 'format', value: FINDING_FORMATS.join('|'), description: 'print the findings only, for CI' },
  ],
  notes: [
    'Level 1 checks all data as it is on disk; level 2 checks attestation and PASE with matter.js; in level 3 a',
    'matter.js controller that has only the QR code and the PAA commissions a device with this data.',
    'Exit status: 0 verified, 1 errors were found (or the requested level could not run), 2 bad usage.',
    '',
    '  esp32-factory verify --config factory.config.json --output_dir bin',
    '  esp32-factory verify partition.bin --paa-dir paa-trust-store --level 3',
    '  esp32-factory verify --config factory.config.json --port /dev/ttyUSB0',
  ].join('\n'),
  run: async (args, terminal) => {
    const usage = checkUsage(args);
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
function checkUsage(args: Arguments): Usage {
  const value = args.text('format');
  const format = FINDING_FORMATS.find((name) => name === value);
  if (value !== undefined && format === undefined) {
    const allowed = oneOf(FINDING_FORMATS);
    throw cliErrors.error('cli.value-not-allowed', { option: '--format', value, allowed });
  }
  const exclusive = (option: string, other: string) => {
    if (args.flag(option.slice(2)) && args.flag(other.slice(2)))
      throw cliErrors.error('cli.exclusive', { option, other });
  };
  exclusive('--json', '--format');
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
    ...(level === undefined ? {} : { level }),
    folders: [process.cwd(), ...(config === undefined ? [] : [resolve(dirname(config))])],
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
  const partition = args.text('partition');
  const paas = readTrust(args.text('paa-dir'));
  const cdSigners = readTrust(args.text('cd-signers'))?.map(cdSignerOf);
  const port = args.text('port');
  const fromDevice =
    port === undefined || config === undefined || folder === undefined
      ? undefined
      : await readDevice(args, { port, config, folder }, terminal, isQuiet);
  return {
    ...(image === undefined ? {} : { image }),
    ...(folder === undefined ? {} : { folder }),
    ...(config === undefined ? {} : { config }),
    ...(key === undefined ? {} : { keys: readKeyReference(key, process.env) }),
    ...(passcode === undefined ? {} : { passcode: readPasscode(passcode, process.env) }),
    ...(partition === undefined ? {} : { partition }),
    ...(paas === undefined ? {} : { paas }),
    ...(cdSigners === undefined ? {} : { cdSigners }),
    ...(fromDevice === undefined ? {} : { fromDevice }),
    env: process.env,
    now: new Date(),
  };
}

async function readDevice(
  args: Arguments,
  source: { port: string; config: string; folder: string },
  terminal: Terminal,
  isQuiet: boolean,
): Promise<SubjectOptions['fromDevice']> {
  const esptool = args.text('esptool');
  const { files, notReadable } = await readBack({
    ...source,
    ...(esptool === undefined ? {} : { esptool }),
    onOutput: (text) => {
      if (!isQuiet) terminal.err(text.trimEnd());
    },
  });
  if (notReadable.length > 0 && !isQuiet)
    terminal.err(`not comparable (the device encrypts them): ${notReadable.join(', ')}`);
  return files;
}

function findingsAs(format: FindingFormat, findings: readonly Finding[], name: string): string {
  return formatFindingsAs(format, findings, { name, version: version(), root: process.cwd() }).trimEnd();
}
