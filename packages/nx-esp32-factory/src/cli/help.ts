import type { Command, Option } from './command';

const WIDTH = 100;

/** The help of one command. */
export function help(name: string, summary: string, command: Command): string {
  const options = command.options.filter(({ hidden }) => hidden !== true);
  const heads = options.map(head);
  const indent = Math.min(34, Math.max(...heads.map((text) => text.length), 0) + 4);
  const lines = options.flatMap((option, index) => {
    const [first = '', ...rest] = wrap(option.description, WIDTH - indent);
    const start = `  ${heads[index] ?? ''}`;
    const pad = ' '.repeat(indent);
    return start.length + 2 > indent
      ? [start, pad + first, ...rest.map((line) => pad + line)]
      : [start.padEnd(indent) + first, ...rest.map((line) => pad + line)];
  });
  return [
    `Usage: esp32-factory ${name} ${command.usage}`,
    '',
    `${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`,
    ...(lines.length === 0 ? [] : ['', 'Options:', ...lines]),
    ...(command.notes === undefined ? [] : ['', command.notes]),
  ].join('\n');
}

function head({ name, aliases = [], value, list }: Option): string {
  const suffix = value === undefined ? '' : ` ${value}${list === true ? '...' : ''}`;
  // Not the same name as the targets spell it: --burnEfuse for --burn-efuse.
  const letters = (text: string) => text.replace(/[-_]/g, '').toLowerCase();
  const others = aliases.filter((alias) => letters(alias) !== letters(name));
  return [...others, `--${name}`].join(', ') + suffix;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
