import { configErrors } from '../../errors';
import { kindOf, leaf } from './leaf';

/** A field with one of several names; `numbers` lets the number of a name stand for it too. */
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

/** A field with true or false. */
export function flag(what: string) {
  const must = 'true or false';
  return leaf({ what, must }, { type: 'boolean' }, (value): boolean => {
    if (typeof value === 'boolean') return value;
    throw configErrors.error('config.wrong-type', { what, must, got: kindOf(value) });
  });
}
