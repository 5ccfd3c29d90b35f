import {
  type AttestationCheck,
  cdSignerOf,
  checkAttestation,
  formatFindings,
  parseCredential,
} from 'nvs-core';
import { printableJson } from 'nvs-core/errors';
import { fileDate, readArgument } from '../files';
import { readCertificateFolder, readRevocationSet } from '../inputs';
import { withNumber } from './attestation-findings';
import {
  Attempts,
  dateOf,
  idOf,
  passphraseOption,
  privateKeyOf,
  readCredentialFile,
  requiredText,
} from './attestation-inputs';
import { validateAttCertFindings } from './chip-cert';
import { type Arguments, type Command, JSON_OPTION } from './command';

export const checkCommand: Command = {
  usage: '--dac FILE --pai FILE --cd FILE [options]',
  positionals: [],
  options: [
    {
      name: 'dac',
      aliases: ['-d'],
      value: 'FILE',
      description: 'Device Attestation Certificate, PEM or DER',
    },
    {
      name: 'pai',
      aliases: ['-i'],
      value: 'FILE',
      description: 'Product Attestation Intermediate certificate, PEM or DER',
    },
    { name: 'cd', value: 'FILE', description: 'Certification Declaration, DER or PEM' },
    { name: 'dac-key', value: 'FILE', description: 'private key of the DAC, to check that they match' },
    passphraseOption('dac-key'),
    {
      name: 'paa-dir',
      value: 'FOLDER',
      description: 'folder of the root certificates (PAA) that commissioners trust, PEM or DER',
    },
    {
      name: 'cd-signers',
      value: 'FOLDER',
      description:
        "folder of certificates of keys of your own that may sign Certification Declarations (the SDK's commissioners do not know them)",
    },
    {
      name: 'revocation-set',
      value: 'FILE',
      description: "revoked certificates: JSON of the Matter SDK's generate_revocation_set.py",
    },
    { name: 'vendor-id', value: 'N', description: 'vendor id that the device reports' },
    { name: 'product-id', value: 'N', description: 'product id that the device reports' },
    { name: 'at', value: 'DATE', description: 'time of commissioning, UTC (default: now)' },
    JSON_OPTION,
  ],
  notes: [
    'Exit status: 0 a commissioner would accept the device, 1 it would reject it, or accepts it today against the',
    'specification (or a file cannot be read), 2 bad usage. The numbers are those of the Matter SDK.',
  ].join('\n'),
  foreign: validateAttCertFindings,
  run: (args, terminal) => {
    const check = checkAttestation(inputOf(args));
    if (args.flag('json')) terminal.out(printableJson(jsonOf(check)));
    else terminal.out(textOf(check, terminal.colour));
    return check.isAccepted ? 0 : 1;
  },
};

/** Checks usage first, then reads all files and reports their errors together. */
function inputOf(args: Arguments): Parameters<typeof checkAttestation>[0] {
  const [dacFile, paiFile, cdFile] = ['dac', 'pai', 'cd'].map((name) =>
    requiredText(args, name, 'DAC, PAI and Certification Declaration are checked together'),
  ) as [string, string, string];
  const at = dateOf(args, 'at') ?? new Date();
  const [vendorId, productId] = [idOf(args, 'vendor-id'), idOf(args, 'product-id')];
  const [paaFolder, signersFolder] = [args.text('paa-dir'), args.text('cd-signers')];

  const attempts = new Attempts();
  const dac = attempts.of(() => readCredentialFile(dacFile)) ?? new Uint8Array();
  const pai = attempts.of(() => readCredentialFile(paiFile)) ?? new Uint8Array();
  const cd = attempts.of(() => readCredentialFile(cdFile)) ?? new Uint8Array();
  const dacKey = attempts.of(() => privateKeyOf(args, 'dac-key'));
  const certificatesOf = (folder: string | undefined) =>
    folder === undefined ? undefined : attempts.of(() => readCertificateFolder(folder));
  const [paaTrustStore, signers] = [certificatesOf(paaFolder), certificatesOf(signersFolder)];
  const revocationFile = args.text('revocation-set');
  const revocation =
    revocationFile === undefined ? undefined : attempts.of(() => readRevocation(revocationFile));
  attempts.check();
  return {
    dac: parseCredential('dac', dac),
    pai: parseCredential('pai', pai),
    cd: parseCredential('cd', cd),
    dacKey,
    paaTrustStore,
    cdSigners: (signers ?? []).map(cdSignerOf),
    revocation,
    vendorId,
    productId,
    at,
    places: {
      dac: { file: dacFile },
      pai: { file: paiFile },
      cd: { file: cdFile },
      ...(paaFolder === undefined ? {} : { paa: { file: paaFolder } }),
      ...(revocationFile === undefined ? {} : { revocation: { file: revocationFile } }),
      config: { field: '--vendor-id, --product-id' },
    },
  };
}

/** A revocation set with the date of its file. Errors: those of readRevocationSet. */
function readRevocation(path: string) {
  return { set: readRevocationSet(path, readArgument), fileDate: fileDate(path) };
}

function jsonOf({ findings, isAccepted, attestationResult, paa }: AttestationCheck): unknown {
  return {
    isAccepted,
    result: attestationResult ?? null,
    paaKeyId: paa?.skid === undefined ? null : Buffer.from(paa.skid).toString('hex'),
    findings: findings.map(({ result, isStricter = false, ...finding }) => ({
      ...finding,
      isStricter,
      number: result?.number ?? null,
      name: result?.name ?? null,
    })),
  };
}

function textOf({ findings, isAccepted, attestationResult }: AttestationCheck, colour: boolean): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const found = findings.length === 0 ? [] : [formatFindings(findings.map(withNumber), { colour }), ''];
  const verdict = isAccepted
    ? paint(32, '✔ a commissioner would accept this device')
    : paint(31, `✖ ${rejectedText(attestationResult)}`);
  return [...found, verdict].join('\n');
}

function rejectedText(result: AttestationCheck['attestationResult']): string {
  return result === undefined
    ? 'commissioners accept this device today, against the specification: others may reject it'
    : `a commissioner would reject this device: ${result.number} ${result.name}`;
}
