/** Whether to print colours. Nx pipes the output of tasks, and sets FORCE_COLOR if it goes to a terminal. */
export function hasColour(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return FORCE_COLOR === undefined ? process.stdout.isTTY === true : FORCE_COLOR !== '0';
}

/** Passes on the output of another program. A stream that fails must not stop a device half-way: that text is lost. */
export function passOn(stream: NodeJS.WriteStream, text: string): void {
  const ignore = () => {};
  stream.once('error', ignore);
  try {
    stream.write(text, () => stream.off('error', ignore));
  } catch {
    // Files are written synchronously.
  }
}
