/** Issues certificates as the Matter SDK's chip-cert gen-att-cert does, and creates certificate requests. */
import {
  type Certificate,
  createCertificateRequest,
  describeCredential,
  issueCdSignerCertificate,
  issueDac,
  issuePaa,
  issuePai,
  type Signer,
} from 'nvs-core';
import { cliErrors } from '../errors';
import { JSON_OPTION } from './attestation-inputs';
import {
  ISSUER_OPTIONS,
  issuerOf,
  OWN_KEY_OPTIONS,
  ownSignerOf,
  SUBJECT_KEY_OPTIONS,
  subjectKeyOf,
} from './attestation-keys';
import { assertOutputs, OUTPUT_OPTIONS, writeIssued } from './attestation-output';
import { ID_OPTIONS, NAME_OPTIONS, namesOf, VALIDITY_OPTIONS, validityOf } from './attestation-subject';
import type { Arguments, Command, Option, Terminal } from './command';

const NO_PRODUCT = (option: Option) => option.name !== 'product-id';
const NO_IDS = (option: Option) => !ID_OPTIONS.includes(option);
const SELF_SIGNED = '[--key FILE | --public-key FILE --signer PROGRAM [ARGS...]]';
const ISSUED = '--ca-cert FILE (--ca-key FILE | --signer PROGRAM [ARGS...])';

export const issuePaaCommand: Command = selfSigned({
  summary: 'issue a self-signed root certificate (PAA)',
  isOption: NO_PRODUCT,
  issue: (args, signer) =>
    issuePaa({ ...validityOf(args), ...namesOf(args, { commonName: 'Matter PAA' }), signer }),
});

export const issueCdSignerCommand: Command = selfSigned({
  summary: 'issue the certificate of a key that signs Certification Declarations',
  isOption: NO_IDS,
  issue: (args, signer) =>
    issueCdSignerCertificate({
      ...validityOf(args),
      ...namesOf(args, { commonName: 'Certification Declaration Signing Key' }),
      signer,
    }),
});

function selfSigned({
  summary,
  isOption,
  issue,
}: {
  readonly summary: string;
  readonly isOption: (option: Option) => boolean;
  readonly issue: (args: Arguments, signer: Signer) => Promise<Certificate>;
}): Command {
  return {
    summary,
    usage: `--out FILE ${SELF_SIGNED} [options]`,
    positionals: [],
    options: [
      ...[...NAME_OPTIONS, ...ID_OPTIONS, ...VALIDITY_OPTIONS].filter(isOption),
      ...OUTPUT_OPTIONS,
      JSON_OPTION,
      ...OWN_KEY_OPTIONS,
    ],
    run: async (args, terminal) => {
      const { signer, newKey } = ownSignerOf(args);
      assertOutputs(args, newKey !== undefined);
      return writeCertificate(args, terminal, await issue(args, signer), newKey);
    },
  };
}

export const issuePaiCommand: Command = {
  summary: 'issue an intermediate certificate (PAI) from a PAA',
  usage: `--out FILE ${ISSUED} [options]`,
  positionals: [],
  options: [
    ...NAME_OPTIONS,
    ...ID_OPTIONS,
    ...VALIDITY_OPTIONS,
    ...SUBJECT_KEY_OPTIONS,
    ...OUTPUT_OPTIONS,
    JSON_OPTION,
    ...ISSUER_OPTIONS,
  ],
  run: async (args, terminal) => {
    const paa = issuerOf(args, 'PAA');
    const { publicKey, newKey, request } = subjectKeyOf(args);
    assertOutputs(args, newKey !== undefined);
    const names = namesOf(args, { commonName: 'Matter PAI', request, issuer: paa.certificate });
    const vendorId = required('vendor-id', names.vendorId);
    const certificate = await issuePai({ ...validityOf(args), ...names, vendorId, paa, publicKey });
    return writeCertificate(args, terminal, certificate, newKey);
  },
};

export const issueDacCommand: Command = {
  summary: 'issue a device certificate (DAC) from a PAI',
  usage: `--out FILE ${ISSUED} [options]`,
  positionals: [],
  options: issuePaiCommand.options,
  run: async (args, terminal) => {
    const pai = issuerOf(args, 'PAI');
    const { publicKey, newKey, request } = subjectKeyOf(args);
    assertOutputs(args, newKey !== undefined);
    const names = namesOf(args, { commonName: 'Matter DAC', request, issuer: pai.certificate });
    const vendorId = required('vendor-id', names.vendorId);
    const productId = required('product-id', names.productId);
    const certificate = await issueDac({
      ...validityOf(args),
      ...names,
      vendorId,
      productId,
      pai,
      publicKey,
    });
    return writeCertificate(args, terminal, certificate, newKey);
  },
};

export const createCsrCommand: Command = {
  summary: 'create a certificate request, for a CA to issue the certificate',
  usage: `--out FILE ${SELF_SIGNED} [options]`,
  positionals: [],
  options: [...NAME_OPTIONS, ...ID_OPTIONS, ...OUTPUT_OPTIONS, JSON_OPTION, ...OWN_KEY_OPTIONS],
  notes: 'issue-pai and issue-dac take the request with --csr.',
  run: async (args, terminal) => {
    const { signer, newKey } = ownSignerOf(args);
    assertOutputs(args, newKey !== undefined);
    const request = await createCertificateRequest(
      namesOf(args, { commonName: 'Matter certificate request' }),
      signer,
    );
    const description = describeCredential({ kind: 'certificate request', request });
    return writeIssued(args, terminal, {
      der: request.der,
      label: 'CERTIFICATE REQUEST',
      description,
      newKey,
    });
  },
};

function required(option: string, id: number | undefined): number {
  if (id !== undefined) return id;
  const why = 'neither the issuing certificate nor a request has it';
  throw cliErrors.error('cli.required', { option: `--${option}`, why });
}

function writeCertificate(
  args: Arguments,
  terminal: Terminal,
  certificate: Certificate,
  newKey: Parameters<typeof writeIssued>[2]['newKey'],
): Promise<number> {
  const description = describeCredential({ kind: 'certificate', certificate });
  return writeIssued(args, terminal, { der: certificate.der, label: 'CERTIFICATE', description, newKey });
}
