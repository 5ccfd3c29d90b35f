export { sha256 } from './hash';
export { type RandomBytes, randomBytes } from './random';
