import { xtsFlash } from '../../src/flash-encryption/xts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

// IEEE Std 1619-2007, annex B: vectors 1 and 4, whose data unit number is 0. In flash, the bytes of a unit are reversed.
test.each([
  [
    'vector 1',
    '0000000000000000000000000000000000000000000000000000000000000000',
    new Uint8Array(32),
    '917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e',
  ],
  [
    'vector 4, first 128 bytes',
    '2718281828459045235360287471352631415926535897932384626433832795',
    Uint8Array.from({ length: 128 }, (_, index) => index),
    '27a7479befa1d476489f308cd4cfa6e2a96e4bbe3208ff25287dd3819616e89c' +
      'c78cf7f5e543445f8333d8fa7f56000005279fa5d8b5e4ad40e736ddb4d35412' +
      '328063fd2aab53e5ea1e0a9f332500a5df9487d07a5c92cc512c8866c7e860ce' +
      '93fdf166a24912b422976146ae20ce846bb7dc9ba94a767aaef20c0d61ad0265',
  ],
])('%s', (_name, key, plain, encrypted) => {
  const address = 128 - plain.length;
  const inFlash = plain.toReversed();
  const expected = bytes(encrypted).toReversed();
  expect(xtsFlash(bytes(key), address, inFlash, 'encrypt')).toEqual(expected);
  expect(xtsFlash(bytes(key), address, expected, 'decrypt')).toEqual(inFlash);
});
