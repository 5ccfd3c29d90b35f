import { type Definition, type Fields, labelOf, type Problem } from './definition';
import { MAX } from './limits';
import { shortened } from './values';

/**
 * Gives presets what they inherit: own fields win over those of parents, and earlier parents over later ones. Each preset
 * is resolved once. Presets with a parent that cannot be read are undefined.
 */
export function inheriting(
  definitions: ReadonlyMap<string, Definition>,
  problem: Problem,
): (definition: Definition) => Fields | undefined {
  const known = new Map<Definition, Fields | undefined>();
  const open = new Set<Definition>();

  const inherit = (definition: Definition): Fields | undefined => {
    if (known.has(definition)) return known.get(definition);
    open.add(definition);
    const fields = merged(definition);
    open.delete(definition);
    known.set(definition, fields);
    return fields;
  };
  const merged = (definition: Definition): Fields | undefined => {
    const fail = (reason: string) => {
      problem(labelOf(definition), reason, definition.where);
      return undefined;
    };
    const environment = new Map(definition.environment);
    const cacheVariables = new Map(definition.cacheVariables);
    let { binaryDir, condition } = definition;
    for (const name of definition.inherits) {
      const parent = definitions.get(name);
      if (parent === undefined || !definition.file.reachable.has(parent.file.path)) {
        return fail(
          `it inherits from "${shortened(name)}", which is not a preset of its file or of one that this includes`,
        );
      }
      if (open.has(parent)) return fail(`it inherits from "${shortened(name)}", which inherits from it`);
      const fields = inherit(parent);
      if (fields === undefined) return fail(`it inherits from "${shortened(name)}", which is not read`);
      addMissing(environment, fields.environment);
      addMissing(cacheVariables, fields.cacheVariables);
      binaryDir ??= fields.binaryDir;
      if (condition === undefined) condition = fields.condition ?? undefined;
    }
    if (Math.max(environment.size, cacheVariables.size) > MAX.variables) {
      return fail(`it has more than ${MAX.variables} variables`);
    }
    return { binaryDir, environment, cacheVariables, condition: condition ?? null };
  };
  return inherit;
}

function addMissing<T>(to: Map<string, T>, from: ReadonlyMap<string, T>): void {
  for (const [name, value] of from) if (!to.has(name)) to.set(name, value);
}
