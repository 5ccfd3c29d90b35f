/** The blocks of a CMake text: conditions, loops, and the bodies of functions and macros. */
import { isSdkconfig } from './machine';
import { type Argument, type Command, commandsOf } from './text';

export type Node =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'if'; readonly branches: readonly Branch[] }
  | {
      readonly kind: 'foreach' | 'while' | 'function' | 'macro' | 'block';
      readonly command: Command;
      readonly body: readonly Node[];
    };

export interface Branch {
  /** Undefined for else(). */
  readonly condition: readonly Argument[] | undefined;
  readonly line: number;
  readonly body: readonly Node[];
}

export interface Tree {
  readonly nodes: readonly Node[];
  /** The line of a block that does not fit, where reading stopped. */
  readonly brokenAt?: number;
}

/** More blocks in one another are not those of a project. */
const DEPTH_MAX = 64;

const BLOCKS = new Set(['foreach', 'while', 'function', 'macro', 'block']);

/** The tree of a text, up to the first block that does not fit. */
export function treeOf(text: string): Tree {
  const nodes: Node[] = [];
  const open: { readonly name: string; readonly line: number; body: Node[]; branches?: Branch[] }[] = [];
  let body = nodes;
  const commands = commandsOf(text);
  for (;;) {
    const { value: command, done } = commands.next();
    if (done === true) {
      const brokenAt = command ?? open[0]?.line;
      return brokenAt === undefined ? { nodes } : { nodes, brokenAt };
    }
    const { name, args, line } = command;
    const last = open.at(-1);
    if (name === 'if') {
      const branches: Branch[] = [];
      body.push({ kind: 'if', branches });
      body = [];
      branches.push({ condition: args, line, body });
      open.push({ name, line, body, branches });
    } else if (name === 'elseif' || name === 'else') {
      if (last?.branches === undefined) return { nodes, brokenAt: line };
      body = [];
      last.branches.push({ condition: name === 'else' ? undefined : args, line, body });
    } else if (BLOCKS.has(name)) {
      const inner: Node[] = [];
      body.push({ kind: name as 'foreach', command, body: inner });
      open.push({ name, line, body: inner });
      body = inner;
    } else if (name.startsWith('end') && (name === 'endif' || BLOCKS.has(name.slice(3)))) {
      if (last === undefined || name !== `end${last.name}`) return { nodes, brokenAt: line };
      open.pop();
      body = bodyOf(open.at(-1)) ?? nodes;
    } else body.push({ kind: 'command', command });
    if (open.length > DEPTH_MAX) return { nodes, brokenAt: line };
  }
}

function bodyOf(
  block: { readonly body: Node[]; readonly branches?: readonly Branch[] } | undefined,
): Node[] | undefined {
  const branch = block?.branches?.at(-1);
  return branch === undefined ? block?.body : (branch.body as Node[]);
}

/** Whether commands name the sdkconfig files, or include files of the project that may. */
export function choosesSdkconfig(nodes: readonly Node[]): boolean {
  return nodes.some((node) => {
    if (node.kind === 'if') return node.branches.some(({ body }) => choosesSdkconfig(body));
    if (node.kind !== 'command') return choosesSdkconfig(node.body);
    const { name, args } = node.command;
    const [first, second] = args.map(({ text }) => text);
    if (name === 'include') return /\.cmake"?$/.test(first ?? '') && !/^"?\$ENV\{/.test(first ?? '');
    return (
      ['set', 'list', 'string'].includes(name) && [first, second].some((text) => isSdkconfig(text ?? ''))
    );
  });
}
