export { MATTER_RANGE } from './matter/load';
export { readPasscode } from './passcode';
export { readSubject, readTrust, type SubjectOptions } from './read';
export { type ReadBack, readBack, type ReadBackOptions } from './read-back';
export {
  distinctFindings,
  findingsOf,
  LEVELS,
  type Level,
  type LevelResult,
  type VerifyReport,
} from './report';
export { verify, type VerifyOptions } from './run';
export type { Subject } from './subject';
export { levelLine, verdict } from './text';
