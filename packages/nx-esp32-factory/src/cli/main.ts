import { inspect } from 'node:util';
import { version } from '../../package.json';
import { parseArguments } from './arguments';
import { CHIP_CERT_COMMANDS } from './chip-cert';
import type { Command, Terminal } from './command';
import { help } from './help';
import { processOutput } from './output';
import { report, unknownCommand } from './report';

/** The commands; the code of each is loaded when it runs. */
const COMMANDS: Readonly<
  Record<string, { summary: string; hidden?: boolean; load: () => Promise<Command> }>
> = {
  init: {
    summary: 'set up the factory data of an ESP-Matter app: config, development credentials, firmware',
    load: async () => (await import('./init')).initCommand,
  },
  image: {
    summary: 'make the factory partition of one device from a config file or flags',
    load: async () => (await import('./image')).imageCommand,
  },
  inspect: {
    summary: 'show what is in an NVS or esp_secure_cert image, or in a flash dump',
    load: async () => (await import('./inspect')).inspectCommand,
  },
  verify: {
    summary: 'verify an image: data, attestation, and a virtual commissioning by matter.js',
    load: async () => (await import('./verify')).verifyCommand,
  },
  flash: {
    summary: 'write an image to a board at the address in its partition table, also with the firmware',
    load: async () => (await import('./flash')).flashCommand,
  },
  diff: {
    summary: 'show what changed between two images, by key',
    load: async () => (await import('./diff')).diffCommand,
  },
  'nvs generate': {
    summary: 'make an NVS partition image from CSV files',
    load: async () => (await import('./nvs')).generateCommand,
  },
  'nvs encrypt': {
    summary: 'make an encrypted NVS partition image from CSV files',
    load: async () => (await import('./nvs')).encryptCommand,
  },
  'nvs decrypt': {
    summary: 'decrypt an NVS partition image',
    load: async () => (await import('./nvs')).decryptCommand,
  },
  'nvs generate-key': {
    summary: 'make an NVS keys partition, or an HMAC key and the keys derived from it',
    load: async () => (await import('./nvs')).generateKeyCommand,
  },
  partitions: {
    summary: 'convert and check a partition table, from CSV to binary or back',
    load: async () => (await import('./partitions')).partitionsCommand,
  },
  'attestation check': {
    summary: 'check DAC, PAI and Certification Declaration as a commissioner does',
    load: async () => (await import('./attestation-check')).checkCommand,
  },
  'attestation show': {
    summary: 'print certificates, requests and Certification Declarations in readable form',
    load: async () => (await import('./attestation-show')).showCommand,
  },
  'attestation trust': {
    summary: 'copy PAAs and CD signers, checked, to folders that a config can pin',
    load: async () => (await import('./attestation-trust')).trustCommand,
  },
  'attestation issue-paa': {
    summary: 'issue a self-signed root certificate (PAA)',
    load: async () => (await import('./attestation-issue')).issuePaaCommand,
  },
  'attestation issue-pai': {
    summary: 'issue an intermediate certificate (PAI) from a PAA',
    load: async () => (await import('./attestation-issue')).issuePaiCommand,
  },
  'attestation issue-dac': {
    summary: 'issue a device certificate (DAC) from a PAI',
    load: async () => (await import('./attestation-issue')).issueDacCommand,
  },
  'attestation issue-cd': {
    summary: 'issue a Certification Declaration, signed by a CD signing key',
    load: async () => (await import('./attestation-issue-cd')).issueCdCommand,
  },
  'attestation issue-cd-signer': {
    summary: 'issue the certificate of a key that signs Certification Declarations',
    load: async () => (await import('./attestation-issue')).issueCdSignerCommand,
  },
  'attestation create-csr': {
    summary: 'create a certificate request, for a CA to issue the certificate',
    load: async () => (await import('./attestation-issue')).createCsrCommand,
  },
  completion: {
    summary: 'print the script that completes command lines in bash, zsh or fish',
    load: async () => {
      const shown = Object.entries(COMMANDS).filter(([, { hidden }]) => hidden !== true);
      const { completionCommand } = await import('./completion');
      return completionCommand(shown.map(([name, command]) => ({ name, ...command })));
    },
  },
  'cache-digest': {
    summary: 'print the digest of everything a config file depends on (for the Nx cache)',
    hidden: true,
    load: async () => (await import('./cache-digest')).cacheDigestCommand,
  },
};

/**
 * Runs the command line, and sets the exit status: 0 success, 1 input rejected, 2 bad usage, 3 success that could not be
 * printed.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const { terminal, settle } = processOutput();
  let status: number;
  try {
    status = await run(argv, terminal);
  } catch (error) {
    terminal.err(inspect(error));
    status = 1;
  }
  process.exitCode = await settle(status);
}

/** Runs the command line and returns the exit status. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [first, second] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.out(overview());
    return first === undefined ? 2 : 0;
  }
  if (first === '--version' || first === '-V') {
    terminal.out(version);
    return 0;
  }
  const name = second !== undefined && `${first} ${second}` in COMMANDS ? `${first} ${second}` : first;
  const rest = argv.slice(name === first ? 1 : 2);
  const json = rest.includes('--json');
  const isHelp = rest.includes('--help') || rest.includes('-h');
  return report(terminal, json, async () => {
    const entry = COMMANDS[name];
    if (entry === undefined || !Object.hasOwn(COMMANDS, name)) {
      const group = Object.keys(COMMANDS).filter((command) => command.startsWith(`${first} `));
      if (group.length > 0 && (second === undefined || second === '--help' || second === '-h')) {
        terminal.out(overview(group));
        return second === undefined ? 2 : 0;
      }
      throw unknownCommand(
        second === undefined || (group.length === 0 && !CHIP_CERT_COMMANDS.has(second))
          ? first
          : `${first} ${second}`,
        Object.keys(COMMANDS),
      );
    }
    const command = await entry.load();
    if (isHelp) {
      terminal.out(help(name, entry.summary, command));
      return 0;
    }
    // Nx runs hidden ones for every project.
    if (entry.hidden !== true) (await import('../flash/private-folder')).removeStaleFolders();
    return command.run(parseArguments(command, rest), terminal);
  });
}

function overview(names: readonly string[] = Object.keys(COMMANDS)): string {
  const shown = names.filter((name) => COMMANDS[name]?.hidden !== true);
  const width = Math.max(...shown.map((name) => name.length));
  return [
    'Usage: esp32-factory COMMAND [arguments]',
    '',
    'Makes, checks and shows the factory data of ESP32 Matter devices.',
    '',
    'Commands:',
    ...shown.map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name]?.summary ?? ''}`),
    '',
    'esp32-factory COMMAND --help explains a command; --version prints the version.',
    'Exit status: 0 success, 1 input rejected, 2 bad usage, 3 success (files are written), but it could not be printed.',
  ].join('\n');
}
