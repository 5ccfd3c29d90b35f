/** The start of an installed command: its code, and where what is compiled of it is kept. */
import { basename, dirname, join } from 'node:path';
import { CompiledCode } from './compiled-code';

/** Runs the command line, and sets the exit status. */
export function start(argv: readonly string[]): void {
  const root = dirname(__dirname);
  const code = new CompiledCode({ root, folder: folderOf(dirname(root), process.env) });
  const { main } = code.load(join(__dirname, 'main.js')) as typeof import('./main');
  main(argv, { onCommand: (name) => code.use(name) });
  process.on('exit', (status) => {
    if (status === 0) code.save();
  });
}

/** node_modules/.cache beside the package; none where it is not installed, or where the user or a measurement wants none. */
function folderOf(
  packageFolder: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const modules = dirname(packageFolder);
  const isWanted = env.NODE_DISABLE_COMPILE_CACHE !== '1' && env.NODE_V8_COVERAGE === undefined;
  if (!isWanted || basename(modules) !== 'node_modules') return undefined;
  return join(modules, '.cache', 'nx-esp32-factory', 'compiled');
}
