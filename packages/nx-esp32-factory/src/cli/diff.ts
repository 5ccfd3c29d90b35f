import { FactoryError, wipeNvsKeys } from 'nvs-core';
import { printableJson, within } from 'nvs-core/errors';
import { readArgument } from '../files';
import {
  assertComparable,
  diffImages,
  formatChanges,
  type ImageContents,
  readImage,
  readKeyReference,
} from '../inspect';
import type { Command } from './command';
import { printErrors } from './report';

export const diffCommand: Command = {
  usage: 'A B [options]',
  positionals: ['A', 'B'],
  options: [
    { name: 'partition', value: 'LABEL', description: 'partition of a flash dump' },
    {
      name: 'partition-b',
      value: 'LABEL',
      description: 'partition of B, if its label differs from that of A',
    },
    {
      name: 'key',
      aliases: ['--nvs-key', '--hmac-key'],
      value: 'FILE|env:NAME',
      description: 'keys of an encrypted NVS',
    },
    { name: 'key-b', value: 'FILE|env:NAME', description: 'keys of B, if they differ from those of A' },
    { name: 'show-secrets', description: 'show the old and new values of secrets too' },
    { name: 'json', description: 'print the changes as JSON' },
  ],
  notes: 'Exit status: 0 the same keys and values, 1 different, 2 bad usage or an image that cannot be read.',
  run: (args, terminal) => {
    const [fileA = '', fileB = ''] = args.positionals;
    try {
      const a = read(fileA, args.text('partition'), args.text('key'));
      const b = read(
        fileB,
        args.text('partition-b') ?? args.text('partition'),
        args.text('key-b') ?? args.text('key'),
      );
      const changes = diffImages(a, b, { showSecrets: args.flag('show-secrets') });
      const equal = changes.length === 0;
      if (args.flag('json')) terminal.out(printableJson({ equal, changes }));
      else
        terminal.out(equal ? `✔ the same keys and values${sizes(a, b)}` : formatChanges(changes, terminal));
      return equal ? 0 : 1;
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      printErrors(terminal, args.flag('json'), error);
      return 2;
    }
  },
};

/** Errors: those of readImage, and the findings of an image that has nothing to compare. */
function read(file: string, which: string | undefined, key: string | undefined): ImageContents {
  const bytes = readArgument(file);
  const keys = key === undefined ? undefined : readKeyReference(key, process.env);
  let contents: ImageContents;
  try {
    contents = within({ file }, () => readImage(bytes, { keys, which }));
  } finally {
    if (keys !== undefined) wipeNvsKeys(keys);
  }
  return within({ file }, () => {
    assertComparable(contents);
    return contents;
  });
}

function sizes(a: ImageContents, b: ImageContents): string {
  const [sizeA, sizeB] = [a.nvs?.image.length, b.nvs?.image.length];
  return sizeA === sizeB ? '' : `; the sizes differ: ${sizeA ?? 0} and ${sizeB ?? 0} bytes`;
}
