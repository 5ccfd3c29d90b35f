export { DEFAULT_TIMEOUT_SECONDS, type ProgramSignerOptions, programSigner } from './program';
