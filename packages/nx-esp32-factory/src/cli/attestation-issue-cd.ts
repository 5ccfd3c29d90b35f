/** Issues Certification Declarations as chip-cert's gen-cd of the Matter SDK does. */
import {
  assertKeyBelongs,
  type CdOptions,
  CERTIFICATION_TYPES,
  type Certificate,
  cdSignerOf,
  checkDeclaration,
  describeCredential,
  type Finding,
  findCdSigner,
  issueCertificationDeclaration,
  keyIdOf,
  keySigner,
  type ParsedCd,
  parseCertificate,
  type Signer,
  testCdKey,
} from 'nvs-core';
import { fromHex } from 'nvs-core/bytes';
import { within } from 'nvs-core/errors';
import { cliErrors, issueErrors } from '../errors';
import { withNumber } from './attestation-findings';
import {
  certificateOf,
  idOf,
  parseId,
  passphraseOption,
  privateKeyOf,
  publicKeyOf,
  readCredentialFile,
} from './attestation-inputs';
import { certifiedKey, givenSignerOf, SIGNER_OPTIONS } from './attestation-keys';
import { assertOutputs, OUT_OPTION, writeIssued } from './attestation-output';
import { alsoCalled, FORMAT_VERSION_OPTION, genCdFindings } from './chip-cert';
import { type Arguments, type Command, JSON_OPTION } from './command';
import { choiceOf, exclude, numberOf } from './values';

export const issueCdCommand: Command = {
  usage:
    '--out FILE --vendor-id N --product-id N... --device-type-id N --certificate-id TEXT (--test-key | --key FILE | --signer PROGRAM [ARGS...]) [options]',
  positionals: [],
  options: [
    { name: 'vendor-id', aliases: ['-V'], value: 'N', description: 'vendor id of the product' },
    {
      name: 'product-id',
      aliases: ['-p'],
      value: 'N',
      list: true,
      description: 'product ids, 1 to 100 of them',
    },
    {
      name: 'device-type-id',
      aliases: ['-d'],
      value: 'N',
      description: 'primary device type, such as 0x0101',
    },
    {
      name: 'certificate-id',
      aliases: ['-c'],
      value: 'TEXT',
      description: 'certificate id of the CSA, 19 characters',
    },
    {
      name: 'security-level',
      aliases: ['-l'],
      value: 'N',
      description: 'security level (default: 0, as the specification requires)',
    },
    {
      name: 'security-information',
      aliases: ['-i', '--security-info'],
      value: 'N',
      description: 'security information (default: 0)',
    },
    {
      name: 'version-number',
      aliases: ['-n'],
      value: 'N',
      description: 'version number of the certification (default: 1)',
    },
    {
      name: 'certification-type',
      aliases: ['-t'],
      value: '0|1|2',
      description: `${CERTIFICATION_TYPES.map((name, type) => `${type} ${name}`).join(', ')} (default: 0)`,
    },
    {
      name: 'dac-origin-vendor-id',
      aliases: ['-o'],
      value: 'N',
      description: 'vendor id of DAC and PAI, if different',
    },
    {
      name: 'dac-origin-product-id',
      aliases: ['-r'],
      value: 'N',
      description: 'product id of the DAC, if different',
    },
    {
      name: 'authorized-paa',
      aliases: ['-a', '--authorized-paa-cert'],
      value: 'CERT|KEYID',
      list: true,
      description:
        'PAAs allowed as the root, at most 10: certificate files, or key ids of 40 hexadecimal digits',
    },
    FORMAT_VERSION_OPTION,
    alsoCalled(OUT_OPTION, '-O'),
    { name: 'force', description: 'replace --out even if it contains a private key' },
    JSON_OPTION,
    {
      name: 'test-key',
      description:
        "sign with the Matter SDK's public test key, which its commissioners know (test vendor ids and type 0 only)",
    },
    { name: 'key', aliases: ['-K'], value: 'FILE', description: 'private key to sign with' },
    passphraseOption('key'),
    {
      name: 'cert',
      aliases: ['-C'],
      value: 'FILE',
      description: 'certificate of that key; its subject key identifier identifies the signer',
    },
    { name: 'public-key', value: 'FILE', description: 'public key of --signer, if it has no certificate' },
    ...SIGNER_OPTIONS,
  ],
  notes:
    "The options of chip-cert's gen-cd mean the same here; its numbers are hexadecimal, and need their 0x where they could be decimal.",
  foreign: genCdFindings,
  run: async (args, terminal) => {
    const options = optionsOf(args);
    assertOutputs(args, false);
    const cert = certificateOf(args, 'cert');
    const signer = signerOf(args, cert);
    if (signer === undefined)
      throw cliErrors.error('cli.required', {
        option: '--test-key',
        why: 'a declaration must be signed, with --test-key, --key or --signer',
      });
    const key = cert === undefined ? undefined : privateKeyOf(args, 'key');
    if (cert !== undefined && key !== undefined)
      assertKeyBelongs(cert, key, 'certificate of the CD signing key');
    const keyId = cert?.skid ?? keyIdOf(signer.publicKey);
    const declaration = await issueCertificationDeclaration(options, signer, keyId);
    const given = cert === undefined ? [] : [cdSignerOf(cert)];
    const description = describeCredential({ kind: 'certification declaration', declaration }, given);
    const isKnown = findCdSigner(keyId, []) !== undefined;
    const refusals = refusalsOf(declaration);
    const said = 'attestation.cd-signer-unknown';
    const findings = args.flag('json') ? refusals : refusals.filter(({ code }) => code !== said);
    return writeIssued(args, terminal, {
      der: declaration.der,
      label: 'CMS',
      description,
      findings,
      notes: isKnown
        ? []
        : [
            'Commissioners of the Matter SDK do not know this signer, and report 601 (--test-key signs for development)',
          ],
    });
  },
};

