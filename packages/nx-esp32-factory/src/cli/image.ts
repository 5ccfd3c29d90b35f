import { dirname, join, resolve } from 'node:path';
import { formatFindings, randomBytes } from 'nvs-core';
import { printableJson } from 'nvs-core/errors';
import {
  keepKeys,
  keptPaths,
  manifestOf,
  outputsOf,
  outputsWithoutImage,
  SCRIPT_NAMES,
  summaryOf,
} from '../artifacts';
import { configFromObject } from '../config';
import { type DeviceArtifacts, makeDevice } from '../device';
import { cliErrors } from '../errors';
import {
  DISK,
  folderKeyStore,
  INPUT_LIMIT,
  type InputReader,
  KEY_FOLDER,
  readArgument,
  writeOutputs,
} from '../files';
import { completeInputs, type DeviceInputs, readInputs, wipeInputs } from '../inputs';
import { programSigner } from '../signer';
import type { Arguments, Command, Terminal } from './command';
import { mfgToolFindings } from './mfg-tool';
import { configOfFlags, FLAG_OF_FIELD, overridesOf, SCRIPT_FLAGS } from './script-flags';

export const imageCommand: Command = {
  usage: '[CONFIG] [options]',
  positionals: ['CONFIG?'],
  options: [
    ...SCRIPT_FLAGS,
    { name: 'no-bin', description: 'write the codes and a CSV of the data for "nvs generate", but no image' },
    {
      name: 'output_dir',
      aliases: ['--output-dir', '--outdir'],
      value: 'FOLDER',
      description: 'folder for the output files (default: bin)',
    },
    {
      name: 'count',
      aliases: ['-n'],
      value: '1',
      hidden: true,
      description: 'one device: what a run makes',
    },
    { name: 'json', description: 'print the manifest and the files written (or the errors) as JSON' },
  ],
  notes: [
    'CONFIG is a factory.config.json; with one, flags for secrets and files are rejected.',
    "Without CONFIG these are the flags of the Matter SDK's generate_esp32_chip_factory_bin.py:",
    '',
    '  esp32-factory image -d 3434 -p env:PASSCODE --vendor-id 0xFFF2 --product-id 0x8001 \\',
    '    --dac-cert dac.der --dac-key dac-key.der --pai-cert pai.der --cd cd.der',
    '',
    'Flags of esp-matter-mfg-tool are accepted where they mean the same; the error for any other one says what to write.',
  ].join('\n'),
  foreign: mfgToolFindings,
  run: async (args, terminal) => {
    const inputs = inputsOf(args);
    const now = new Date();
    try {
      const made = await makeDevice(inputs, {
        random: randomBytes,
        now,
        keyStore: folderKeyStore,
        createSigner: programSigner,
        fromCommandLine: args.positionals.length === 0,
      });
      try {
        write(made, args, terminal, now);
      } finally {
        made.wipe();
      }
    } finally {
      wipeInputs(inputs);
    }
    return 0;
  },
};

function write(made: DeviceArtifacts, args: Arguments, terminal: Terminal, now: Date): void {
  const { findings } = made;
  const hasImage = !args.flag('no-bin');
  const folder = resolve(args.text('output_dir') ?? 'bin');
  const [config] = args.positionals;
  // The output folder may be removed at any time: keys are kept next to the config, or in the current folder.
  const keyFolder = join(config === undefined ? '.' : dirname(config), KEY_FOLDER);
  const kept = keepKeys(made, keyFolder, now);
  const files = hasImage
    ? outputsOf(made, folder, SCRIPT_NAMES, { kept })
    : outputsWithoutImage(made, folder, SCRIPT_NAMES);
  writeOutputs(files, { within: folder });
  const { colour } = terminal;
  if (args.flag('json')) {
    const manifest = manifestOf(made, SCRIPT_NAMES, kept);
    const images = hasImage ? manifest.images : [];
    const paths = files.map(({ path }) => path);
    terminal.out(printableJson({ files: paths, manifest: { ...manifest, images } }));
    return;
  }
  if (findings.length > 0) terminal.err(`${formatFindings(findings, { colour })}\n`);
  const options = { title: config ?? 'image', colour, kept: keptPaths(kept, keyFolder) };
  terminal.out(summaryOf(made, files, options));
}

/** What flags name may be a pipe. */
const ARGUMENTS: InputReader = {
  ...DISK,
  readFile: (path, limit = INPUT_LIMIT.reference) => readArgument(path, limit),
};

function inputsOf(args: Arguments): DeviceInputs {
  const [config] = args.positionals;
  if (config !== undefined) return readInputs(config, { overrides: overridesOf(args), env: process.env });
  if (!SCRIPT_FLAGS.some(({ name }) => args.flag(name)))
    throw cliErrors.error('cli.positional-missing', { name: 'CONFIG' });
  const options = { folder: process.cwd(), label: 'command line', labels: FLAG_OF_FIELD, idsOptional: true };
  const loaded = configFromObject(configOfFlags(args), options);
  return completeInputs(loaded, process.env, undefined, ARGUMENTS);
}
