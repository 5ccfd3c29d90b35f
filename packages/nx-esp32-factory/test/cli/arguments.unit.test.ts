import { FactoryError } from 'nvs-core';
import { parseArguments } from '../../src/cli/arguments';
import type { Command } from '../../src/cli/command';

const command: Command = {
  usage: '',
  positionals: ['CONFIG?'],
  options: [
    { name: 'discriminator', aliases: ['-d'], value: 'N', description: '' },
    { name: 'commissioning-flow', aliases: ['-cf'], value: 'N', description: '' },
    { name: 'locales', value: 'TAG', list: true, description: '' },
    { name: 'encrypt', aliases: ['-e'], description: '' },
    { name: 'signer', value: 'PROGRAM', rest: true, description: '' },
  ],
  run: () => 0,
};

const parse = (...argv: string[]) => parseArguments(command, argv);

it('reads long, short and two-letter options, with a space or an equals sign', () => {
  const args = parse('factory.config.json', '-d', '3434', '-cf', '2', '--encrypt');
  expect(args.positionals).toEqual(['factory.config.json']);
  expect(args.text('discriminator')).toBe('3434');
  expect(args.text('commissioning-flow')).toBe('2');
  expect(args.flag('encrypt')).toBe(true);
  expect(parse('--discriminator=0xF00').text('discriminator')).toBe('0xF00');
  expect(parse('--discriminator=a=b').text('discriminator')).toBe('a=b');
});

it('reads lists as argparse does, up to the next option', () => {
  const args = parse('--locales', 'en-US', 'de-DE', '-d', '1');
  expect(args.list('locales')).toEqual(['en-US', 'de-DE']);
  expect(args.text('discriminator')).toBe('1');
  expect(parse('--locales', 'a', '--locales', 'b').list('locales')).toEqual(['a', 'b']);
});

it('takes a negative number for a value, so that the range check can name it', () => {
  expect(parse('-d', '-1').text('discriminator')).toBe('-1');
});

it('leaves all that follows to an option that takes the rest', () => {
  const args = parse('-d', '1', '--signer', 'tool', '--pin', 'env:PIN', '-d', '2', '--', '');
  expect(args.list('signer')).toEqual(['tool', '--pin', 'env:PIN', '-d', '2', '--', '']);
  expect(args.text('discriminator')).toBe('1');
  expect(parse('--signer=tool', '-x').list('signer')).toEqual(['tool', '-x']);
});

it('takes what follows -- as it is', () => {
  expect(parse('--', '--odd-name.json').positionals).toEqual(['--odd-name.json']);
});

it('knows what was not given', () => {
  expect(parse().text('discriminator')).toBeUndefined();
  expect(parse().list('locales')).toBeUndefined();
  expect(parse().flag('encrypt')).toBe(false);
});

it.each([
  [['--discrimnator', '1'], 'cli.unknown-option'],
  [['-x'], 'cli.unknown-option'],
  [['-d'], 'cli.value-missing'],
  [['-d', '-e'], 'cli.value-missing'],
  [['--signer'], 'cli.value-missing'],
  [['--encrypt=yes'], 'cli.value-unexpected'],
  [['-d', '1', '--discriminator', '2'], 'cli.repeated'],
  [['a.json', 'b.json'], 'cli.positional-unexpected'],
])('refuses %j with %s', (argv, code) => {
  expect(() => parse(...argv)).toThrow(FactoryError);
  try {
    parse(...argv);
  } catch (error) {
    expect(error instanceof FactoryError && error.code).toBe(code);
  }
});

it('refuses a missing positional', () => {
  expect(() => parseArguments({ ...command, positionals: ['INPUT...'] }, [])).toThrow(
    'cli.positional-missing',
  );
});
