import { utf8 } from '../../src/bytes';
import { nvsCrc32 } from '../../src/bytes/nvs-crc32';

const counting = (length: number) => Uint8Array.from({ length }, (_, index) => index);

describe('nvsCrc32, as Python computes zlib.crc32(data, 0xFFFFFFFF)', () => {
  test.each([
    ['nothing', new Uint8Array(0), 0xffffffff],
    ['the check string', utf8('123456789'), 0xd202d277],
    ['the longest that is computed here', counting(64), 0x9a7c5245],
    ['the shortest that is passed to zlib', counting(65), 0xa2f26750],
    ['every byte', counting(256), 0xdb6cf6d4],
  ])('%s', (_what, data, sum) => {
    expect(nvsCrc32(data)).toBe(sum);
    expect(nvsCrc32(Buffer.concat([Buffer.alloc(1), data]).subarray(1))).toBe(sum);
  });
});
