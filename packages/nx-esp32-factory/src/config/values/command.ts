import { configErrors } from '../../errors';
import { leaf, wrongType } from './leaf';

/** A field with a program and its arguments, run without a shell. */
export function command(what: string) {
  const named = { what, must: 'a list of a program and its arguments, each a text' };
  const shape = { type: 'array', items: { type: 'string' }, minItems: 1 };
  return leaf(named, shape, (value): readonly string[] => {
    if (!Array.isArray(value)) throw wrongType(named, value);
    if (value.length === 0) {
      throw configErrors.error('config.list-length', { what, length: 0, must: 'a program at least' });
    }
    return value.map((argument: unknown, index) => {
      if (typeof argument !== 'string')
        throw wrongType({ ...named, what: `argument ${index} of ${what}` }, argument);
      if (argument === '' && index === 0) throw configErrors.error('config.text-empty', { what });
      if (argument.includes('\0')) {
        throw configErrors.error('config.text-invalid', { what, must: 'text without NUL' });
      }
      return argument;
    });
  });
}
