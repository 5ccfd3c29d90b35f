import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectors } from '../../../../tools/testing/vectors';
import { decodeSecureCert, encodeSecureCert, secureCertContents } from '../../src/secure-cert';

const golden = vectors('golden');

describe('esp-matter-mfg-tool --dac-in-secure-cert', () => {
  const read = (name: string) => Uint8Array.from(readFileSync(join(golden, name)));

  test('the same bytes, then blank flash', () => {
    const expected = read('secure-cert/dac-in-secure-cert.bin');
    const contents = {
      dac: read('creds/dac_cert.der'),
      pai: read('creds/pai_cert.der'),
      privateKey: { form: 'sec1', der: read('creds/dac_key.der') },
    } as const;
    expect(encodeSecureCert(contents, { pad: false })).toEqual(expected);
    const padded = encodeSecureCert(contents);
    expect(padded.subarray(0, expected.length)).toEqual(expected);
    expect(padded.subarray(expected.length).every((byte) => byte === 0xff)).toBe(true);
    const { tlvs, findings } = decodeSecureCert(expected);
    expect(findings).toEqual([]);
    expect(secureCertContents(tlvs)).toEqual(contents);
  });
});
