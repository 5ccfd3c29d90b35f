/** Names of options and variables whose values must not appear in a log. */
const SECRET_NAME = /pin|pass|secret|token|credential|auth|key/i;
const SHORTEST = 4;

/** A program's output without the secrets in its arguments (--pin 1234, --pin=1234) and environment. */
export function redact(text: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const given = args.flatMap((argument, index): string[] => {
    const [name = '', ...value] = argument.split('=');
    if (name.startsWith('-') && value.length > 0) return SECRET_NAME.test(name) ? [value.join('=')] : [];
    const option = args[index - 1] ?? '';
    return option.startsWith('-') && (SECRET_NAME.test(option) || option === '-p') ? [argument] : [];
  });
  const variables = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) ? [value] : [],
  );
  return [...given, ...variables]
    .filter((secret) => secret.length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
    .reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), text);
}
