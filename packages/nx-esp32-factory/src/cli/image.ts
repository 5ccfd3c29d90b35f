import { resolve } from 'node:path';
import { type Finding, formatFindings, randomBytes } from 'nvs-core';
import { manifestOf, outputsOf, outputsWithoutImage, SCRIPT_NAMES, summaryOf } from '../artifacts';
import { configFromObject } from '../config';
import { completeRequest, type FactoryRequest, makeFactoryImage, readRequest, wipeImage } from '../device';
import { cliErrors } from '../errors';
import { writeOutputs } from '../files';
import type { Arguments, Command } from './command';
import { configOfFlags, FLAG_OF_FIELD, overridesOf, SCRIPT_FLAGS } from './script-flags';

export const imageCommand: Command = {
  summary: 'make the factory partition of one device from a config file or flags',
  usage: '[CONFIG] [options]',
  positionals: ['CONFIG?'],
  options: [
    ...SCRIPT_FLAGS,
    { name: 'no-bin', description: 'write no image, but the codes and the data as a CSV for "nvs generate"' },
    {
      name: 'output_dir',
      aliases: ['--output-dir'],
      value: 'FOLDER',
      description: 'folder for the files made (default: bin)',
    },
    { name: 'json', description: 'print the manifest and the files written (or the errors) as JSON' },
  ],
  notes: [
    'CONFIG is a factory.config.json; beside one, only flags that are no secrets and no files are taken.',
    "Without CONFIG these are the flags of the Matter SDK's generate_esp32_chip_factory_bin.py:",
    '',
    '  esp32-factory image -d 3434 -p env:PASSCODE --vendor-id 0xFFF2 --product-id 0x8001 \\',
    '    --dac-cert dac.der --dac-key dac-key.der --pai-cert pai.der --cd cd.der',
  ].join('\n'),
  run: async (args, terminal) => {
    const request = requestOf(args);
    const made = await makeFactoryImage(request, {
      random: randomBytes,
      now: new Date(),
      fromCommandLine: args.positionals.length === 0,
    });
    const folder = resolve(args.text('output_dir') ?? 'bin');
    const files = args.flag('no-bin')
      ? outputsWithoutImage(made, folder, SCRIPT_NAMES)
      : outputsOf(made, folder, SCRIPT_NAMES);
    writeOutputs(files);
    const manifest = args.flag('json') ? manifestOf(made, SCRIPT_NAMES) : undefined;
    wipeImage(made);
    if (manifest !== undefined) {
      const images = args.flag('no-bin') ? [] : manifest.images;
      terminal.out(
        JSON.stringify({ files: files.map(({ path }) => path), manifest: { ...manifest, images } }, null, 2),
      );
      return 0;
    }
    warn(made.findings);
    terminal.out(summaryOf(made, files, { title: args.positionals[0] ?? 'image', colour: terminal.colour }));
    return 0;

    function warn(findings: readonly Finding[]): void {
      if (findings.length > 0) terminal.err(`${formatFindings(findings, { colour: terminal.colour })}\n`);
    }
  },
};

function requestOf(args: Arguments): FactoryRequest {
  const [config] = args.positionals;
  if (config !== undefined) return readRequest(config, { overrides: overridesOf(args), env: process.env });
  if (!SCRIPT_FLAGS.some(({ name }) => args.flag(name)))
    throw cliErrors.error('cli.positional-missing', { name: 'CONFIG' });
  const options = { folder: process.cwd(), label: 'command line', labels: FLAG_OF_FIELD, idsOptional: true };
  return completeRequest(configFromObject(configOfFlags(args), options), process.env, undefined);
}
