import type { RandomBytes } from 'nvs-core';
import type { Commands } from './commands';
import type { PromptTerminal } from './questions';

/** What init gets from outside: the generator's, or the command's. */
export interface InitContext {
  readonly random: RandomBytes;
  /** Asks the user, if there is one. */
  readonly terminal: PromptTerminal | undefined;
  readonly commands: Commands;
  /** The JSON Schema of the config, relative to the workspace, if there is one. */
  readonly schema: string | undefined;
  print(text: string): void;
}

export interface AppResult {
  /** The text of the next steps. */
  readonly next: string;
  /** What git must ignore, relative to the workspace: keys of the user, or the folder of all credentials. */
  readonly ignored: readonly string[];
}
