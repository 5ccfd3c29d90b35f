import { errorTable, row } from 'nvs-core/errors';

/** Bad usage of the command: exit status 2. */
export const cliErrors = errorTable({
  'cli.unknown-command': row<{ command: string; suggestion: string | undefined }>(
    (p) => `there is no command "${p.command}"`,
    (p) =>
      p.suggestion === undefined
        ? 'esp32-factory --help lists the commands'
        : `did you mean "${p.suggestion}"? esp32-factory --help lists the commands`,
  ),
  'cli.unknown-option': row<{ option: string; suggestion: string | undefined }>(
    (p) => `there is no option ${p.option}`,
    (p) => (p.suggestion === undefined ? 'see --help' : `did you mean ${p.suggestion}?`),
  ),
  'cli.foreign-option': row<{ option: string; tool: string; instead: string }>(
    (p) => `${p.option} is an option of ${p.tool}, not of this command`,
    (p) => p.instead,
  ),
  'cli.option-differs': row<{ option: string; tool: string; there: string; here: string; instead: string }>(
    (p) => `${p.option} is ${p.there} in ${p.tool}, whose command line this is, but ${p.here} here`,
    (p) => p.instead,
  ),
  'cli.value-missing': row<{ option: string; value: string }>(
    (p) => `${p.option} needs a value`,
    (p) => `write ${p.option} ${p.value}`,
  ),
  'cli.value-unexpected': row<{ option: string }>(
    (p) => `${p.option} takes no value`,
    (p) => `write just ${p.option}`,
  ),
  'cli.repeated': row<{ option: string }>(
    (p) => `${p.option} is given twice`,
    () => 'give it once',
  ),
  'cli.positional-missing': row<{ name: string }>(
    (p) => `${p.name} is missing`,
    () => 'see --help for the arguments of the command',
  ),
  'cli.positional-unexpected': row<{ value: string }>(
    (p) => `"${p.value}" is one argument too many`,
    () => 'see --help for the arguments of the command; a value with spaces needs quotes',
  ),
  'cli.number-invalid': row<{ option: string; value: string }>(
    (p) => `${p.option} is "${p.value}", which is not a number`,
    () => 'write it in decimal or as 0x... hexadecimal',
  ),
  'cli.value-not-allowed': row<{ option: string; value: string; allowed: string }>(
    (p) => `${p.option} is "${p.value}"; it must be ${p.allowed}`,
    () => 'see --help',
  ),
  'cli.exclusive': row<{ option: string; other: string }>(
    (p) => `${p.option} and ${p.other} cannot be used together`,
    () => 'give one of them',
  ),
  'cli.required': row<{ option: string; why: string }>(
    (p) => `${p.option} is missing: ${p.why}`,
    () => 'see --help',
  ),
  'cli.passphrase-inline': row<{ option: string }>(
    (p) =>
      `${p.option} takes a reference to the passphrase, not the passphrase: other users can see the command line`,
    (p) => `write ${p.option} env:NAME or ${p.option} file:PATH`,
  ),
  'cli.id-ambiguous': row<{ option: string; value: string; decimal: string }>(
    (p) =>
      `${p.option} is "${p.value}": is that decimal (${p.decimal}), or 0x${p.value}, as chip-cert would read it?`,
    (p) => `write ${p.option} 0x${p.value} or ${p.option} ${p.decimal}`,
  ),
  'cli.date-invalid': row<{ option: string; value: string }>(
    (p) => `${p.option} is "${p.value}", which is not a UTC date`,
    () => 'write it like 2025-04-16 or 2025-04-16T12:00:00Z',
  ),
});
