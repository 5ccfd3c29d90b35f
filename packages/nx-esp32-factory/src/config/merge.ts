import { isRecord, isValueObject, type JsonRecord } from './values/record';

/**
 * What a variant makes of the config that it extends, as RFC 7396 (JSON Merge Patch) has it: objects are merged,
 * lists and values replaced, null takes out. An object that represents one value, such as {"env": NAME}, is a
 * value; so is one whose tag (`scheme`, or the way in which a DAC comes) changes.
 */
export function mergeConfig(base: unknown, variant: unknown): unknown {
  if (!isRecord(variant)) return variant;
  const start = isRecord(base) && !isOther(base, variant) ? base : {};
  const merged = new Map<string, unknown>(Object.entries(start));
  for (const [key, value] of Object.entries(variant)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergeConfig(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function isOther(base: JsonRecord, variant: JsonRecord): boolean {
  if ([base, variant].some(isValueObject)) return true;
  if (Object.hasOwn(variant, 'scheme')) return base.scheme !== variant.scheme;
  const ways = ['issue', 'certificate'];
  return ways.some((way, index) => Object.hasOwn(variant, way) && Object.hasOwn(base, ways[1 - index] ?? ''));
}
