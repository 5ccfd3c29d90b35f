import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatFindings } from 'nvs-core';
import { printableJson } from 'nvs-core/errors';
import { FIXED_NAMES } from '../artifacts';
import { type BoardOptions, flashBoard, type Screen } from '../board';
import { CONFIG_FILE } from '../config';
import { cliErrors } from '../errors';
import { displayPath, entryOf } from '../files';
import { AFTER_MODES, BEFORE_MODES } from '../flash';
import { type Arguments, type Command, JSON_OPTION, type Terminal } from './command';
import { numberOf, wordOf } from './values';

export const flashCommand: Command = {
  usage: 'CONFIG [options]',
  positionals: ['CONFIG'],
  options: [
    {
      name: 'output_dir',
      aliases: ['--output-dir'],
      value: 'FOLDER',
      description: 'folder where "image" wrote the image of this config (default: bin)',
    },
    {
      name: 'port',
      aliases: ['-p'],
      value: 'PORT',
      description:
        'serial port, such as /dev/ttyUSB0 or socket://host:port (default: ESPPORT, or the only connected board)',
    },
    {
      name: 'with-firmware',
      aliases: ['--withFirmware'],
      description:
        "write the firmware, too, in the same call: bootloader, partition table, app and whatever else flasher_args.json of the app's build lists",
    },
    {
      name: 'build-folder',
      aliases: ['--buildFolder'],
      value: 'FOLDER',
      description:
        'folder of the build for --with-firmware (default: that of the config, or the newest that fits it)',
    },
    { name: 'verify', description: 'read everything back and compare' },
    {
      name: 'dry-run',
      aliases: ['--dryRun'],
      description: 'print the command for esptool 5; start no program, and write nothing',
    },
    {
      name: 'burn-efuse',
      aliases: ['--burnEfuse'],
      description:
        'burn the keys that the image needs into eFuses, before it is flashed; it cannot be undone, and needs --confirm',
    },
    {
      name: 'confirm',
      value: 'MAC',
      description: 'MAC address of the device whose eFuses may be burned, such as 60:55:f9:f7:2c:a2',
    },
    { name: 'chip', value: 'CHIP', description: 'target chip, such as esp32c3 (default: that of the app)' },
    {
      name: 'baud',
      aliases: ['-b'],
      value: 'N',
      description: 'bits per second while sending data (default: 115200)',
    },
    { name: 'before', value: BEFORE_MODES.join('|'), description: 'what to do before connecting' },
    { name: 'after', value: AFTER_MODES.join('|'), description: 'what to do after everything is written' },
    {
      name: 'no-stub',
      description: "talk to the ROM loader directly, without esptool's stub",
    },
    {
      name: 'connect-attempts',
      value: 'N',
      description: 'number of attempts to connect; 0 for no limit',
    },
    {
      name: 'esptool',
      value: 'PATH',
      description: 'path of esptool, 4 or newer (default: found automatically)',
    },
    JSON_OPTION,
  ],
  notes: [
    'CONFIG is the factory.config.json of an app, or the folder with it; the image is written to the address in the partition',
    'table of that app. Everything is checked before anything changes; keys are burned only with --burn-efuse and the MAC',
    'address of the device, and never without. What esptool prints goes to standard error.',
    'Exit status: 0 written, 1 input or device rejected, 2 bad usage.',
    '',
    '  esp32-factory flash light-app/factory.config.json --output_dir out --port /dev/ttyUSB0',
    '  esp32-factory flash light-app --output_dir out --with-firmware --verify',
    '  esp32-factory flash light-app --burn-efuse --confirm 60:55:f9:f7:2c:a2 --dry-run',
  ].join('\n'),
  run: async (args, terminal) => {
    const options = optionsOf(args);
    const paths = {
      config: configOf(args.positionals[0] ?? ''),
      folder: resolve(args.text('output_dir') ?? 'bin'),
    };
    const isJson = args.flag('json');
    const report = await flashBoard(options, paths, screenOf(terminal, isJson));
    if (isJson) terminal.out(printableJson(report));
    return 0;
  },
};

/** Errors: cli.required, cli.number-invalid, cli.value-not-allowed. */
function optionsOf(args: Arguments): BoardOptions {
  needs(args, 'confirm', 'burn-efuse', 'a MAC address is confirmed only to burn keys into eFuses');
  needs(args, 'build-folder', 'with-firmware', 'a build is used only to write its firmware');
  if (args.flag('burn-efuse') && !args.flag('confirm') && !args.flag('dry-run')) {
    const why =
      'burning cannot be undone; give the MAC address of the device, as "esptool read-mac" prints it';
    throw cliErrors.error('cli.required', { option: '--confirm', why });
  }
  const fold = (text: string) => text.replaceAll('_', '-');
  return {
    port: args.text('port'),
    baud: numberOf(args, 'baud'),
    chip: args.text('chip'),
    before: wordOf(args, 'before', BEFORE_MODES, fold),
    after: wordOf(args, 'after', AFTER_MODES, fold),
    // An app may turn the stub off, too.
    noStub: args.flag('no-stub') ? true : undefined,
    connectAttempts: numberOf(args, 'connect-attempts'),
    esptool: args.text('esptool'),
    dryRun: args.flag('dry-run'),
    verify: args.flag('verify'),
    burnEfuse: args.flag('burn-efuse'),
    confirm: args.text('confirm'),
    withFirmware: args.flag('with-firmware'),
    buildFolder: args.text('build-folder'),
  };
}

function needs(args: Arguments, given: string, other: string, why: string): void {
  if (args.flag(given) && !args.flag(other))
    throw cliErrors.error('cli.required', { option: `--${other}`, why });
}

/** The config of an app's folder. Errors: cli.required for an output folder. */
function configOf(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const config = join(path, CONFIG_FILE);
  if (entryOf(config) === undefined && entryOf(join(path, FIXED_NAMES.manifest)) !== undefined) {
    const shown = displayPath(path);
    const why = `${shown} has an image, but not the partition table with its address; write esp32-factory flash CONFIG --output_dir ${shown}`;
    throw cliErrors.error('cli.required', { option: 'CONFIG', why });
  }
  return config;
}

/** With JSON, the standard output is for the report alone. */
function screenOf(terminal: Terminal, isJson: boolean): Screen {
  const { colour } = terminal;
  let rest = '';
  const flush = () => {
    if (rest !== '') terminal.err(rest);
    rest = '';
  };
  return {
    print: (text) => {
      flush();
      if (isJson) terminal.err(text);
      else terminal.out(text);
    },
    warn: (findings) => {
      flush();
      if (findings.length > 0) terminal.err(formatFindings(findings, { colour }));
    },
    pass: (text) => {
      const lines = (rest + text).split(/\r\n|\r|\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) terminal.err(line);
    },
  };
}
