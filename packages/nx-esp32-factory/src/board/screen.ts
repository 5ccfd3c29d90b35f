import type { Finding } from 'nvs-core';

/** Where the progress of a board is shown. */
export interface Screen {
  /** One or more lines. */
  print(text: string): void;
  /** Warnings. */
  warn(findings: readonly Finding[]): void;
  /** Output of esptool and espefuse as it arrives, in any pieces. */
  pass(text: string): void;
}
