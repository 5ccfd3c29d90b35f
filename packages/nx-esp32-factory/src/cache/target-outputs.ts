/** The outputs of a target as Nx 20 to 24 resolve them. */
import { posix } from 'node:path';
import { UNKNOWN } from './glob';

/** The properties of a target that decide what Nx stores of it. */
export interface OutputTarget {
  readonly outputs?: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly configurations?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A project and one of its targets. */
export interface NamedTarget {
  readonly projectRoot: string;
  readonly projectName: string;
  readonly name: string;
  readonly target: OutputTarget;
}

/** One output as it is written, and as a path or a pattern from the root of the workspace ("" for the root). */
export interface ResolvedOutput {
  readonly written: string;
  readonly path: string;
  readonly isNegated: boolean;
}

/** The outputs of a target, one list for its options and one for each of its configurations. */
export function resolveOutputs(named: NamedTarget): ResolvedOutput[][] {
  const { options = {}, configurations = {} } = named.target;
  return [{}, ...Object.values(configurations)].map((configured) =>
    outputsWith({ ...options, ...configured }, named),
  );
}

function outputsWith(options: Readonly<Record<string, unknown>>, named: NamedTarget): ResolvedOutput[] {
  const { outputs } = named.target;
  if (!Array.isArray(outputs)) return implicitOutputs(options, named).map((path) => resolved(path, path));
  return outputs.flatMap((written) => {
    const path = interpolate(String(written), options, named);
    return path === undefined ? [] : [resolved(String(written), path)];
  });
}

/** What Nx stores of a target without "outputs": its outputPath, or the usual folders of "build" and "prepare". */
function implicitOutputs(
  { outputPath }: Readonly<Record<string, unknown>>,
  { name, projectRoot: root }: NamedTarget,
): readonly string[] {
  if (Array.isArray(outputPath)) return outputPath.map(String);
  if (typeof outputPath === 'string' && outputPath !== '') return [outputPath];
  return ['build', 'prepare'].includes(name)
    ? [`dist/${root}`, `${root}/dist`, `${root}/build`, `${root}/public`]
    : [];
}

function resolved(written: string, text: string): ResolvedOutput {
  const isNegated = text.startsWith('!');
  // Nx joins even an absolute path to the root of the workspace.
  const path = posix.join('/', isNegated ? text.slice(1) : text);
  return { written, path: path.replace(/^\/|\/$/g, ''), isNegated };
}

/** Replaces tokens from the inside out; undefined if Nx leaves the output out because one has no value. */
function interpolate(
  output: string,
  options: Readonly<Record<string, unknown>>,
  named: NamedTarget,
): string | undefined {
  let text = output;
  for (let round = 0; round < 10; round++) {
    let isLeftOut = false;
    const next = text.replace(/\{([^{},]+)\}/g, (_, token: string) => {
      const value = tokenValue(token, options, named);
      isLeftOut ||= value === undefined;
      return value ?? '';
    });
    if (isLeftOut) return undefined;
    if (next === text) break;
    text = next;
  }
  return text;
}

/** The value of a token, or of its alternatives after "??"; UNKNOWN for one that only Nx knows. */
function tokenValue(
  token: string,
  options: Readonly<Record<string, unknown>>,
  { projectRoot, projectName }: NamedTarget,
): string | undefined {
  for (const [index, part] of token.split('??').entries()) {
    const [first = '', ...rest] = part.trim().split('.');
    if (first === 'workspaceRoot') return '';
    if (first === 'projectRoot') return projectRoot === '.' ? '' : projectRoot;
    if (first === 'projectName') return projectName;
    if (first === 'options') {
      const value = at(options, rest);
      if (value !== undefined) return value;
    } else {
      // A literal can only be an alternative.
      return index > 0 && !['project', 'env'].includes(first) ? part.trim() : UNKNOWN;
    }
  }
  return undefined;
}

function at(options: unknown, path: readonly string[]): string | undefined {
  let value = options;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  if (value === undefined || value === null || value === '' || value === false) return undefined;
  return typeof value === 'object' && !Array.isArray(value) ? UNKNOWN : String(value);
}
