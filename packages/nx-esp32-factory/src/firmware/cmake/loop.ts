/** Loops over lists (CMake manual, "foreach"). */
import { elementsOf, isUnknown, type Unknown, type Value } from './value';

/** The items that foreach() goes through. */
export function loopItems(
  args: readonly Value[],
  read: (name: string) => Value | undefined,
): readonly string[] | Unknown {
  const words = args.filter((arg): arg is string => !isUnknown(arg));
  if (words.length < args.length) return args.find(isUnknown) as Unknown;
  const [mode] = words;
  if (mode === 'RANGE') return { reason: 'it uses foreach(... RANGE)' };
  if (mode !== 'IN') return words;
  const items: string[] = [];
  let isList = false;
  for (const word of words.slice(1)) {
    if (word === 'ZIP_LISTS') return { reason: 'it uses foreach(... ZIP_LISTS)' };
    if (word === 'LISTS' || word === 'ITEMS') isList = word === 'LISTS';
    else if (isList) {
      const list = read(word) ?? '';
      if (isUnknown(list)) return list;
      for (const item of elementsOf(list)) items.push(item);
    } else items.push(word);
  }
  return items;
}
