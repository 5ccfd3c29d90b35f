/** A signer's output without what it was given in confidence. */

/** Names of options and variables whose values must not appear in a log. */
const SECRET_NAME = /pin|pass|pwd|secret|token|credential|auth|key/i;
const SHORTEST = 4;
/** Values of variables with other names, unless they are paths. */
const SHORTEST_OF_OTHERS = 8;
/** Attributes of a PKCS#11 URI (RFC 7512, section 2.4) with a PIN, or the place of one. */
const PIN_ATTRIBUTE = /pin-(?:value|source)=([^;&?\s"']*)/gi;
const HIDDEN = '***';

/**
 * A program's output without the secrets in its arguments (--pin 1234, --pin=1234, -passin pass:1234, a PKCS#11 URI)
 * and environment, in any usual spelling; `isCut` for output whose beginning is missing.
 */
export function redact(
  text: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  { isCut = false } = {},
): string {
  const secrets = [...new Set([...secretsOfArguments(args), ...secretsOfVariables(env)].flatMap(spellingsOf))]
    .filter((secret) => secret.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  const whole = isCut ? withoutTail(text, secrets) : text;
  return secrets
    .reduce((cleaned, secret) => cleaned.replaceAll(secret, HIDDEN), whole)
    .replace(
      PIN_ATTRIBUTE,
      (attribute, value: string) => attribute.slice(0, -value.length || undefined) + HIDDEN,
    );
}

function secretsOfArguments(args: readonly string[]): string[] {
  return args.flatMap((argument, index): string[] => {
    const pins = [...argument.matchAll(PIN_ATTRIBUTE)].map(([, value = '']) => value);
    const [name = '', ...value] = argument.split('=');
    if (name.startsWith('-') && value.length > 0)
      return SECRET_NAME.test(name) ? [...pins, ...withoutScheme(value.join('='))] : pins;
    const option = args[index - 1] ?? '';
    const isValue = option.startsWith('-') && (SECRET_NAME.test(option) || option === '-p');
    return isValue ? [...pins, ...withoutScheme(argument)] : pins;
  });
}

/** "pass:1234" of OpenSSL is the password 1234. */
function withoutScheme(value: string): string[] {
  const [, inner] = /^(?:pass|pin):(.+)$/s.exec(value) ?? [];
  return inner === undefined ? [value] : [value, inner];
}

function secretsOfVariables(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    const pins = [...value.matchAll(PIN_ATTRIBUTE)].map(([, pin = '']) => pin);
    const isSecret = SECRET_NAME.test(name) || (value.length >= SHORTEST_OF_OTHERS && !/[/\\]/.test(value));
    return isSecret ? [...pins, value, ...value.split(/\r?\n/)] : pins;
  });
}

/** A secret as it is, in a URI, out of a URI, and in JSON. */
function spellingsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(Buffer.from(secret).toString()),
    decoded(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Output that begins in the middle of a secret, without the rest of that. */
function withoutTail(text: string, secrets: readonly string[]): string {
  const tail = secrets.reduce((longest, secret) => {
    for (let length = secret.length - 1; length > longest; length--)
      if (text.startsWith(secret.slice(-length))) return length;
    return longest;
  }, 0);
  return text.slice(tail);
}
