/** QR codes (ISO/IEC 18004) as pictures for a label and as text for a terminal. */
import { create } from 'qrcode/lib/core/qrcode';
import { encodePng } from './png';

/** Modules around the code that stay blank (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;
/** Eight: so that a module is a byte of a row of pixels. */
const PIXELS_PER_MODULE = 8;
const [BLACK, WHITE] = [0x00, 0xff];

/** The modules of a code: dark or light, with a blank margin all around. */
interface Modules {
  readonly size: number;
  isDark(row: number, column: number): boolean;
}

/** The QR code as pictures for a label, dark on light. */
export function drawQrCode(text: string): { svg: string; png: Uint8Array } {
  const { size, isDark } = modulesOf(text);
  const across = size + 2 * QUIET_ZONE;
  return { svg: svgOf(size, isDark, across), png: pngOf(isDark, across) };
}

function pngOf(isDark: Modules['isDark'], across: number): Uint8Array {
  const rows = Array.from({ length: across }, (_, row) =>
    Uint8Array.from({ length: across }, (_, column) =>
      isDark(row - QUIET_ZONE, column - QUIET_ZONE) ? BLACK : WHITE,
    ),
  );
  return encodePng(
    across * PIXELS_PER_MODULE,
    rows.flatMap((row) => Array.from({ length: PIXELS_PER_MODULE }, () => row)),
  );
}

/** One path of horizontal strokes, a row of modules high. */
function svgOf(size: number, isDark: Modules['isDark'], across: number): string {
  let strokes = '';
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!isDark(row, column)) continue;
      const start = column;
      while (isDark(row, column + 1)) column++;
      strokes += `M${start + QUIET_ZONE} ${row + QUIET_ZONE + 0.5}h${column + 1 - start}`;
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${across} ${across}" shape-rendering="crispEdges">`,
    `<path fill="#ffffff" d="M0 0h${across}v${across}H0z"/>`,
    `<path stroke="#000000" d="${strokes}"/></svg>\n`,
  ].join('');
}

/**
 * The QR code for a terminal, two rows of modules a line. With colour it is black on white whatever the theme;
 * without, light modules are drawn, as a dark terminal needs it.
 */
export function terminalQrCode(text: string, colour: boolean): string {
  const { size, isDark } = modulesOf(text);
  const margin = 2;
  const lines: string[] = [];
  for (let row = -margin; row < size + margin; row += 2) {
    let line = '';
    for (let column = -margin; column < size + margin; column++) {
      const [upper, lower] = [!isDark(row, column), !isDark(row + 1, column)];
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    lines.push(colour ? `\u001b[97;40m${line}\u001b[0m` : line);
  }
  return lines.join('\n');
}

function modulesOf(text: string): Modules {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  const isInside = (index: number) => index >= 0 && index < size;
  return {
    size,
    isDark: (row, column) => isInside(row) && isInside(column) && data[row * size + column] === 1,
  };
}
