import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { randomBytes } from 'nvs-core';
import { initErrors } from '../errors';
import { displayPath, writeOutputs } from '../files';
import {
  type App,
  addIgnoreLines,
  Draft,
  diskWorkspace,
  type InitOptions,
  isApp,
  ownCommands,
  setUpApp,
  terminalOf,
  withoutLinks,
} from '../init';
import schema from '../init/schema.json';
import type { Arguments, Command, Option } from './command';
import { exclude, wordOf } from './values';

/** One option of the generator, as its schema has it. */
interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description: string;
  readonly 'x-completion-type'?: string;
}

/** Options that are about Nx, or are spelt in another way here. */
const OTHERS: ReadonlySet<string> = new Set(['project', 'skipFormat', 'skipPackageJson', 'credentials']);
const PROPERTIES = Object.entries(schema.properties as Readonly<Record<string, Property>>).filter(
  ([name]) => !OTHERS.has(name),
);

export const initCommand: Command = {
  usage: '[FOLDER] [options]',
  positionals: ['FOLDER?'],
  options: [
    ...PROPERTIES.map(([name, property]) => optionOf(name, property)),
    {
      name: 'credentials',
      description:
        'for an app that has its config: make its development credentials, where they are missing, with the ids of the config',
    },
    { name: 'no-credentials', description: 'refer to credentials that you add later' },
    { name: 'no-interactive', description: 'ask nothing: use the suggested values' },
    { name: 'dry-run', aliases: ['--dryRun'], description: 'show what would change, and write nothing' },
  ],
  notes: [
    'FOLDER is that of an ESP-Matter app, the one where idf.py runs (default: the current folder). Nothing is written before all of it',
    'is checked. In an Nx workspace, "nx g nx-esp32-factory:init" does the same, and registers the plugin.',
    '',
    '  esp32-factory init light-app --vendor-id 0xFFF1 --product-id 0x8001 --product-name Light',
    '  esp32-factory init light-app --credentials',
    '  esp32-factory init light-app --fix',
  ].join('\n'),
  run: async (args, terminal) => {
    exclude(args, 'credentials', 'no-credentials');
    const options = optionsOf(args);
    const folder = resolve(args.positionals[0] ?? '.');
    const root = rootOf(folder);
    const workspace = diskWorkspace(root);
    const draft = new Draft(workspace);
    const done = await setUpApp(workspace, draft, appIn(folder, root, draft), options, {
      random: randomBytes,
      terminal: args.flag('no-interactive') ? undefined : terminalOf(process),
      commands: ownCommands(root),
      schema: schemaIn(folder, root),
      print: (text) => terminal.out(text),
    });
    addIgnoreLines(draft, done.ignored);
    const changes = draft.changes();
    const isDry = args.flag('dry-run');
    if (!isDry) writeOutputs(draft.outputs(changes), { within: root });
    const written = changes.map(({ path, isNew, secret }) => {
      const mode = secret ? ' (only for you: mode 0600)' : '';
      return `${isNew ? 'CREATE' : 'UPDATE'} ${displayPath(join(root, path))}${mode}`;
    });
    if (written.length > 0) terminal.out(`\n${written.join('\n')}`);
    terminal.out(isDry ? '\nThis was a dry run: nothing was written.' : `\n${done.next}`);
    return 0;
  },
};

function optionOf(name: string, property: Property): Option {
  const kebab = kebabOf(name);
  return {
    name: kebab,
    // As the generator spells it, and messages do.
    ...(kebab === name ? {} : { aliases: [`--${name}`] }),
    ...(property.type === 'boolean' ? {} : { value: placeholderOf(property) }),
    description: property.description,
  };
}

function placeholderOf({ type, enum: names, ...property }: Property): string {
  if (names !== undefined) return names.length > 4 ? 'NAME' : names.join('|');
  const completion = property['x-completion-type'];
  return completion === 'file'
    ? 'FILE'
    : completion === 'directory'
      ? 'FOLDER'
      : type === 'string'
        ? 'TEXT'
        : 'NUMBER';
}

function kebabOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Errors: cli.value-not-allowed. */
function optionsOf(args: Arguments): InitOptions {
  const given = PROPERTIES.flatMap(([name, { type, enum: names }]) => {
    const option = kebabOf(name);
    // Names of chips are checked where those of the config are.
    const value =
      type === 'boolean'
        ? args.flag(option) || undefined
        : names === undefined || name === 'chip'
          ? args.text(option)
          : wordOf(args, option, names);
    return value === undefined ? [] : [[name, value]];
  });
  const credentials = args.flag('credentials') ? true : args.flag('no-credentials') ? false : undefined;
  return { ...Object.fromEntries(given), ...(credentials === undefined ? {} : { credentials }) };
}

/** The repository or workspace that a folder is in, or else the folder: nothing outside of it is changed. */
function rootOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git')) || existsSync(join(at, 'nx.json'))) return at;
    if (dirname(at) === at) return folder;
  }
}

/** Errors: init.not-esp-idf, init.link-outside. */
function appIn(folder: string, root: string, draft: Draft): App {
  const path = withoutLinks(root, relative(root, folder).replaceAll('\\', '/') || '.');
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder || !isApp(draft, path))
    throw initErrors.error('init.not-esp-idf', { root: displayPath(folder), suggestion: undefined });
  return { name: basename(join(root, path)), root: path };
}

/** The JSON Schema of the config, where this package is installed for the app; relative to the workspace. */
function schemaIn(folder: string, root: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'node_modules/nx-esp32-factory/factory.config.schema.json');
    if (existsSync(file)) return relative(root, file).replaceAll('\\', '/');
    if (at === root || dirname(at) === at) return undefined;
  }
}
