/** Command lines of the Matter SDK's chip-cert (src/tools/chip-cert), as people paste them after "attestation issue-...". */
import type { Finding } from 'nvs-core';
import { oneOf } from 'nvs-core/errors';
import { cliErrors } from '../errors';
import type { Option } from './command';
import { foreignFindings, writtenOptions } from './foreign-options';

const TOOL = 'chip-cert';
const NO_ERRORS = 'leave it out: nothing malformed is issued here';
const ERRORS = [
  { names: ['-I', '--ignore-error'], instead: NO_ERRORS },
  { names: ['-E', '--error-type'], instead: NO_ERRORS },
];

/** The commands here of each of its commands. */
export const CHIP_CERT_COMMANDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['gen-cd', ['attestation issue-cd']],
  ['gen-att-cert', ['attestation issue-paa', 'attestation issue-pai', 'attestation issue-dac']],
  ['validate-att-cert', ['attestation check']],
  ['print-cert', ['attestation show']],
  ['print-cd', ['attestation show']],
]);

/** An option of a command here under the names that it has in chip-cert. */
export function alsoCalled(option: Option, ...names: readonly string[]): Option {
  return { ...option, aliases: [...(option.aliases ?? []), ...names] };
}

/** The options of gen-cd that have no place in issue-cd. */
export const genCdFindings = (argv: readonly string[]): readonly Finding[] =>
  foreignFindings(TOOL, ERRORS, writtenOptions(argv));

/** The only version of a declaration's format. */
export const FORMAT_VERSION_OPTION: Option = {
  name: 'format-version',
  aliases: ['-f'],
  value: '1',
  hidden: true,
  description: 'version of the format: 1, as every declaration has',
};

/** --type of gen-att-cert: each certificate is a command of its own here. */
export const TYPE_OPTION: Option = {
  name: 'type',
  aliases: ['-t'],
  value: 'a|i|d',
  hidden: true,
  description: 'what the command issues',
};
/** --vid-pid-as-cn of gen-att-cert. */
export const IDS_AS_CN_OPTION: Option = {
  name: 'vid-pid-as-cn',
  aliases: ['-a'],
  hidden: true,
  description: 'as --subject-ids common-name',
};

const TYPES: Readonly<Record<string, string>> = { a: 'issue-paa', i: 'issue-pai', d: 'issue-dac' };

/** The options of gen-att-cert that have no place in a command, which issues one type. */
export function genAttCertFindings(type: 'a' | 'i' | 'd', argv: readonly string[]): readonly Finding[] {
  const written = writtenOptions(argv);
  const crlIssuer = {
    names: ['-L', '--crl-issuer-cert'],
    instead: 'leave it out: the revocation list must be signed by the issuer of the certificate',
  };
  const other = written.find(({ name, value }) => (name === '-t' || name === '--type') && value !== type);
  const commands = Object.entries(TYPES).map(([letter, command]) => `${letter}: ${command}`);
  return [
    ...(other === undefined
      ? []
      : [
          cliErrors.finding('cli.foreign-option', {
            option: other.name,
            tool: TOOL,
            instead: TYPES[other.value]
              ? `write "esp32-factory attestation ${TYPES[other.value]}" for type ${other.value}`
              : `each type is a command of its own: ${oneOf(commands)}`,
          }),
        ]),
    ...foreignFindings(TOOL, [crlIssuer, ...ERRORS], written),
  ];
}

/** The options of validate-att-cert that have no place in "attestation check". */
export const validateAttCertFindings = (argv: readonly string[]): readonly Finding[] =>
  foreignFindings(
    TOOL,
    [{ names: ['-a', '--paa'], instead: 'put the PAA into a folder, and write --paa-dir FOLDER' }],
    writtenOptions(argv),
  );
