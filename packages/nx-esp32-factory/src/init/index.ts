export { type AppResult, type InitContext, setUpApp } from './app';
export { type App, isApp } from './app-folder';
export { CONFIG_FILE, type Commands, nxCommands, ownCommands } from './commands';
export { Draft } from './draft';
export { addIgnoreLines } from './ignore';
export { withoutLinks } from './links';
export type { InitOptions } from './options';
export { type PromptTerminal, terminalOf } from './questions';
export { diskWorkspace, type Workspace } from './workspace';
