/** Writes issued certificates, requests and declarations, never over a private key. */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import {
  containsPrivateKey,
  type Description,
  encodePem,
  encodePrivateKey,
  encodePrivateKeyPem,
  type Finding,
  formatDescription,
  formatFindings,
  type PrivateKey,
} from 'nvs-core';
import { printableJson } from 'nvs-core/errors';
import { cliErrors, issueErrors } from '../errors';
import { displayPath, type OutputFile, settleOutputs, writeOutputs } from '../files';
import { readCredentialFile, requiredText } from './attestation-inputs';
import { alsoCalled } from './chip-cert';
import type { Arguments, Option, Terminal } from './command';

export const OUT_OPTION: Option = {
  name: 'out',
  value: 'FILE',
  description: 'file to write; .pem makes it PEM, .der makes it DER',
};

/** Output options of commands that may generate a private key. */
export const OUTPUT_OPTIONS: readonly Option[] = [
  alsoCalled(OUT_OPTION, '-o'),
  {
    name: 'out-key',
    aliases: ['-O'],
    value: 'FILE',
    description: 'file for a new private key, mode 0600 (default: NAME-key.pem next to --out)',
  },
  { name: 'force', description: 'replace files that contain a private key' },
];

export interface Issued {
  readonly der: Uint8Array;
  readonly label: 'CERTIFICATE' | 'CERTIFICATE REQUEST' | 'CMS';
  readonly description: Description;
  /** A generated private key to write as well. */
  readonly newKey?: PrivateKey | undefined;
  /** Warnings about what was issued. */
  readonly findings?: readonly Finding[];
  /** Notes for the user, such as what to do next. */
  readonly notes?: readonly string[];
}

/** Rejects output options that cannot work, before anything is generated. Errors: cli.required, cli.value-not-allowed, issue.key-exists, issue.replaces-key. */
export function assertOutputs(args: Arguments, makesKey: boolean): void {
  const out = requiredText(args, 'out', 'the file to write');
  for (const name of ['out', 'out-key']) if (args.text(name) === '-') throw notStandardOutput(`--${name}`);
  if (args.flag('force')) return;
  const key = keyPath(args, out);
  settleOutputs([key, out]);
  if (makesKey && existsSync(key)) throw issueErrors.error('issue.key-exists', { path: key });
  if (replacesKey(out)) throw issueErrors.error('issue.replaces-key', { path: out });
}

/** chip-cert writes there for "-". */
function notStandardOutput(option: string) {
  return cliErrors.error('cli.value-not-allowed', {
    option,
    value: '-',
    allowed: 'a file: only results are written to standard output',
  });
}

/** Writes and reports what was issued; returns the exit status. Errors: those of assertOutputs, files.*. */
export async function writeIssued(
  args: Arguments,
  terminal: Terminal,
  { der, label, newKey, description, findings = [], notes = [] }: Issued,
): Promise<number> {
  assertOutputs(args, newKey !== undefined);
  const out = args.text('out') ?? '';
  // Tools expect declarations as DER and certificates as PEM.
  const isPem = label === 'CMS' ? extname(out) === '.pem' : extname(out) !== '.der';
  const files: OutputFile[] = [
    ...(newKey === undefined ? [] : [keyFile(keyPath(args, out), newKey)]),
    { path: out, data: isPem ? await encodePem(label, der) : der, secret: false },
  ];
  writeOutputs(files);
  if (args.flag('json')) {
    const fields = Object.fromEntries(description.fields.map(({ label: name, value }) => [name, value]));
    const paths = files.map(({ path }) => path);
    const found = findings.length === 0 ? {} : { findings };
    terminal.out(printableJson({ files: paths, ...description, fields, ...found }));
    return 0;
  }
  if (findings.length > 0) terminal.err(formatFindings(findings, { colour: terminal.colour }));
  const written = files.map(
    ({ path, secret }) =>
      `Wrote ${displayPath(path)}${secret ? ' (private key, readable by its owner only)' : ''}`,
  );
  terminal.out([formatDescription(description), '', ...written, ...notes].join('\n'));
  return 0;
}

function keyPath(args: Arguments, out: string): string {
  return args.text('out-key') ?? join(dirname(out), `${basename(out, extname(out))}-key.pem`);
}

function keyFile(path: string, key: PrivateKey): OutputFile {
  const data = extname(path) === '.der' ? encodePrivateKey(key, 'pkcs8') : encodePrivateKeyPem(key);
  return { path, data, secret: true };
}

/** Whether a file exists and contains a private key; false if it cannot be read as a credential. */
function replacesKey(path: string): boolean {
  try {
    return containsPrivateKey(readCredentialFile(path));
  } catch {
    return false;
  }
}
