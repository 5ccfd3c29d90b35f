import { FactoryError, type Finding, formatFindings } from 'nvs-core';
import { removeStaleFolders } from '../flash';

/** Whether to print colours. Nx pipes the output of tasks, and sets FORCE_COLOR if it goes to a terminal. */
export function hasColour(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return FORCE_COLOR === undefined ? process.stdout.isTTY === true : FORCE_COLOR !== '0';
}

/** Prints findings to standard error, if there are any. */
export function printFindings(findings: readonly Finding[]): void {
  if (findings.length > 0) console.error(formatFindings(findings, { colour: hasColour() }));
}

/** The result of an executor; its input's errors are printed. */
export async function resultOf(
  work: () => Promise<boolean>,
  print: (findings: readonly Finding[]) => void = printFindings,
): Promise<{ success: boolean }> {
  removeStaleFolders();
  try {
    return { success: await work() };
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    print(error.findings);
    return { success: false };
  }
}

/** Passes on the output of another program. A stream that fails must not stop a device half-way: that text is lost. */
export function passOn(stream: NodeJS.WriteStream, text: string): void {
  const ignore = () => {};
  stream.once('error', ignore);
  try {
    // The event of a failure comes after the callback.
    stream.write(text, (error) => {
      if (!error) stream.off('error', ignore);
    });
  } catch {
    // Files are written synchronously.
  }
}
