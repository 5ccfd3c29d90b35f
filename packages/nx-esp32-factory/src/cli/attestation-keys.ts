/** Signers and the keys to certify: key files, external programs, certificate requests, new keys. */
import {
  assertKeyBelongs,
  type Certificate,
  type CertificateRequest,
  generateKey,
  type Issuer,
  keySigner,
  type PrivateKey,
  type PublicKey,
  publicKeyOfRequest,
  randomBytes,
  type Signer,
} from 'nvs-core';
import { cliErrors } from '../errors';
import { DEFAULT_TIMEOUT_SECONDS, programSigner } from '../signer';
import {
  certificateOf,
  passphraseOption,
  privateKeyOf,
  publicKeyOf,
  requestOf,
  requiredText,
} from './attestation-inputs';
import type { Arguments, Option } from './command';
import { exclude, numberOf } from './values';

/** An external signer; --signer comes last, because everything after it belongs to the program. */
export const SIGNER_OPTIONS: readonly Option[] = [
  {
    name: 'signer-timeout',
    value: 'SECONDS',
    description: `how long the program of --signer may take (default: ${DEFAULT_TIMEOUT_SECONDS})`,
  },
  {
    name: 'signer',
    value: 'PROGRAM [ARGS...]',
    rest: true,
    description:
      'program that signs instead of a key file: reads the SHA-256 digest (32 bytes) from standard input, writes the signature (DER, or 64 bytes r and s) to standard output. Must come last: everything after it is passed to the program, without a shell',
  },
];

export const ISSUER_OPTIONS: readonly Option[] = [
  { name: 'ca-cert', aliases: ['-C'], value: 'FILE', description: 'certificate of the issuer' },
  {
    name: 'ca-key',
    aliases: ['-K'],
    value: 'FILE',
    description: 'its private key: SEC 1 or PKCS#8, PEM or DER',
  },
  passphraseOption('ca-key'),
  ...SIGNER_OPTIONS,
];

const KEY_OPTION: Option = {
  name: 'key',
  aliases: ['-k'],
  value: 'FILE',
  description: 'private key to use (default: generate a new key)',
};
const PUBLIC_KEY_OPTION: Option = {
  name: 'public-key',
  value: 'FILE',
  description: 'public key (PEM or DER) of a private key kept elsewhere, such as in a hardware module',
};

/** The key that a certificate is issued for. */
export const SUBJECT_KEY_OPTIONS: readonly Option[] = [
  KEY_OPTION,
  passphraseOption('key'),
  PUBLIC_KEY_OPTION,
  {
    name: 'csr',
    value: 'FILE',
    description:
      'certificate request that gives the key, and names and ids not set by options (its signature is checked)',
  },
];

/** The key of a self-signed certificate or request. */
export const OWN_KEY_OPTIONS: readonly Option[] = [
  KEY_OPTION,
  passphraseOption('key'),
  PUBLIC_KEY_OPTION,
  ...SIGNER_OPTIONS,
];

function externalSigner(args: Arguments, publicKey: PublicKey): Signer | undefined {
  const command = args.list('signer');
  const timeoutSeconds = numberOf(args, 'signer-timeout') ?? DEFAULT_TIMEOUT_SECONDS;
  if (timeoutSeconds < 1 || timeoutSeconds > 3600)
    throw cliErrors.error('cli.value-not-allowed', {
      option: '--signer-timeout',
      value: String(timeoutSeconds),
      allowed: '1 to 3600 seconds',
    });
  return command === undefined ? undefined : programSigner({ command, publicKey, timeoutSeconds });
}

/** The issuing certificate and its signer. Errors: cli.required, cli.exclusive, those of the files. */
export function issuerOf(args: Arguments, subject: 'PAA' | 'PAI'): Issuer {
  exclude(args, 'ca-key', 'signer');
  requiredText(args, 'ca-cert', `the certificate of the ${subject} that issues`);
  if (!args.flag('ca-key') && !args.flag('signer'))
    throw cliErrors.error('cli.required', {
      option: '--ca-key',
      why: `the ${subject} signs with its key, or with --signer`,
    });
  const certificate = certificateOf(args, 'ca-cert') as Certificate;
  const key = privateKeyOf(args, 'ca-key');
  if (key !== undefined)
    return { certificate, signer: keySigner(assertKeyBelongs(certificate, key, subject)) };
  return { certificate, signer: externalSigner(args, certifiedKey(certificate)) as Signer };
}

/** The public key in a certificate. */
export function certifiedKey({ publicKey: { algorithm, data } }: Certificate): PublicKey {
  return { algorithm: algorithm as PublicKey['algorithm'], publicKey: data };
}

/** A key to certify; `newKey` if it was generated and must be written. */
export interface SubjectKey {
  readonly publicKey: PublicKey;
  readonly newKey?: PrivateKey;
  readonly request?: CertificateRequest;
}

/** Errors: cli.exclusive, those of the files and of publicKeyOfRequest. */
export function subjectKeyOf(args: Arguments): SubjectKey {
  exclude(args, 'key', 'public-key', 'csr');
  const request = requestOf(args, 'csr');
  if (request !== undefined) return { publicKey: publicKeyOfRequest(request), request };
  const publicKey = publicKeyOf(args, 'public-key') ?? privateKeyOf(args, 'key');
  if (publicKey !== undefined) return { publicKey };
  const newKey = generateKey(randomBytes);
  return { publicKey: newKey, newKey };
}

/** The signer of a self-signed certificate or request; `newKey` if its key was generated and must be written. */
export interface OwnSigner {
  readonly signer: Signer;
  readonly newKey?: PrivateKey;
}

/** Errors: cli.exclusive, cli.required, those of the files. */
export function ownSignerOf(args: Arguments): OwnSigner {
  const given = givenSignerOf(args, () => publicKeyOf(args, 'public-key'), '--public-key');
  if (given !== undefined) return { signer: given };
  const newKey = generateKey(randomBytes);
  return { signer: keySigner(newKey), newKey };
}

/** The signer given by --key or --signer. Errors: cli.exclusive, cli.required, those of the files. */
export function givenSignerOf(
  args: Arguments,
  publicKeyFor: () => PublicKey | undefined,
  options: string,
): Signer | undefined {
  exclude(args, 'key', 'signer');
  exclude(args, 'key', 'public-key');
  const key = privateKeyOf(args, 'key');
  if (key !== undefined) return keySigner(key);
  const publicKey = publicKeyFor();
  const signer = publicKey === undefined ? undefined : externalSigner(args, publicKey);
  if (signer !== undefined) return signer;
  if (args.flag('signer'))
    throw cliErrors.error('cli.required', {
      option: options,
      why: 'the public key of --signer is part of the signed data',
    });
  if (publicKey !== undefined && args.flag('public-key'))
    throw cliErrors.error('cli.required', {
      option: '--signer',
      why: 'a public key alone cannot sign',
    });
  return undefined;
}
