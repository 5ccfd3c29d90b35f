export { buildSystemOf } from './include';
export { PROJECT } from './machine';
export { posixPath } from './path';
export { runCMake } from './run';
export { type Command, commandsOf } from './text';
export { isUnknown, itemsOf, type Value } from './value';
