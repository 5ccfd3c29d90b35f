import { stripVTControlCharacters } from 'node:util';
import { PNG } from 'pngjs';
import { create, toBuffer } from 'qrcode';
import { createQrCode } from '../../../src/device';

const CODES = ['MT:Y.K9042C00KA0648G00', 'MT:-24J0AFN00KA0648G00', 'A'];
const MARGIN = 4;

const modulesOf = (text: string) => create(text, { errorCorrectionLevel: 'M' }).modules;

/** Rows of modules with "#" for dark ones. */
function rowsOf(text: string, margin: number): string[] {
  const { size, data } = modulesOf(text);
  const across = size + 2 * margin;
  return Array.from({ length: across }, (_, row) =>
    Array.from({ length: across }, (_, column) => {
      const [y, x] = [row - margin, column - margin];
      const isInside = y >= 0 && y < size && x >= 0 && x < size;
      return isInside && data[y * size + x] === 1 ? '#' : '.';
    }).join(''),
  );
}

describe('a QR code', () => {
  it.each(CODES)('is a PNG with the pixels that the library draws: %s', async (text) => {
    const expected = PNG.sync.read(
      await toBuffer(text, { errorCorrectionLevel: 'M', margin: MARGIN, scale: 8 }),
    );
    const drawn = PNG.sync.read(Buffer.from(createQrCode(text).png()));
    expect([drawn.width, drawn.height]).toEqual([expected.width, expected.height]);
    expect(drawn.data.equals(expected.data)).toBe(true);
  });

  it.each(CODES)('is an SVG whose strokes are its modules: %s', (text) => {
    const svg = createQrCode(text).svg();
    const across = modulesOf(text).size + 2 * MARGIN;
    expect(svg).toContain(`viewBox="0 0 ${across} ${across}"`);
    const rows = Array.from({ length: across }, () => Array<string>(across).fill('.'));
    const strokes = /stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? '';
    for (const [, x, y, length] of strokes.matchAll(/M(\d+) (\d+)\.5h(\d+)/g))
      rows[Number(y)]?.fill('#', Number(x), Number(x) + Number(length));
    expect(rows.map((row) => row.join(''))).toEqual(rowsOf(text, MARGIN));
  });

  it.each([false, true])('is two rows a line in a terminal (colour: %s)', (colour) => {
    const text = 'MT:Y.K9042C00KA0648G00';
    const rows = rowsOf(text, 2);
    const lines = createQrCode(text)
      .terminal(colour)
      .split('\n')
      .map((line) => stripVTControlCharacters(line));
    const seen = lines.flatMap((line) => [
      [...line].map((half) => ('█▀'.includes(half) ? '.' : '#')).join(''),
      [...line].map((half) => ('█▄'.includes(half) ? '.' : '#')).join(''),
    ]);
    expect(seen.slice(0, rows.length)).toEqual(rows);
    expect(createQrCode(text).terminal(colour).includes('\u001b[97;40m')).toBe(colour);
  });
});
