import { onlyKeys } from './leaf';
import { isRecord } from './record';

/** A value that is generated anew for every image. */
export interface Random {
  readonly random: true;
}

/** A passcode that the firmware makes itself; the image then holds no verifier, and there are no codes. */
export interface Dynamic {
  readonly dynamic: true;
}

/** True for {"random": true}; refuses other keys beside it. */
export function isRandom(value: unknown): boolean {
  return isMarker(value, 'random');
}

/** True for {"dynamic": true}; refuses other keys beside it. */
export function isDynamic(value: unknown): boolean {
  return isMarker(value, 'dynamic');
}

function isMarker(value: unknown, key: string): boolean {
  if (!isRecord(value) || value[key] !== true) return false;
  onlyKeys(value, [key]);
  return true;
}

export function markerShape(key: 'random' | 'dynamic', description: string) {
  return {
    type: 'object',
    description,
    properties: { [key]: { const: true } },
    required: [key],
    additionalProperties: false,
  };
}

export const randomShape = markerShape('random', 'Generated anew for every image.');
