/** Command lines of esp-matter-mfg-tool 1.0 (its sources/cli.py), as people paste them after "image". */
import type { Finding } from 'nvs-core';
import { cliErrors } from '../errors';
import { type ForeignOption, foreignFindings, type WrittenOption, writtenOptions } from './foreign-options';

const TOOL = 'esp-matter-mfg-tool';

const MAX_ID = 0xffff;

const inConfig = (field: string) => `write ${field} in a config file`;
const ISSUE = inConfig('attestation.pai with its certificate and key, and attestation.dac {"issue": {}},');
const SECURE_COMMISSIONING = inConfig(
  '"storage": {"attestation": "secure-cert", "commissioning": "secure-cert"}',
);

/** Options of the tool alone that mean the same here, so that they are accepted: script-flags.ts and image.ts. */
const ACCEPTED = [
  ['-v', '-cd', '--cert-dclrn', '--outdir', '-n', '--count'],
  ['--enable-dynamic-passcode', '--enable-rotating-device-id'],
].flat();

const REFUSED: readonly ForeignOption[] = [
  {
    names: ['-c', '--cert'],
    instead: `with --dac-cert it is --pai-cert; to have a DAC issued by it, ${ISSUE}`,
  },
  { names: ['-k', '--key'], instead: `with --dac-cert leave it out; to have a DAC issued, ${ISSUE}` },
  { names: ['--pai'], instead: `give the PAI as --pai-cert; to have a DAC issued by it, ${ISSUE}` },
  {
    names: ['--paa'],
    instead: `issue a PAI first with "esp32-factory attestation issue-pai", then ${ISSUE}`,
  },
  { names: ['-lt', '--lifetime'], instead: inConfig('attestation.dac.issue.validDays') },
  { names: ['-vf', '--valid-from'], instead: inConfig('attestation.dac.issue.validFrom') },
  { names: ['-cn', '--cn-prefix'], instead: inConfig('attestation.dac.issue.commonName') },
  {
    names: ['--pwd', '--password'],
    instead: inConfig('the passphrase as a reference, attestation.dac.key.passphrase,'),
  },
  { names: ['--salt'], instead: inConfig('commissioning.salt') },
  { names: ['--verifier'], instead: inConfig('commissioning.verifier') },
  { names: ['--commissionable-data-in-secure-cert'], instead: SECURE_COMMISSIONING },
  { names: ['--rd-id-uid-in-secure-cert'], instead: SECURE_COMMISSIONING },
  {
    names: ['--no-secure-cert-bin'],
    instead: 'leave it out: that image is made only with --dac-in-secure-cert',
  },
  { names: ['--csv'], instead: inConfig('your own keys as nvs.extra') },
  { names: ['--mcsv'], instead: inConfig('your own keys as nvs.extra') },
  { names: ['--port'], instead: 'leave it out: making an image needs no device' },
  { names: ['--log-level'], instead: 'leave it out' },
];

const has = (written: readonly WrittenOption[], ...names: readonly string[]) =>
  written.some(({ name }) => names.includes(name));

/** What must change in a command line of the tool; empty for all others. */
export function mfgToolFindings(argv: readonly string[]): readonly Finding[] {
  const written = writtenOptions(argv);
  const refused = foreignFindings(TOOL, REFUSED, written);
  if (refused.length === 0 && !has(written, ...ACCEPTED) && !isLikely(argv, written)) return [];
  return [
    ...refused,
    ...productId(written),
    ...discovery(written),
    ...count(written),
    ...missing(argv, written),
  ];
}

const hasConfig = (argv: readonly string[]) => argv.some((word) => /^[^-].*\.json$/.test(word));

/** The tool needs -p, a number of 16 bits, and has no -d, which is required here. */
function isLikely(argv: readonly string[], written: readonly WrittenOption[]): boolean {
  return (
    !hasConfig(argv) &&
    written.some(({ name, value }) => name === '-p' && Number(value) <= MAX_ID) &&
    has(written, '--vendor-id') &&
    !has(written, '-d', '--discriminator', '--product-id')
  );
}

/** A reference, or a number too large for a product id, can only be a passcode. */
const isPasscode = ({ name, value }: WrittenOption) =>
  name === '--passcode' || (name === '-p' && (/^(env|file):/.test(value) || Number(value) > MAX_ID));

function productId(written: readonly WrittenOption[]): Finding[] {
  if (!written.some((option) => option.name === '-p' && !isPasscode(option))) return [];
  const instead = 'write --product-id, and the passcode as --passcode';
  const params = { option: '-p', tool: TOOL, there: 'the product id', here: 'the passcode', instead };
  return [cliErrors.finding('cli.option-differs', params)];
}

const DISCOVERIES: Readonly<Record<string, string>> = { 2: 'ble', 4: 'on-network', 6: 'ble,on-network' };

/** Its masks are 2, 4 and 6; the Matter SDK's script counts 0, 1 and 2. */
function discovery(written: readonly WrittenOption[]): Finding[] {
  const option = written.find(({ name }) => name === '-dm' || name === '--discovery-mode');
  const mask = Object.keys(DISCOVERIES).find((one) => Number(option?.value) === Number(one));
  if (option === undefined || mask === undefined || option.value.trim() === '') return [];
  const [there = '', here] = [DISCOVERIES[mask], mask === '2' ? 'on-network' : 'nothing'];
  const instead = `write ${option.name} ${there}`;
  const params = { option: `${option.name} ${mask}`, tool: TOOL, there, here, instead };
  return [cliErrors.finding('cli.option-differs', params)];
}

function count(written: readonly WrittenOption[]): Finding[] {
  const option = written.find(({ name }) => name === '-n' || name === '--count');
  if (option === undefined || Number(option.value) === 1) return [];
  const instead = 'run it once for each device: one run makes the image of one device';
  return [cliErrors.finding('cli.foreign-option', { option: option.name, tool: TOOL, instead })];
}

/** What the tool generates when it is not given. */
function missing(argv: readonly string[], written: readonly WrittenOption[]): Finding[] {
  if (hasConfig(argv)) return [];
  const why = `${TOOL} generates one; here`;
  return [
    ...(has(written, '-d', '--discriminator')
      ? []
      : [{ option: '--discriminator', why: `${why} give it, or use a config file` }]),
    ...(has(written, '--enable-dynamic-passcode') || written.some(isPasscode)
      ? []
      : [
          {
            option: '--passcode',
            why: `${why} give it, or write --enable-dynamic-passcode if the firmware makes its own`,
          },
        ]),
  ].map((params) => cliErrors.finding('cli.required', params));
}
