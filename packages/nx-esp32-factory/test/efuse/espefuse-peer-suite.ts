import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateKey, encodePrivateKeyPem, FactoryError } from 'nvs-core';
import { burnEfuses, type EfuseKeyFile, type EfusePurpose, espefuseOf, readSummary } from '../../src/efuse';
import { peerEsptool } from '../flash/peer-esptool';

const MAC = '00:00:00:00:00:00';
const KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

/** Runs the commands with the real espefuse on virtual eFuses. */
export function describeBurning(major: 4 | 5): void {
  jest.setTimeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'efuse-peer-'));
    writeFileSync(join(folder, 'hmac.bin'), KEY, { mode: 0o600 });
    writeFileSync(join(folder, 'ecdsa.pem'), encodePrivateKeyPem(createPrivateKey(KEY)), { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const espefuse = () => espefuseOf(peerEsptool(major));
  const target = () => ({ virtual: join(folder, 'efuses.bin') });
  const key = (purpose: EfusePurpose, block: number): EfuseKeyFile => ({
    purpose,
    block,
    file: join(folder, purpose === 'HMAC_UP' ? 'hmac.bin' : 'ecdsa.pem'),
  });
  const burn = (chip: string, keys: readonly EfuseKeyFile[], confirm = MAC) => {
    let output = '';
    const onOutput = (text: string) => {
      output += text;
    };
    return burnEfuses({ espefuse: espefuse(), chip, target: target(), keys, confirm, onOutput }).then(
      (summary) => ({ summary, output }),
    );
  };
  const codeOf = async (work: Promise<unknown>): Promise<string | undefined> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof FactoryError) return error.code;
      throw error;
    }
    return undefined;
  };
  /** Runs another command of espefuse. */
  const runOther = (chip: string, command: string, ...args: readonly string[]) => {
    const { command: start } = espefuse();
    const [program, ...rest] = start;
    const name = major === 4 ? command.replaceAll('-', '_') : command;
    const device = ['--chip', chip, '--virt', '--path-efuse-file', target().virtual, '--do-not-confirm'];
    execFileSync(program, [...rest, ...device, name, ...args], { stdio: 'pipe' });
  };

  describe(`espefuse ${major}`, () => {
    it.each<[string, EfusePurpose, number]>([
      ['esp32c6', 'HMAC_UP', 0],
      ['esp32c3', 'HMAC_UP', 5],
      ['esp32s3', 'HMAC_UP', 3],
      ['esp32h2', 'ECDSA_KEY', 4],
      ['esp32p4', 'ECDSA_KEY', 1],
    ])(
      'burns on an %s a key for %s to block %i, read-protected, without printing it',
      async (chip, purpose, block) => {
        const { summary, output } = await burn(chip, [key(purpose, block)]);
        const state = summary.blocks.find((candidate) => candidate.block === block);
        expect(state).toMatchObject({ isReadable: false, isWritable: false, isPurposeWritable: false });
        expect(state?.purpose).toMatch(purpose);
        expect(output).not.toMatch(/01 02 03|0102 ?03/);
      },
    );

    it('burns two keys in one call', async () => {
      const { summary } = await burn('esp32h2', [key('HMAC_UP', 0), key('ECDSA_KEY', 1)]);
      expect(summary.blocks.slice(0, 2).map(({ purpose }) => purpose.replace('_P256', ''))).toEqual([
        'HMAC_UP',
        'ECDSA_KEY',
      ]);
    });

    it('rejects a block that has a key, and changes nothing', async () => {
      await burn('esp32c6', [key('HMAC_UP', 2)]);
      const before = readFileSync(target().virtual);
      expect(await codeOf(burn('esp32c6', [key('HMAC_UP', 2)]))).toBe('efuse.block-not-empty');
      expect(readFileSync(target().virtual).equals(before)).toBe(true);
    });

    it('rejects a device with secure boot, where a key would stay readable', async () => {
      runOther('esp32c6', 'write-protect-efuse', 'RD_DIS');
      expect(await codeOf(burn('esp32c6', [key('HMAC_UP', 2)]))).toBe('efuse.read-protection-locked');
      const summary = await readSummary({ espefuse: espefuse(), chip: 'esp32c6', target: target() });
      expect(summary.blocks[2]).toMatchObject({ isEmpty: true, purpose: 'USER' });
    });

    it('rejects a device other than the confirmed one', async () => {
      expect(await codeOf(burn('esp32c6', [key('HMAC_UP', 2)], '60:55:f9:f7:2c:a2'))).toBe(
        'efuse.mac-differs',
      );
    });

    it('reports why espefuse failed', async () => {
      const keys = [{ ...key('HMAC_UP', 2), file: join(folder, 'none.bin') }];
      expect(await codeOf(burn('esp32c6', keys))).toBe('efuse.espefuse-failed');
      expect(await codeOf(burn('esp32c6', []))).toBe('efuse.nothing-to-burn');
    });

    it('rejects a write-protected block', async () => {
      runOther('esp32c6', 'write-protect-efuse', 'BLOCK_KEY1');
      expect(await codeOf(burn('esp32c6', [key('HMAC_UP', 1)]))).toBe('efuse.write-protected');
    });
  });

  it('reports a missing espefuse', async () => {
    const command = ['/nowhere/espefuse'] as const;
    const options = { espefuse: { command, major }, chip: 'esp32c6', target: target() };
    expect(await codeOf(readSummary(options))).toBe('efuse.espefuse-missing');
  });
}
