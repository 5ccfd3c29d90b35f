import { leaf, onlyKeys, wrongType } from './leaf';
import { isRecord } from './record';
import { filePath } from './reference';

/** A folder by reference; its path is as written. */
export interface Folder {
  readonly folder: string;
}

/** A field with {"folder": path}. */
export function folder(what: string) {
  const named = { what, must: '{"folder": path}' };
  const shape = {
    type: 'object',
    properties: {
      folder: {
        type: 'string',
        minLength: 1,
        description: 'Path of a folder, relative to the folder of this config file.',
      },
    },
    required: ['folder'],
    additionalProperties: false,
  };
  return leaf(named, shape, (value): Folder => {
    if (!isRecord(value) || !Object.hasOwn(value, 'folder')) throw wrongType(named, value);
    onlyKeys(value, ['folder']);
    return { folder: filePath(value.folder, 'folder') };
  });
}
