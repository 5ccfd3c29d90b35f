/** QR codes (ISO/IEC 18004) as pictures for a label and as text for a terminal. */
import { create } from 'qrcode/lib/core/qrcode';
import { encodePng } from './png';

/** Modules around the code that stay blank (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;
/** Eight, so that each module is one byte of a row of pixels. */
const PIXELS_PER_MODULE = 8;
const [BLACK, WHITE] = [0x00, 0xff];

/** The modules of a code, dark or light; everything outside it is light. */
interface Modules {
  readonly size: number;
  isDark(row: number, column: number): boolean;
}

/** A QR code, drawn dark on light. */
export interface QrCode {
  /** For a label, at any size. */
  svg(): string;
  /** For a label, 8 pixels per module. */
  png(): Uint8Array;
  /**
   * For a terminal, two rows of modules per line. With colour it is black on white in any theme; without, light
   * modules are drawn, which suits a dark terminal.
   */
  terminal(colour: boolean): string;
}

/** The QR code of an onboarding payload ("MT:..."), encoded when it is first drawn. */
export function createQrCode(payload: string): QrCode {
  let made: Modules | undefined;
  const modules = (): Modules => {
    made ??= modulesOf(payload);
    return made;
  };
  return {
    svg: () => svgOf(modules()),
    png: () => pngOf(modules()),
    terminal: (colour) => terminalText(modules(), colour),
  };
}

/** A payload needs only the alphanumeric mode: digits, capitals, "-", "." and ":". */
function modulesOf(payload: string): Modules {
  const segments = [{ data: payload, mode: 'alphanumeric' as const }];
  const { size, data } = create(segments, { errorCorrectionLevel: 'M' }).modules;
  const isInside = (index: number) => index >= 0 && index < size;
  return {
    size,
    isDark: (row, column) => isInside(row) && isInside(column) && data[row * size + column] === 1,
  };
}

function pngOf({ size, isDark }: Modules): Uint8Array {
  const across = size + 2 * QUIET_ZONE;
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

/** One path of horizontal strokes, each one module high. */
function svgOf({ size, isDark }: Modules): string {
  const across = size + 2 * QUIET_ZONE;
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

function terminalText({ size, isDark }: Modules, colour: boolean): string {
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
