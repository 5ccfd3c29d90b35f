export { PROJECT } from './machine';
export { posixPath } from './path';
export { buildSystemOf, runCMake } from './run';
export { type Command, commandsOf } from './text';
export { isUnknown, itemsOf, type Value } from './value';
