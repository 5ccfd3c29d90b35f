export { type BoardReport, flashBoard } from './flash-board';
export type { BoardOptions, BoardPaths } from './options';
export type { Screen } from './screen';
