export { readPasscode } from './passcode';
export { readSubject, readTrust, type SubjectOptions } from './read';
export { readBack } from './read-back';
export { findingsOf, LEVELS, type Level, type LevelResult, type VerifyReport } from './report';
export { verify } from './run';
export { levelReporter, verdict } from './text';
