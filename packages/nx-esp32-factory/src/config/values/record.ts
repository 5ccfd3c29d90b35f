export type JsonRecord = Readonly<Record<string, unknown>>;

export type JsonSchema = JsonRecord;

export function isRecord(value: unknown): value is JsonRecord {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** Objects that represent one value: a variant replaces them whole and never merges them. */
export const VALUE_KEYS = [
  'file',
  'env',
  'folder',
  'hex',
  'base64',
  'random',
  'dynamic',
  'generate',
] as const;

export function isValueObject(value: unknown): value is JsonRecord {
  return isRecord(value) && VALUE_KEYS.some((key) => Object.hasOwn(value, key));
}
