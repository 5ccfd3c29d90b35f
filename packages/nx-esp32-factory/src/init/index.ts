export { type AppResult, type InitContext, setUpApp } from './app';
export { type App, isApp, withoutLinks } from './app-folder';
export { CONFIG_FILE, type Commands, nxCommands, ownCommands } from './commands';
export { Draft } from './draft';
export { addIgnoreLines } from './ignore';
export type { InitOptions } from './options';
export { type PromptTerminal, terminalOf } from './questions';
export { diskWorkspace, type Workspace } from './workspace';
