import { stripVTControlCharacters } from 'node:util';
import { PNG } from 'pngjs';
import { create, type QRCodeMaskPattern, toBuffer } from 'qrcode';
import { createQrCode } from '../../../src/device';

const CODES = ['MT:Y.K9042C00KA0648G00', 'MT:-24J0AFN00KA0648G00', 'A'];
const MARGIN = 4;

const options = (maskPattern: QRCodeMaskPattern) => ({ errorCorrectionLevel: 'M', maskPattern }) as const;
const MASKS: readonly QRCodeMaskPattern[] = [0, 1, 2, 3, 4, 5, 6, 7];

/** The code of another encoder. Encoders score the eight masks differently, so the mask is the one of our code. */
function modulesOf(text: string, mask: QRCodeMaskPattern) {
  return create([{ data: text, mode: 'alphanumeric' }], options(mask)).modules;
}

const masks = new Map<string, QRCodeMaskPattern>();

/** The mask of a code as drawn: the only one with which the other encoder gives the same modules. */
function maskOf(text: string): QRCodeMaskPattern {
  const mask = masks.get(text) ?? findMask(text);
  masks.set(text, mask);
  return mask;
}

function findMask(text: string): QRCodeMaskPattern {
  const drawn = rowsOfPng(text);
  const found = MASKS.filter((mask) => rowsOf(text, mask).join() === drawn.join());
  expect(found).toHaveLength(1);
  return found[0] as QRCodeMaskPattern;
}

/** Rows of modules of our PNG. */
function rowsOfPng(text: string): string[] {
  const { width, data } = PNG.sync.read(Buffer.from(createQrCode(text).png()));
  const across = width / 8;
  return Array.from({ length: across }, (_, y) =>
    Array.from({ length: across }, (_, x) => (data[(y * 8 * width + x * 8) * 4] === 0 ? '#' : '.')).join(''),
  );
}

/** Rows of the other encoder's modules, "#" for dark ones, with their quiet zone. */
function rowsOf(text: string, mask: QRCodeMaskPattern): string[] {
  const { size, data } = modulesOf(text, mask);
  const across = size + 2 * MARGIN;
  return Array.from({ length: across }, (_, row) =>
    Array.from({ length: across }, (_, column) => {
      const [y, x] = [row - MARGIN, column - MARGIN];
      const isInside = y >= 0 && y < size && x >= 0 && x < size;
      return isInside && data[y * size + x] === 1 ? '#' : '.';
    }).join(''),
  );
}

describe('a QR code', () => {
  it.each([
    ['A', 1],
    ['MT:Y.K9042C00KA0648G00', 2],
    // One character more than version 2 holds at level M in alphanumeric mode.
    ['MT:Y.K9042C00KA0648G00'.padEnd(39, '0'), 3],
  ])('has the smallest version that holds the payload: %s, %d', (text, version) => {
    expect(rowsOfPng(text)).toHaveLength(17 + 4 * version + 2 * MARGIN);
    expect(create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' }).version).toBe(
      version,
    );
  });

  it.each(CODES)('is a PNG with the pixels that another encoder draws: %s', async (text) => {
    const expected = PNG.sync.read(
      await toBuffer(text, { ...options(maskOf(text)), margin: MARGIN, scale: 8 }),
    );
    const drawn = PNG.sync.read(Buffer.from(createQrCode(text).png()));
    expect([drawn.width, drawn.height]).toEqual([expected.width, expected.height]);
    expect(drawn.data.equals(expected.data)).toBe(true);
  });

  it.each(CODES)('is an SVG whose strokes are its modules: %s', (text) => {
    const svg = createQrCode(text).svg();
    const across = modulesOf(text, maskOf(text)).size + 2 * MARGIN;
    expect(svg).toContain(`viewBox="0 0 ${across} ${across}"`);
    const rows = Array.from({ length: across }, () => Array<string>(across).fill('.'));
    const strokes = /stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? '';
    for (const [, x, y, length] of strokes.matchAll(/M(\d+) (\d+)\.5h(\d+)/g))
      rows[Number(y)]?.fill('#', Number(x), Number(x) + Number(length));
    expect(rows.map((row) => row.join(''))).toEqual(rowsOf(text, maskOf(text)));
  });

  it.each([false, true])('is two rows a line in a terminal (colour: %s)', (colour) => {
    const text = 'MT:Y.K9042C00KA0648G00';
    const rows = rowsOf(text, maskOf(text));
    const lines = createQrCode(text)
      .terminal(colour)
      .split('\n')
      .map((line) => stripVTControlCharacters(line));
    const seen = lines.flatMap((line) => [
      [...line].map((half) => ('█▀'.includes(half) ? '.' : '#')).join(''),
      [...line].map((half) => ('█▄'.includes(half) ? '.' : '#')).join(''),
    ]);
    expect(seen).toEqual([...rows, '.'.repeat(rows.length)]);
    expect(createQrCode(text).terminal(colour).includes('\u001b[97;40m')).toBe(colour);
  });
});
