import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNvs, parseNvsCsv } from 'nvs-core';
import { vectors } from '../../../../tools/testing/vectors';
import { diffImages, imageCsv, keysOfBytes, readImage } from '../../src/inspect';

const folder = vectors('golden');

const AT = new Date('2026-03-01');
const read = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const inspect = (name: string) =>
  readImage(read(name), { at: AT, keys: name.includes('_enc') ? keysOfBytes(read('keys.bin')) : undefined });

describe("images of Espressif's tools", () => {
  const images = ['nvs', 'full'].flatMap((group) =>
    readdirSync(join(folder, group))
      .filter((name) => name.endsWith('.bin'))
      .map((name) => `${group}/${name}`),
  );

  it('exist', () => expect(images.length).toBeGreaterThan(30));

  it.each(images)('%s: no errors, and an identical image from its CSV', (name) => {
    const contents = inspect(name);
    const errors = contents.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toEqual([]);
    const { text, size, version, findings } = imageCsv(contents);
    expect(findings).toEqual([]);
    const { image } = encodeNvs(parseNvsCsv(text), { size, version });
    expect(Buffer.compare(image, contents.nvs?.image ?? new Uint8Array())).toBe(0);
  });

  it('finds no difference between an encrypted image and its plain one', () => {
    const [plain, encrypted] = ['full/chip-script_0x6000.bin', 'full/chip-script_0x6000_enc.bin'].map(
      inspect,
    );
    if (plain === undefined || encrypted === undefined) throw new Error('no images');
    expect(diffImages(plain, encrypted)).toEqual([]);
    expect(diffImages(plain, inspect('full/mfg-tool_0x6000.bin')).length).toBeGreaterThan(0);
  });

  it('reads esp_secure_cert', () => {
    const { kind, findings, credentials } = inspect('secure-cert/dac-in-secure-cert.bin');
    expect(kind).toBe('secure-cert');
    expect(credentials.map(({ role }) => role)).toEqual(['pai', 'dac']);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
