export { MATTER_RANGE } from './matter/load';
export { readPasscode } from './passcode';
export { readSubject, readTrust, type SubjectOptions } from './read';
export { type ReadBack, type ReadBackOptions, readBack } from './read-back';
export {
  findingsOf,
  LEVELS,
  type Level,
  type LevelResult,
  type VerifyReport,
} from './report';
export { type VerifyOptions, verify } from './run';
export type { Subject } from './subject';
export { levelLine, levelReporter, verdict } from './text';
