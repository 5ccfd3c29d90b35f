import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const DOCS = resolve(__dirname, '../../../docs');

/** The text of a fenced code block of a page in docs/, by the name after its language: "```sh sign.sh". */
export function codeBlock(page: string, name: string): string {
  const blocks = [...readFileSync(join(DOCS, page), 'utf8').matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)];
  const [block, ...more] = blocks.filter(([, title]) => title === name);
  if (block === undefined || more.length > 0)
    throw new Error(`docs/${page} must have one code block named ${name}, has ${blocks.length} named ones`);
  return block[2] ?? '';
}

/** The commands in a block of shell lines, each split into words; words are plain or in double quotes. */
export function commandsOf(block: string): string[][] {
  return block
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''));
}
