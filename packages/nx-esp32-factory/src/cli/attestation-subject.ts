/** Options for the names, ids and validity of certificates and requests. */
import {
  type Certificate,
  type CertificateRequest,
  fillCommonName,
  type NameOptions,
  optionInvalid,
  randomBytes,
} from 'nvs-core';
import { cliErrors } from '../errors';
import { dateOf, idOf } from './attestation-inputs';
import { IDS_AS_CN_OPTION } from './chip-cert';
import type { Arguments, Option } from './command';
import { exclude, numberOf, wordOf } from './values';

const MAX_DAYS = 36525;
/** The lifetime that means "no well-defined expiry" to the Matter SDK's chip-cert. */
const FOREVER = 0xffffffff;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

export const NAME_OPTIONS: readonly Option[] = [
  {
    name: 'common-name',
    aliases: ['-c', '--subject-cn'],
    value: 'TEXT',
    description: 'common name; {vendorId}, {productId} and {serialNumber} (of --serial-num) are filled in',
  },
  { name: 'organization', value: 'TEXT', description: 'organization of the subject' },
  { name: 'serial-num', value: 'TEXT', description: 'serial number of the device, for --common-name' },
];

export const ID_OPTIONS: readonly Option[] = [
  {
    name: 'vendor-id',
    aliases: ['-V', '--subject-vid'],
    value: 'N',
    description: 'vendor id of the subject, such as 0xFFF1',
  },
  {
    name: 'product-id',
    aliases: ['-P', '--subject-pid'],
    value: 'N',
    description: 'product id of the subject',
  },
  {
    name: 'subject-ids',
    value: 'attributes|common-name',
    description:
      'vendor and product id as separate attributes (the default), or as Mvid: and Mpid: in the common name',
  },
  IDS_AS_CN_OPTION,
];

export const VALIDITY_OPTIONS: readonly Option[] = [
  {
    name: 'valid-from',
    aliases: ['-f'],
    value: 'DATE',
    description: 'start of validity, UTC (default: now)',
  },
  {
    name: 'valid-days',
    aliases: ['-l', '--lifetime'],
    value: 'N',
    description: 'days of validity (default: no well-defined expiry)',
  },
  {
    name: 'cert-serial',
    value: 'HEX',
    description: 'serial number of the certificate, 8 to 20 bytes (default: random)',
  },
  { name: 'crl-uri', aliases: ['-x', '--cdp-uri'], value: 'URI', description: 'URI of its revocation list' },
];

/** Defaults for options that are not given. */
export interface NameDefaults {
  readonly commonName: string;
  /** Its names and ids override those of the issuer. */
  readonly request?: CertificateRequest | undefined;
  /** Its ids are used if neither an option nor the request has them. */
  readonly issuer?: Certificate;
}

/** The subject names that the options give. Errors: cli.number-invalid, cli.value-not-allowed, attestation.issue-option-invalid. */
export function namesOf(args: Arguments, { commonName, request, issuer }: NameDefaults): NameOptions {
  const requested = request === undefined ? {} : namesOfRequest(request);
  const vendorId = idOf(args, 'vendor-id') ?? requested.vendorId ?? issuer?.ids.vendorId;
  const productId = idOf(args, 'product-id') ?? requested.productId ?? issuer?.ids.productId;
  const organization = args.text('organization') ?? requested.organization;
  const template = args.text('common-name') ?? requested.commonName ?? commonName;
  const serialNumber = args.text('serial-num');
  return {
    commonName: fillCommonName(template, { vendorId, productId, serialNumber }),
    ...(organization === undefined ? {} : { organization }),
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(productId === undefined ? {} : { productId }),
    idEncoding: idEncodingOf(args) ?? requested.idEncoding ?? 'attributes',
  };
}

function namesOfRequest({ subject, ids }: CertificateRequest): Partial<NameOptions> {
  if (ids.problem !== undefined) throw optionInvalid('csr', ids.problem);
  const text = (name: string) => subject.attributes.find((attribute) => attribute.name === name)?.text;
  const commonName = text('CN')
    ?.split(/M[vp]id:[0-9A-F]{4}/)
    .map((part, index, { length }) => (index < length - 1 ? part.trimEnd() : part))
    .join('');
  const organization = text('O');
  return {
    // The common name of a request is not a template.
    ...(commonName === undefined || /[{}]/.test(commonName) ? {} : { commonName }),
    ...(organization === undefined ? {} : { organization }),
    ...(ids.vendorId === undefined ? {} : { vendorId: ids.vendorId }),
    ...(ids.productId === undefined ? {} : { productId: ids.productId }),
    ...(ids.encoding === undefined ? {} : { idEncoding: ids.encoding }),
  };
}

const ID_ENCODINGS = { attributes: 'attributes', 'common-name': 'common name' } as const;

function idEncodingOf(args: Arguments): NameOptions['idEncoding'] {
  exclude(args, 'subject-ids', IDS_AS_CN_OPTION.name);
  if (args.flag(IDS_AS_CN_OPTION.name)) return ID_ENCODINGS['common-name'];
  const word = wordOf(args, 'subject-ids', ['attributes', 'common-name']);
  return word && ID_ENCODINGS[word];
}

export interface Validity {
  readonly random: typeof randomBytes;
  readonly notBefore: Date;
  readonly notAfter?: Date;
  readonly serialNumber?: Uint8Array;
  readonly crlUri?: string;
}

/** The validity and serial number that the options give. Errors: cli.date-invalid, cli.number-invalid, cli.value-not-allowed. */
export function validityOf(args: Arguments): Validity {
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const notBefore = dateOf(args, 'valid-from') ?? now;
  const validDays = numberOf(args, 'valid-days');
  const days = validDays === FOREVER ? undefined : validDays;
  const notAllowed = (option: string, allowed: string) => {
    const value = args.text(option) ?? '';
    return cliErrors.error('cli.value-not-allowed', { option: `--${option}`, value, allowed });
  };
  if (days !== undefined && (days < 1 || days > MAX_DAYS)) throw notAllowed('valid-days', `1 to ${MAX_DAYS}`);
  const serial = args.text('cert-serial')?.replace(/^0x/i, '');
  if (serial !== undefined && !/^([0-9a-f]{2}){8,20}$/i.test(serial))
    throw notAllowed('cert-serial', '16 to 40 hexadecimal digits');
  const crlUri = args.text('crl-uri');
  return {
    random: randomBytes,
    notBefore,
    ...(days === undefined
      ? {}
      : { notAfter: new Date(notBefore.getTime() + days * DAY_MILLISECONDS - 1000) }),
    ...(serial === undefined ? {} : { serialNumber: Uint8Array.from(Buffer.from(serial, 'hex')) }),
    ...(crlUri === undefined ? {} : { crlUri }),
  };
}
