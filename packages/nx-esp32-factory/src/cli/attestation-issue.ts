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
import { genAttCertFindings, TYPE_OPTION } from './chip-cert';
import { type Arguments, type Command, JSON_OPTION, type Option, type Terminal } from './command';

const NO_PRODUCT = (option: Option) => option.name !== 'product-id';
const NO_IDS = (option: Option) => !ID_OPTIONS.includes(option);
const SELF_SIGNED = '[--key FILE | --public-key FILE --signer PROGRAM [ARGS...]]';
const ISSUED = '--ca-cert FILE (--ca-key FILE | --signer PROGRAM [ARGS...])';

export const issuePaaCommand: Command = selfSigned({
  type: 'a',
  isOption: NO_PRODUCT,
  issue: (args, signer) =>
    issuePaa({ ...validityOf(args), ...namesOf(args, { commonName: 'Matter PAA' }), signer }),
});

export const issueCdSignerCommand: Command = selfSigned({
  isOption: NO_IDS,
  issue: (args, signer) =>
    issueCdSignerCertificate({
      ...validityOf(args),
      ...namesOf(args, { commonName: 'Certification Declaration Signing Key' }),
      signer,
    }),
});

function selfSigned({
  type,
  isOption,
  issue,
}: {
  /** That of chip-cert's gen-att-cert. */
  readonly type?: 'a';
  readonly isOption: (option: Option) => boolean;
  readonly issue: (args: Arguments, signer: Signer) => Promise<Certificate>;
}): Command {
  return {
    usage: `--out FILE ${SELF_SIGNED} [options]`,
    positionals: [],
    options: [
      ...[...NAME_OPTIONS, ...ID_OPTIONS, ...VALIDITY_OPTIONS].filter(isOption),
      ...OUTPUT_OPTIONS,
      JSON_OPTION,
      ...(type === undefined ? [] : [TYPE_OPTION]),
      ...OWN_KEY_OPTIONS,
    ],
    ...(type === undefined ? {} : { foreign: (argv) => genAttCertFindings(type, argv) }),
    run: async (args, terminal) => {
      const { signer, newKey } = ownSignerOf(args);
      assertOutputs(args, newKey !== undefined);
      return writeCertificate(args, terminal, await issue(args, signer), newKey);
    },
  };
}

export const issuePaiCommand: Command = {
  usage: `--out FILE ${ISSUED} [options]`,
  positionals: [],
  options: [
    ...NAME_OPTIONS,
    ...ID_OPTIONS,
    ...VALIDITY_OPTIONS,
    ...SUBJECT_KEY_OPTIONS,
    ...OUTPUT_OPTIONS,
    JSON_OPTION,
    TYPE_OPTION,
    ...ISSUER_OPTIONS,
  ],
  foreign: (argv) => genAttCertFindings('i', argv),
  run: async (args, terminal) => {
    const { issuer: paa, newKey, ...options } = issuedOf(args, 'PAA', 'Matter PAI');
    const vendorId = required('vendor-id', options.vendorId);
    return writeCertificate(args, terminal, await issuePai({ ...options, vendorId, paa }), newKey);
  },
};

export const issueDacCommand: Command = {
  usage: `--out FILE ${ISSUED} [options]`,
  positionals: [],
  options: issuePaiCommand.options,
  foreign: (argv) => genAttCertFindings('d', argv),
  run: async (args, terminal) => {
    const { issuer: pai, newKey, ...options } = issuedOf(args, 'PAI', 'Matter DAC');
    const vendorId = required('vendor-id', options.vendorId);
    const productId = required('product-id', options.productId);
    const certificate = await issueDac({ ...options, vendorId, productId, pai });
    return writeCertificate(args, terminal, certificate, newKey);
  },
};

export const createCsrCommand: Command = {
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

/** The options of a certificate that `by` issues. */
function issuedOf(args: Arguments, by: 'PAA' | 'PAI', commonName: string) {
  const issuer = issuerOf(args, by);
  const { publicKey, newKey, request } = subjectKeyOf(args);
  assertOutputs(args, newKey !== undefined);
  const names = namesOf(args, { commonName, request, issuer: issuer.certificate });
  return { ...validityOf(args), ...names, issuer, publicKey, newKey };
}

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
