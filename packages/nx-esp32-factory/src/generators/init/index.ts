import type { GeneratorCallback, Tree } from '@nx/devkit';
import { assertDevkit } from './devkit';
import type initGenerator from './generator';

type InitOptions = Parameters<typeof initGenerator>[1];

/** Runs the generator if @nx/devkit, which it imports, is installed. Errors: init.devkit-missing. */
export default async function init(tree: Tree, options: InitOptions): Promise<GeneratorCallback | undefined> {
  assertDevkit(tree.root);
  const generator = await import('./generator');
  return generator.default(tree, options);
}
