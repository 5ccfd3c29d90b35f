import { resolve } from 'node:path';
import { formatFindings, randomBytes } from 'nvs-core';
import { printableJson } from 'nvs-core/errors';
import { manifestOf, outputsOf, outputsWithoutImage, SCRIPT_NAMES, summaryOf } from '../artifacts';
import { configFromObject } from '../config';
import { type DeviceArtifacts, makeDevice } from '../device';
import { cliErrors } from '../errors';
import { folderKeyStore, INPUT_LIMIT, readArgument, writeOutputs } from '../files';
import { completeInputs, type DeviceInputs, readInputs, wipeInputs } from '../inputs';
import { programSigner } from '../signer';
import type { Arguments, Command, Terminal } from './command';
import { configOfFlags, FLAG_OF_FIELD, overridesOf, SCRIPT_FLAGS } from './script-flags';

export const imageCommand: Command = {
  usage: '[CONFIG] [options]',
  positionals: ['CONFIG?'],
  options: [
    ...SCRIPT_FLAGS,
    { name: 'no-bin', description: 'write the codes and a CSV of the data for "nvs generate", but no image' },
    {
      name: 'output_dir',
      aliases: ['--output-dir'],
      value: 'FOLDER',
      description: 'folder for the output files (default: bin)',
    },
    { name: 'json', description: 'print the manifest and the files written (or the errors) as JSON' },
  ],
  notes: [
    'CONFIG is a factory.config.json; with one, flags for secrets and files are rejected.',
    "Without CONFIG these are the flags of the Matter SDK's generate_esp32_chip_factory_bin.py:",
    '',
    '  esp32-factory image -d 3434 -p env:PASSCODE --vendor-id 0xFFF2 --product-id 0x8001 \\',
    '    --dac-cert dac.der --dac-key dac-key.der --pai-cert pai.der --cd cd.der',
  ].join('\n'),
  run: async (args, terminal) => {
    const inputs = inputsOf(args);
    try {
      const made = await makeDevice(inputs, {
        random: randomBytes,
        now: new Date(),
        keyStore: folderKeyStore,
        createSigner: programSigner,
        fromCommandLine: args.positionals.length === 0,
      });
      try {
        write(made, args, terminal);
      } finally {
        made.wipe();
      }
    } finally {
      wipeInputs(inputs);
    }
    return 0;
  },
};

function write(made: DeviceArtifacts, args: Arguments, terminal: Terminal): void {
  const { findings } = made;
  const hasImage = !args.flag('no-bin');
  const folder = resolve(args.text('output_dir') ?? 'bin');
  const files = hasImage
    ? outputsOf(made, folder, SCRIPT_NAMES)
    : outputsWithoutImage(made, folder, SCRIPT_NAMES);
  writeOutputs(files);
  const { colour } = terminal;
  if (args.flag('json')) {
    const manifest = manifestOf(made, SCRIPT_NAMES);
    const images = hasImage ? manifest.images : [];
    const paths = files.map(({ path }) => path);
    terminal.out(printableJson({ files: paths, manifest: { ...manifest, images } }));
    return;
  }
  if (findings.length > 0) terminal.err(`${formatFindings(findings, { colour })}\n`);
  terminal.out(summaryOf(made, files, { title: args.positionals[0] ?? 'image', colour }));
}

function inputsOf(args: Arguments): DeviceInputs {
  const [config] = args.positionals;
  if (config !== undefined) return readInputs(config, { overrides: overridesOf(args), env: process.env });
  if (!SCRIPT_FLAGS.some(({ name }) => args.flag(name)))
    throw cliErrors.error('cli.positional-missing', { name: 'CONFIG' });
  const options = { folder: process.cwd(), label: 'command line', labels: FLAG_OF_FIELD, idsOptional: true };
  const loaded = configFromObject(configOfFlags(args), options);
  return completeInputs(loaded, process.env, undefined, (path) => readArgument(path, INPUT_LIMIT.reference));
}
