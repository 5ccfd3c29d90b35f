import { configErrors } from '../../errors';
import { checkRange, parseInteger } from './integer';
import { kindOf, leaf } from './leaf';

/** A field with one of several names. */
export function oneOfNames<const N extends string>(what: string, names: readonly N[]) {
  const must = `one of ${names.join(', ')}`;
  return leaf({ what, must }, { enum: [...names] }, (value): N => {
    if (typeof value !== 'string') {
      throw configErrors.error('config.wrong-type', { what, must, got: kindOf(value) });
    }
    const found = names.find((name) => name === value);
    if (found === undefined)
      throw configErrors.error('config.not-one-of', { what, got: value, allowed: names });
    return found;
  });
}

/** A field with a number that has a name: either may be written. */
export function numbered(what: string, names: readonly string[]) {
  const numbers = names.map((_, number) => number);
  const must = `one of ${names.join(', ')}, or its number`;
  const why = names.map((name, number) => `${number} is ${name}`).join(', ');
  return leaf({ what, must }, { enum: [...names, ...numbers] }, (value): number => {
    const index = typeof value === 'string' ? names.indexOf(value) : -1;
    if (index >= 0) return index;
    if (typeof value === 'string' && !/^[0-9]/.test(value)) {
      throw configErrors.error('config.not-one-of', { what, got: value, allowed: names });
    }
    return Number(checkRange(parseInteger(value, what), { what, min: 0, max: names.length - 1, why }));
  });
}

/** A field with true or false. */
export function flag(what: string) {
  const must = 'true or false';
  return leaf({ what, must }, { type: 'boolean' }, (value): boolean => {
    if (typeof value === 'boolean') return value;
    throw configErrors.error('config.wrong-type', { what, must, got: kindOf(value) });
  });
}
