/** Reads the inputs of the attestation commands: credential files, passphrases by reference, ids and dates. */
import {
  type Certificate,
  type CertificateRequest,
  FactoryError,
  type Finding,
  MAX_CREDENTIAL_LENGTH,
  type PrivateKey,
  type PublicKey,
  parseCertificate,
  parseCertificateRequest,
  parsePrivateKey,
  parsePublicKey,
} from 'nvs-core';
import { hex, within } from 'nvs-core/errors';
import { cliErrors, configErrors } from '../errors';
import { readArgument } from '../files';
import type { Arguments, Option } from './command';
import { parseNumber } from './values';

/** The option for the passphrase of the key file given by another option. */
export function passphraseOption(key: string): Option {
  return {
    name: `${key}-passphrase`,
    value: 'env:NAME|file:PATH',
    description: `source of the passphrase of an encrypted --${key}`,
  };
}

/** The bytes of a credential file. Errors: files.*. */
export function readCredentialFile(path: string): Uint8Array {
  return readArgument(path, MAX_CREDENTIAL_LENGTH);
}

/** An option's text. Errors: cli.required. */
export function requiredText(args: Arguments, name: string, why: string): string {
  const text = args.text(name);
  if (text === undefined) throw cliErrors.error('cli.required', { option: `--${name}`, why });
  return text;
}

function readFileOf<T>(args: Arguments, name: string, read: (data: Uint8Array) => T): T | undefined {
  const file = args.text(name);
  if (file === undefined) return undefined;
  return within({ file, field: `--${name}` }, () => read(readCredentialFile(file)));
}

/** The certificate in the file given by an option. Errors: those of parseCertificate, files.*. */
export function certificateOf(args: Arguments, name: string): Certificate | undefined {
  return readFileOf(args, name, parseCertificate);
}

/** The certificate request in the file given by an option. Errors: those of parseCertificateRequest, files.*. */
export function requestOf(args: Arguments, name: string): CertificateRequest | undefined {
  return readFileOf(args, name, parseCertificateRequest);
}

/** The public key in the file given by an option. Errors: those of parsePublicKey, files.*. */
export function publicKeyOf(args: Arguments, name: string): PublicKey | undefined {
  return readFileOf(args, name, parsePublicKey);
}

/** The private key in the file given by an option, decrypted. Errors: those of parsePrivateKey and passphraseOf, files.*. */
export function privateKeyOf(args: Arguments, name: string): PrivateKey | undefined {
  const passphrase = passphraseOf(args, `${name}-passphrase`);
  return readFileOf(args, name, (data) =>
    parsePrivateKey(data, passphrase === undefined ? {} : { passphrase }),
  );
}

/** A passphrase by reference. Errors: cli.passphrase-inline, config.env-unset, config.content-empty, files.*. */
function passphraseOf(args: Arguments, name: string): string | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const [kind = '', ...rest] = text.split(':');
  const reference = rest.join(':');
  if (reference === '' || (kind !== 'env' && kind !== 'file'))
    throw cliErrors.error('cli.passphrase-inline', { option: `--${name}` });
  if (kind === 'env') {
    const value = process.env[reference];
    if (value === undefined)
      throw configErrors.error('config.env-unset', { name: reference }, { field: `--${name}` });
    if (value === '')
      throw configErrors.error('config.env-empty', { name: reference }, { field: `--${name}` });
    return value;
  }
  const value = Buffer.from(readCredentialFile(reference))
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (value === '')
    throw configErrors.error(
      'config.content-empty',
      { what: `the file ${reference}` },
      { field: `--${name}` },
    );
  return value;
}

const MAX_ID = 0xffff;
/** Binary, as Python has it, though the digits could be hexadecimal. */
const PREFIXED = /^0b[01]+$/i;

/**
 * An option's id, decimal or 0x..., or hexadecimal digits that cannot be decimal, as chip-cert has them; rejects decimal
 * digits that chip-cert would read as another, hexadecimal id. Errors: cli.number-invalid, cli.id-ambiguous.
 */
export function idOf(args: Arguments, name: string, max = MAX_ID): number | undefined {
  const text = args.text(name);
  return text === undefined ? undefined : parseId(text, `--${name}`, max);
}

export function parseId(text: string, option: string, max = MAX_ID): number {
  if (!/^[0-9a-f]{1,8}$/i.test(text) || PREFIXED.test(text)) return parseNumber(text, option);
  const [decimal, hexadecimal] = [Number(text), Number.parseInt(text, 16)];
  if (!/^\d+$/.test(text)) return hexadecimal;
  if (decimal !== hexadecimal && hexadecimal <= max)
    throw cliErrors.error('cli.id-ambiguous', { option, value: text, decimal: hex(decimal) });
  return decimal;
}

const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})Z?)?$/;

/** An option's UTC date and time, to the second. Errors: cli.date-invalid. */
export function dateOf(args: Arguments, name: string): Date | undefined {
  const text = args.text(name);
  if (text === undefined) return undefined;
  const [, day, time = '00:00:00'] = DATE.exec(text) ?? [];
  const date = new Date(`${day}T${time}Z`);
  // Some engines read 30 February as 1 or 2 March.
  if (Number.isNaN(date.getTime()) || date.toISOString() !== `${day}T${time}.000Z`)
    throw cliErrors.error('cli.date-invalid', { option: `--${name}`, value: text });
  return date;
}

/** Runs several readers, collects their findings and throws them together. */
export class Attempts {
  readonly #findings: Finding[] = [];

  of<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      this.#findings.push(...error.findings);
      return undefined;
    }
  }

  check(): void {
    if (this.#findings.length > 0) throw new FactoryError(this.#findings);
  }
}
