/** The code blocks of the guide. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');
export const GUIDE = readFileSync(join(ROOT, 'docs/guide/factory-data.md'), 'utf8');

export function blocks(language: string): string[] {
  return [...GUIDE.matchAll(/^```(\w+)\n(.*?)^```/gms)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );
}

/** The arguments of each line that runs a program. */
export function commandsOf(program: 'esp32-factory' | 'nx'): string[][] {
  const lines = blocks('console')
    .join('\n')
    .matchAll(/^\$ npx (\S+) (.*)/gm);
  return [...lines].flatMap(([, name, args = '']) => (name === program ? [args.split(' ')] : []));
}
