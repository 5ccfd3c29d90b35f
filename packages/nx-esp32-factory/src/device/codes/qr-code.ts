/** QR codes (ISO/IEC 18004) as pictures for a label and as text for a terminal. */
import encodeQR from 'qr';
import { encodePng } from './png';

/** A payload needs only the alphanumeric mode. Four modules around the code stay blank (ISO/IEC 18004, 6.3.8). */
const OPTIONS = { ecc: 'medium', encoding: 'alphanumeric', border: 4 } as const;
/** Eight, so that each module is one byte of a row of pixels. */
const PIXELS_PER_MODULE = 8;
const [BLACK, WHITE] = [0x00, 0xff];
/** By the upper module and the lower one, the light one first. */
const BLOCKS = [
  ['█', '▀'],
  ['▄', ' '],
] as const;

/** A QR code with its quiet zone, drawn dark on light. */
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
  let encoded: readonly boolean[][] | undefined;
  const modules = () => {
    encoded ??= encodeQR(payload, 'raw', OPTIONS);
    return encoded;
  };
  return {
    svg: () => svgOf(modules()),
    png: () => pngOf(modules()),
    terminal: (colour) => terminalText(modules(), colour),
  };
}

/** Rows of modules, true for dark ones, as a picture. */
function pngOf(rows: readonly boolean[][]): Uint8Array {
  const pixels = rows.map((row) => Uint8Array.from(row, (isDark) => (isDark ? BLACK : WHITE)));
  return encodePng(
    rows.length * PIXELS_PER_MODULE,
    pixels.flatMap((row) => Array<Uint8Array>(PIXELS_PER_MODULE).fill(row)),
  );
}

/** One path of horizontal strokes, each one module high. */
function svgOf(rows: readonly boolean[][]): string {
  const strokes = rows.flatMap((row, y) =>
    [
      ...row
        .map((isDark) => (isDark ? '#' : '.'))
        .join('')
        .matchAll(/#+/g),
    ].map(({ index, 0: run }) => `M${index} ${y + 0.5}h${run.length}`),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges">`,
    `<path fill="#ffffff" d="M0 0h${rows.length}v${rows.length}H0z"/>`,
    `<path stroke="#000000" d="${strokes.join('')}"/></svg>\n`,
  ].join('');
}

/** Lines of two rows each, light modules drawn; the number of rows is odd, and what is below the last is light. */
function terminalText(rows: readonly boolean[][], colour: boolean): string {
  const lines: string[] = [];
  for (let y = 0; y < rows.length; y += 2) {
    const blocks = rows[y]?.map((isDark, x) => BLOCKS[isDark ? 1 : 0][rows[y + 1]?.[x] === true ? 1 : 0]);
    const line = blocks?.join('') ?? '';
    lines.push(colour ? `\u001b[97;40m${line}\u001b[0m` : line);
  }
  return lines.join('\n');
}