/** Why commissioners would refuse the declaration, as warnings. */
function refusalsOf(declaration: ParsedCd): Finding[] {
  return checkDeclaration(declaration).map((one) => ({ ...withNumber(one), severity: 'warning' }));
}

function signerOf(args: Arguments, cert: Certificate | undefined): Signer | undefined {
  for (const other of ['key', 'cert', 'public-key', 'signer']) exclude(args, 'test-key', other);
  if (args.flag('test-key')) return keySigner(testCdKey());
  return givenSignerOf(
    args,
    () => (cert === undefined ? publicKeyOf(args, 'public-key') : certifiedKey(cert)),
    '--cert or --public-key',
  );
}

const MAX_DEVICE_TYPE = 0xffffffff;

function optionsOf(args: Arguments): CdOptions {
  const missing = ['vendor-id', 'product-id', 'device-type-id', 'certificate-id'].find(
    (name) => !args.flag(name),
  );
  if (missing !== undefined)
    throw cliErrors.error('cli.required', { option: `--${missing}`, why: 'a declaration contains it' });
  choiceOf(args, 'format-version', [1]);
  const paas = args.list('authorized-paa');
  const fields = {
    securityLevel: idOf(args, 'security-level'),
    securityInformation: idOf(args, 'security-information'),
    dacOriginVendorId: idOf(args, 'dac-origin-vendor-id'),
    dacOriginProductId: idOf(args, 'dac-origin-product-id'),
    authorizedPaaList: paas?.map(keyIdFor),
  };
  return {
    vendorId: idOf(args, 'vendor-id') ?? 0,
    productIds: (args.list('product-id') ?? []).map((text) => parseId(text, '--product-id')),
    deviceTypeId: idOf(args, 'device-type-id', MAX_DEVICE_TYPE) ?? 0,
    certificateId: args.text('certificate-id') ?? '',
    versionNumber: idOf(args, 'version-number') ?? 1,
    certificationType: numberOf(args, 'certification-type') ?? 0,
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  };
}

function keyIdFor(text: string): Uint8Array {
  if (/^([0-9a-f]{2}:?){20}$/i.test(text)) return fromHex(text.replaceAll(':', ''));
  return within({ file: text, field: '--authorized-paa' }, () => {
    const { skid } = parseCertificate(readCredentialFile(text));
    if (skid === undefined) throw issueErrors.error('issue.no-key-id', { what: 'PAA' });
    return skid;
  });
}
