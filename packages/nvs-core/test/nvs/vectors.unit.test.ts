import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeNvs,
  decryptNvs,
  encodeNvs,
  encryptNvs,
  formatNvsCsv,
  parseNvsCsv,
  toNvsItems,
} from '../../src/nvs';
import images from '../vectors/nvs/images.json';

const folder = join(__dirname, '../vectors/nvs');
const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const bytes = Uint8Array.from({ length: 64 }, (_, index) => 0x40 + index);
const keys = { encryptionKey: bytes.subarray(0, 32), tweakKey: bytes.subarray(32) };
const version = (number: number): 1 | 2 => (number === 1 ? 1 : 2);

describe('images of esp-idf-nvs-partition-gen 0.2.0', () => {
  test.each(images)('$csv, size $size, version $version, encrypted $encrypted', (vector) => {
    const inputs = vector.csv.map((file) => ({ text: read(file), file }));
    const items = parseNvsCsv(inputs, { readFile: read });
    const options = { size: vector.size, version: version(vector.version) };
    const { image } = encodeNvs(items, options);
    const made = vector.encrypted ? encryptNvs(image, keys) : image;
    if (vector.encrypted) expect(Buffer.compare(encodeNvs(items, { ...options, keys }).image, made)).toBe(0);
    expect({ length: made.length, sha256: createHash('sha256').update(made).digest('hex') }).toEqual({
      length: vector.length,
      sha256: vector.sha256,
    });

    const plain = vector.encrypted ? decryptNvs(made, keys) : made;
    const decoded = decodeNvs(plain);
    expect(decoded.findings).toEqual([]);
    const csv = formatNvsCsv(toNvsItems(decoded));
    expect(Buffer.compare(encodeNvs(parseNvsCsv(csv), options).image, image)).toBe(0);
  });

  test('the images that are stored in full', () => {
    const items = parseNvsCsv(read('encodings.csv'), { readFile: read });
    const { image } = encodeNvs(items, { size: 0x1000 });
    expect(image).toEqual(read('encodings_0x1000.bin'));
    expect(encryptNvs(image, keys)).toEqual(read('encodings_0x1000_enc.bin'));
  });

  test('every file is used', () => {
    const used = ['README.md', 'images.json', 'content.hex', 'content.txt', 'encodings_0x1000.bin'];
    const csvs = images.flatMap(({ csv }) => csv);
    expect(new Set([...used, 'encodings_0x1000_enc.bin', ...csvs])).toEqual(new Set(readdirSync(folder)));
  });
});
