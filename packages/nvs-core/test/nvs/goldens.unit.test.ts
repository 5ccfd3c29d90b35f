import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectors } from '../../../../tools/testing/vectors';
import {
  decodeKeysPartition,
  decodeNvs,
  decryptNvs,
  deriveHmacKeys,
  encodeKeysPartition,
  encodeNvs,
  encryptNvs,
  formatNvsCsv,
  parseNvsCsv,
  toNvsItems,
} from '../../src/nvs';

const folder = vectors('golden');

const NAME = /^(?<name>.+)_(?<size>0x[0-9a-f]+)(?<v1>_v1)?(?<enc>_enc)?\.bin$/;

describe('goldens of nvs_partition_gen 0.2.0', () => {
  const goldens = ['nvs', 'full'].flatMap((group) =>
    readdirSync(join(folder, group)).flatMap((file) => {
      const { name = '', size = '', v1, enc } = NAME.exec(file)?.groups ?? {};
      if (name === '') return [];
      return [{ file: `${group}/${file}`, csv: `${group}/${name}.csv`, size: Number(size), v1, enc }];
    }),
  );
  const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
  const keys = decodeKeysPartition(read('keys.bin'));

  test('there are goldens', () => expect(goldens.length).toBeGreaterThan(30));

  test.each(goldens)('$file', ({ file, csv, size, v1, enc }) => {
    const items = parseNvsCsv({ text: read(csv), file: csv }, { readFile: read });
    const options = { size, version: v1 === undefined ? 2 : 1 } as const;
    const { image } = encodeNvs(items, options);
    const decoded = decodeNvs(image);
    expect(decoded.findings).toEqual([]);
    const again = encodeNvs(parseNvsCsv(formatNvsCsv(toNvsItems(decoded))), options).image;
    expect(Buffer.compare(again, image)).toBe(0);
    const golden = read(file);
    if (enc === undefined) {
      expect(Buffer.compare(image, golden)).toBe(0);
      return;
    }
    expect(Buffer.compare(encryptNvs(image, keys), golden)).toBe(0);
    expect(Buffer.compare(decryptNvs(golden, keys), image)).toBe(0);
  });

  test('keys partitions', () => {
    expect(encodeKeysPartition(decodeKeysPartition(read('keys.bin')))).toEqual(read('keys.bin'));
    expect(encodeKeysPartition(deriveHmacKeys(read('hmac_key.bin')))).toEqual(read('hmac_derived_keys.bin'));
  });
});
