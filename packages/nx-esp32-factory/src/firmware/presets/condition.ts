/** Conditions of presets (CMake manual, cmake-presets(7), "Condition"). */
import type { Definition, Fields } from './definition';
import { MAX } from './limits';
import { expanding } from './macros';
import { isObject } from './values';

/** Whether a preset can be used; also if its condition is not known. */
export function isEnabled(
  sourceDir: string,
  definition: Definition,
  { environment, condition }: Fields,
): boolean {
  // Where the project is in the build is not known.
  const expand = expanding(sourceDir, definition, environment, () => undefined);
  const textOf = (text: unknown) => (typeof text === 'string' ? expand(text).value : undefined);
  return condition === null || isTrue(condition, textOf, 0) !== false;
}

/** Whether a condition holds ("Condition"); undefined if that is not known. */
function isTrue(
  condition: unknown,
  textOf: (text: unknown) => string | undefined,
  depth: number,
): boolean | undefined {
  if (typeof condition === 'boolean') return condition;
  if (!isObject(condition) || depth > MAX.depth) return undefined;
  const { type, value, lhs, rhs, string, list, conditions } = condition;
  const isEqual = (a: unknown, b: unknown) => {
    const [left, right] = [textOf(a), textOf(b)];
    return left === undefined || right === undefined ? undefined : left === right;
  };
  const within = (one: unknown) => isTrue(one, textOf, depth + 1);
  switch (type) {
    case 'const':
      return typeof value === 'boolean' ? value : undefined;
    case 'equals':
      return isEqual(lhs, rhs);
    case 'notEquals':
      return not(isEqual(lhs, rhs));
    case 'inList':
      return some(list, (one) => isEqual(string, one));
    case 'notInList':
      return not(some(list, (one) => isEqual(string, one)));
    case 'anyOf':
      return some(conditions, within);
    case 'allOf':
      return not(some(conditions, (one) => not(within(one))));
    case 'not':
      return not(within(condition.condition));
    default:
      return undefined;
  }
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

/** Whether one of a list is true; undefined if that is not known. */
function some(list: unknown, isOne: (one: unknown) => boolean | undefined): boolean | undefined {
  if (!Array.isArray(list) || list.length > MAX.items) return undefined;
  const values = list.map(isOne);
  return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
}
