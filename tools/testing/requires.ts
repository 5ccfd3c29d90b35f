/** Tests that need what a machine may lack: never skipped in silence, and in CI (CI=true) not at all. */
type Define = (name: string, body: () => void) => void;

/**
 * `describe`, where what the tests need is there. Elsewhere they are skipped and the need is printed; in CI, where
 * everything is installed, that is a failure.
 */
export function requires(isThere: boolean, need: string): Define {
  if (isThere) return (name, body) => describe(name, body);
  return (name) => {
    const text = `"${name}" needs ${need}`;
    if (process.env.CI === 'true') {
      test(name, () => {
        throw new Error(`${text}, and in CI nothing is skipped`);
      });
    } else {
      print(`skipped: ${text}`);
      test.skip(`${name}, which needs ${need}`, () => undefined);
    }
  };
}

/** `test`, on a machine where it can run at all; elsewhere, in CI too, there is no such test, and that is printed. */
export function onlyWhere(isSo: boolean, what: string): Define {
  return isSo ? (name, body) => test(name, body) : (name) => print(`no test "${name}": only where ${what}`);
}

function print(line: string): void {
  process.stderr.write(`${line}\n`);
}
