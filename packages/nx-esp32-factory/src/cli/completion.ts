/** Scripts that complete command lines in a shell: each has all commands and options, and starts no program. */
import { cliErrors } from '../errors';
import type { Arguments, Command, Option, Terminal } from './command';

/** A command with its name: one word, or two. */
interface Named {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const HELP: Option = { name: 'help', description: 'explain the command' };

const SCRIPTS: Readonly<Record<string, (commands: readonly Named[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function completionCommand(commands: readonly CompletedCommand[]): Command {
  const shells = Object.keys(SCRIPTS);
  return {
    usage: shells.join('|'),
    positionals: ['SHELL'],
    options: [],
    notes: [
      'bash:  esp32-factory completion bash > ~/.local/share/bash-completion/completions/esp32-factory',
      'zsh:   esp32-factory completion zsh > a folder of $fpath/_esp32-factory',
      'fish:  esp32-factory completion fish > ~/.config/fish/completions/esp32-factory.fish',
    ].join('\n'),
    async run({ positionals: [shell = ''] }: Arguments, terminal: Terminal): Promise<number> {
      const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
      if (script === undefined)
        throw cliErrors.error('cli.value-not-allowed', {
          option: 'SHELL',
          value: shell,
          allowed: shells.join(', '),
        });
      const loaded = commands.map(async ({ name, summary, load }) => {
        const { options } = await load();
        return { name, summary, options: [...options.filter(({ hidden }) => hidden !== true), HELP] };
      });
      terminal.out(script(await Promise.all(loaded)).trimEnd());
      return 0;
    },
  };
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const longNames = (options: readonly Option[]) => options.map(({ name }) => `--${name}`);

/** The first words of all commands, and the second words by the first one. */
function wordsOf(commands: readonly Named[]): {
  readonly first: readonly string[];
  readonly second: ReadonlyMap<string, readonly Named[]>;
} {
  const second = new Map<string, Named[]>();
  for (const command of commands) {
    const [first = '', word] = command.name.split(' ');
    if (word !== undefined) second.set(first, [...(second.get(first) ?? []), { ...command, name: word }]);
  }
  return { first: [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))], second };
}

/** Commands of two words first: the first word of one may be a command, too. */
function byLength(commands: readonly Named[]): readonly Named[] {
  return commands.toSorted((a, b) => b.name.split(' ').length - a.name.split(' ').length);
}

function pattern(name: string): string {
  return name.includes(' ') ? `"${name}"` : `"${name} "*`;
}

function bashScript(commands: readonly Named[]): string {
  const { first, second } = wordsOf(commands);
  const groups = [...second].map(
    ([name, rest]) => `      ${name}) words=${quoted(rest.map((one) => one.name).join(' '))} ;;`,
  );
  const options = byLength(commands).map(
    ({ name, options: all }) => `      ${pattern(name)}) words=${quoted(longNames(all).join(' '))} ;;`,
  );
  return `# Completes esp32-factory in bash.
_esp32_factory() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted([...first, '--help', '--version'].join(' '))}
  elif [[ "$current" == -* ]]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${options.join('\n')}
    esac
  elif [ "$COMP_CWORD" -eq 2 ]; then
    case "\${COMP_WORDS[1]}" in
${groups.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _esp32_factory esp32-factory
`;
}

function zshScript(commands: readonly Named[]): string {
  const { first, second } = wordsOf(commands);
  const entry = (name: string, text: string) => quoted(`${name.replaceAll(':', '\\:')}:${text}`);
  const summaryOf = (name: string) =>
    commands.find((one) => one.name === name)?.summary ?? `${second.get(name)?.length ?? 0} commands`;
  const groups = [...second].map(
    ([name, rest]) =>
      `      ${name}) entries=(${rest.map((one) => entry(one.name, one.summary)).join(' ')}) ;;`,
  );
  const options = byLength(commands).map(
    ({ name, options: all }) =>
      `      ${pattern(name)}) entries=(${all.map((one) => entry(`--${one.name}`, one.description)).join(' ')}) ;;`,
  );
  return `#compdef esp32-factory
# Completes esp32-factory in zsh.
_esp32_factory() {
  local -a entries
  if (( CURRENT == 2 )); then
    entries=(${first.map((name) => entry(name, summaryOf(name))).join(' ')})
  elif [[ "\${words[CURRENT]}" == -* ]]; then
    case "\${words[2]} \${words[3]}" in
${options.join('\n')}
    esac
  elif (( CURRENT == 3 )); then
    case "\${words[2]}" in
${groups.join('\n')}
    esac
  fi
  if (( \${#entries} )); then _describe 'esp32-factory' entries; else _files; fi
}
if [ "\${funcstack[1]}" = "_esp32-factory" ]; then _esp32_factory "$@"; else compdef _esp32_factory esp32-factory; fi
`;
}

function fishScript(commands: readonly Named[]): string {
  const { first, second } = wordsOf(commands);
  const line = (condition: string, rest: string) =>
    `complete -c esp32-factory -n ${quoted(condition)} ${rest}`;
  const starts = first.map((name) => {
    const summary = commands.find((one) => one.name === name)?.summary;
    const description = summary === undefined ? '' : ` -d ${fishQuoted(summary)}`;
    return line('__fish_use_subcommand', `-f -a ${name}${description}`);
  });
  const groups = [...second].flatMap(([name, rest]) => {
    const words = rest.map((one) => one.name).join(' ');
    const condition = `__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${words}`;
    return rest.map((one) => line(condition, `-f -a ${one.name} -d ${fishQuoted(one.summary)}`));
  });
  const options = commands.flatMap(({ name, options: all }) => {
    const condition = name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    return all.map((option) => line(condition, fishOption(option)));
  });
  return ['# Completes esp32-factory in fish.', ...starts, ...groups, ...options, ''].join('\n');
}

function fishOption({ name, aliases = [], value, description }: Option): string {
  const short = aliases.map((alias) => (/^-\w$/.test(alias) ? `-s ${alias.slice(1)} ` : '')).join('');
  return `${short}-l ${name} ${value === undefined ? '' : '-r '}-d ${fishQuoted(description)}`;
}

/** In single quotes, fish knows two escapes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
