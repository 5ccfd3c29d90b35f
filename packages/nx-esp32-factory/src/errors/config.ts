import { errorTable, nearest, oneOf, row } from 'nvs-core/errors';

/** Values of secrets stay out of every parameter here: `got` is a kind of value, never the value itself. */
export const configErrors = errorTable({
  'config.syntax': row<{ problem: string }>(
    (p) => `the file is not valid JSON: ${p.problem}`,
    () => 'correct the text at this line; comments and trailing commas are allowed',
  ),
  'config.not-utf8': row(
    () => 'the file is not UTF-8 text',
    () => 'save it as UTF-8; UTF-16 and Latin-1 are not supported',
  ),
  'config.too-large': row<{ length: number; limit: number }>(
    (p) => `the config is ${p.length} bytes long; at most ${p.limit} are read`,
    () => 'put large values in separate files and refer to them with {"file": path}',
  ),
  'config.too-deep': row<{ limit: number }>(
    (p) => `objects and lists are nested more than ${p.limit} deep`,
    () => 'is this a factory config? none of its values is nested like that',
  ),
  'config.duplicate-key': row<{ key: string; firstLine: number }>(
    (p) => `the key "${p.key}" appears twice in one object, first on line ${p.firstLine}`,
    () => 'keep one of them: JSON does not define which one is used',
  ),
  'config.unknown-key': row<{ key: string; known: readonly string[]; renamed?: string }>(
    (p) => `"${p.key}" is not a field here`,
    (p) => {
      if (p.renamed !== undefined) return `it is now "${p.renamed}"`;
      const guess = nearest(p.key, p.known);
      return guess === undefined ? `the fields here are ${p.known.join(', ')}` : `did you mean "${guess}"?`;
    },
  ),
  'config.missing': row<{ what: string; must: string }>(
    (p) => `${p.what} is missing`,
    (p) => `give ${p.must}`,
  ),
  'config.wrong-type': row<{ what: string; got: string; must: string }>(
    (p) => `${p.what} is ${p.got}; it must be ${p.must}`,
    (p) => `write ${p.must}`,
  ),
  'config.path-for-reference': row<{ what: string; forms: string }>(
    (p) => `${p.what} is plain text; a file or an environment variable is named in an object`,
    (p) => `write ${p.forms}`,
  ),
  'config.not-one-of': row<{ what: string; got: string; allowed: readonly (string | number)[] }>(
    (p) => `${p.what} is "${p.got}"; it must be ${oneOf(p.allowed)}`,
    (p) => {
      const guess = nearest(p.got, p.allowed.map(String));
      return guess === undefined ? 'choose one of these' : `did you mean "${guess}"?`;
    },
  ),
  'config.not-an-integer': row<{ what: string; must: string }>(
    (p) => `${p.what} is not ${p.must}`,
    () => 'write digits, or "0x" and hexadecimal digits in quotes; no fraction, exponent or leading zero',
  ),
  'config.not-a-number': row<{ what: string }>(
    (p) => `${p.what} is not a number`,
    () => 'write a decimal number such as -1.5e-3, or "nan", "inf" or "-inf" in quotes',
  ),
  'config.unsafe-integer': row<{ what: string }>(
    (p) => `${p.what} is too large for an exact JSON number`,
    () => 'write it in quotes, as decimal digits or as "0x" and hexadecimal digits',
  ),
  'config.out-of-range': row<{ what: string; value?: string; range: string; why?: string }>(
    (p) => `${p.what} is ${p.value ?? 'out of range'}; it must be ${p.range}`,
    (p) => p.why ?? 'was a decimal number meant as hexadecimal, or the reverse?',
  ),
  'config.text-empty': row<{ what: string }>(
    (p) => `${p.what} is empty`,
    () => 'give at least one character, or leave the field out',
  ),
  'config.text-too-long': row<{ what: string; length: number; limit: number }>(
    (p) => `${p.what} is ${p.length} bytes long in UTF-8; the device can store at most ${p.limit}`,
    (p) => `shorten it by ${p.length - p.limit} or more; letters with accents take two or more bytes`,
  ),
  'config.text-invalid': row<{ what: string; must: string }>(
    (p) => `${p.what} is not ${p.must}`,
    (p) => `write ${p.must}`,
  ),
  'config.bytes-invalid': row<{ what: string; encoding: string; problem: string }>(
    (p) => `${p.what} is not ${p.encoding}: ${p.problem}`,
    (p) => `write ${p.encoding} without spaces or line breaks`,
  ),
  'config.bytes-length': row<{ what: string; length: number; must: string }>(
    (p) => `${p.what} is ${p.length} bytes long; it must be ${p.must}`,
    () => 'is part of it missing, or is it a different value?',
  ),
  'config.list-length': row<{ what: string; length: number; must: string }>(
    (p) => `${p.what} has ${p.length} elements; it must have ${p.must}`,
    () => 'leave the field out if there is nothing to list',
  ),
  'config.duplicate': row<{ what: string; first: string }>(
    (p) => `${p.what} is already given by ${p.first}`,
    () => 'keep one of them',
  ),
  'config.needs': row<{ what: string; needs: string }>(
    (p) => `${p.what} requires ${p.needs}`,
    (p) => `add ${p.needs}, or remove ${p.what}`,
  ),
  'config.conflict': row<{ what: string; other: string; why: string }>(
    (p) => `${p.what} and ${p.other} cannot be used together: ${p.why}`,
    (p) => `remove ${p.what} or ${p.other}`,
  ),
  'config.read-only-needed': row<{ size: number }>(
    (p) => `a partition of ${p.size} bytes mounts read-only, but "readOnly" is not true`,
    () => 'set "readOnly": true (and the readonly flag in partitions.csv), or make it 0x3000 or larger',
  ),
  'config.extends-cycle': row<{ chain: readonly string[] }>(
    (p) => `"extends" forms a cycle: ${p.chain.join(' → ')}`,
    () => 'remove "extends" from one of these files',
  ),
  'config.env-unset': row<{ name: string }>(
    (p) => `the environment variable ${p.name} is not set`,
    (p) => `set ${p.name} in the environment of this run, or name another variable`,
  ),
  'config.env-empty': row<{ name: string }>(
    (p) => `the environment variable ${p.name} is set, but empty`,
    (p) => `give ${p.name} a value; a CI secret is empty in jobs without access to it`,
  ),
  'config.content-empty': row<{ what: string }>(
    (p) => `${p.what} is empty`,
    () => 'was it written at all, or is it the wrong file?',
  ),
  'config.content-not-text': row<{ what: string }>(
    (p) => `${p.what} is not UTF-8 text, or has control characters`,
    () => 'this field takes one line of text; is it a binary file, or the wrong one?',
  ),
  'config.unknown-override': row<{ name: string; known: readonly string[] }>(
    (p) => `there is no option ${p.name}`,
    (p) => {
      const guess = nearest(p.name, p.known);
      return guess === undefined ? `the options are ${p.known.join(', ')}` : `did you mean ${guess}?`;
    },
  ),
  'config.secret-override': row<{ name: string }>(
    (p) => `${p.name} is a secret, and options end up in shell histories and logs`,
    () => 'write {"env": NAME} or {"file": path} in the config, and put the secret there',
  ),
});
