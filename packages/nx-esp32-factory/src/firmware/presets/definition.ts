/** A preset as it is written (CMake manual, cmake-presets(7), "Configure Preset"). */
import type { Where } from 'nvs-core';
import { MAX } from './limits';
import { isObject, isText, isTexts, shortened } from './values';

export type Problem = (what: string, reason: string, where: Where) => void;

/** What presets inherit, with macros that are not expanded yet; null is a variable that is not set. */
export interface Fields {
  readonly binaryDir: string | undefined;
  readonly cacheVariables: ReadonlyMap<string, string | null>;
  readonly environment: ReadonlyMap<string, string | null>;
  /** Null if there is none, not even an inherited one. */
  readonly condition: unknown;
}

export interface Definition extends Fields {
  readonly name: string;
  readonly file: PresetFile;
  readonly where: Where;
  readonly hidden: boolean;
  readonly inherits: readonly string[];
}

export interface PresetFile {
  readonly path: string;
  /** Itself and the files that it includes, directly or indirectly: its presets inherit from those of these files. */
  readonly reachable: Set<string>;
}

/** A preset as it is written ("Configure Preset"), or what is wrong with it. */
export function definitionOf(entry: unknown, file: PresetFile, where: Where): Definition | string {
  if (!isObject(entry)) return 'it is not an object';
  const { name, hidden = false, inherits = [], binaryDir = '', condition } = entry;
  const parents = typeof inherits === 'string' ? [inherits] : inherits;
  const environment = variablesOf(entry.environment, textOrNull);
  const cacheVariables = variablesOf(entry.cacheVariables, cacheValueOf);
  const isCondition = condition === undefined || condition === null || typeof condition === 'boolean';
  if (!isText(name)) return 'it has no "name"';
  if (typeof hidden !== 'boolean') return '"hidden" is not true or false';
  if (!isTexts(parents, MAX.parents))
    return `"inherits" is not a name, or a list of up to ${MAX.parents} names`;
  if (typeof binaryDir !== 'string') return '"binaryDir" is not a text';
  if (!isCondition && !isObject(condition)) return '"condition" is not a condition';
  if (environment === undefined) return '"environment" is not an object of texts';
  if (cacheVariables === undefined) return '"cacheVariables" is not an object of texts, true and false';
  return {
    name,
    file,
    where,
    hidden,
    inherits: parents,
    binaryDir: binaryDir === '' ? undefined : binaryDir,
    environment,
    cacheVariables,
    condition,
  };
}

/** Variables with their values; undefined if one has a value that `textOf` does not know. */
function variablesOf(
  value: unknown = {},
  textOf: (value: unknown) => string | null | undefined,
): Map<string, string | null> | undefined {
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (entries === undefined || entries.length > MAX.variables) return undefined;
  const variables = new Map<string, string | null>();
  for (const [name, one] of entries) {
    const text = textOf(one);
    if (text === undefined) return undefined;
    variables.set(name, text);
  }
  return variables;
}

function textOrNull(value: unknown): string | null | undefined {
  return typeof value === 'string' || value === null ? value : undefined;
}

/** A text, true or false, as it is or in the field `value` of an object; or null. */
function cacheValueOf(value: unknown): string | null | undefined {
  const plain = isObject(value) ? (value.value ?? undefined) : value;
  return typeof plain === 'boolean' ? String(plain).toUpperCase() : textOrNull(plain);
}

export function labelOf({ name, file }: Definition): string {
  return `preset "${shortened(name)}" of ${file.path}`;
}
