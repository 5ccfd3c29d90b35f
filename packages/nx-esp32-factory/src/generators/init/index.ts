import { createRequire } from 'node:module';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { devkitMissing, hasDevkit } from './devkit';

type Generator = typeof import('./generator');
type InitOptions = Parameters<Generator['default']>[1];

/** Loaded here, not by init(): Nx removes its transpiler before it runs a generator from sources. */
const generator: Generator | undefined = hasDevkit(__filename)
  ? createRequire(__filename)('./generator')
  : undefined;

/** Runs the generator if @nx/devkit, which it imports, is installed. Errors: init.devkit-missing. */
export default async function init(tree: Tree, options: InitOptions): Promise<GeneratorCallback | undefined> {
  if (generator === undefined) throw devkitMissing(tree.root);
  return generator.default(tree, options);
}
