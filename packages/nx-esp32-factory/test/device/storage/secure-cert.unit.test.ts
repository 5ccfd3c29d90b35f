import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeFactoryData, decodeNvs } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { vectors } from '../../../../../tools/testing/vectors';
import { configFromObject } from '../../../src/config';
import { completeInputs } from '../../../src/inputs';
import { makeTestDevice } from '../../make-device';

const GOLDEN = vectors('golden');

describe('esp-matter-mfg-tool --dac-in-secure-cert', () => {
  it('makes the same bytes as a config with its values, apart from the padding', async () => {
    const argv = JSON.parse(readFileSync(join(GOLDEN, 'full/mfg-tool.args.json'), 'utf8')) as string[];
    const value = (...names: readonly string[]) => {
      const at = argv.findIndex((word) => names.includes(word));
      if (at < 0) throw new Error(`the golden run has no ${names[0]}`);
      return argv[at + 1] ?? '';
    };
    const config = {
      deviceInstanceInfo: {
        vendorId: value('-v'),
        productId: value('-p'),
        vendorName: value('--vendor-name'),
      },
      commissioning: {
        passcode: Number(value('--passcode')),
        discriminator: value('--discriminator'),
        salt: value('--salt'),
        verifier: value('--verifier'),
        iterations: Number(value('--iteration-count')),
      },
      attestation: {
        dac: { certificate: { file: value('--dac-cert') }, key: { file: value('--dac-key') } },
        pai: { certificate: { file: value('-c') } },
        certificationDeclaration: { file: value('-cd') },
      },
      storage: { attestation: 'secure-cert' },
    };
    const loaded = configFromObject(config, { folder: GOLDEN, label: 'arguments' });
    const made = await makeTestDevice(completeInputs(loaded, {}, undefined), {
      now: new Date('2026-01-01'),
      random: () => {
        throw new Error('nothing is random here');
      },
    });
    const expected = readFileSync(join(GOLDEN, 'secure-cert/dac-in-secure-cert.bin'));
    const { secureCert = new Uint8Array() } = made;
    expect(toHex(secureCert.subarray(0, expected.length))).toBe(toHex(expected));
    expect(secureCert).toHaveLength(0x2000);
    expect(secureCert.subarray(expected.length).every((byte) => byte === 0xff)).toBe(true);
    const { attestation } = decodeFactoryData(decodeNvs(made.image).entries).data;
    expect(Object.keys(attestation ?? {})).toEqual(['certificationDeclaration']);
  });
});
