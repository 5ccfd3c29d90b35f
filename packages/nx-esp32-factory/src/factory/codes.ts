import { encodeManualCode, encodeQrCode, formatManualCode } from 'nvs-core';
import type { DeviceValues } from './drawn';

/** What is printed on the device and typed into a phone. */
export interface OnboardingCodes {
  readonly passcode: number;
  readonly discriminator: number;
  /** "MT:..." */
  readonly qrCode: string;
  /** 11 or 21 digits. */
  readonly manualCode: string;
}

/** The codes of a device; undefined where the firmware makes its own passcode. Errors: those of encodeQrCode. */
export function onboardingCodes(
  { passcode, discriminator }: DeviceValues,
  product: {
    readonly vendorId: number;
    readonly productId: number;
    readonly flow: number;
    readonly discovery: number;
  },
): OnboardingCodes | undefined {
  if (passcode === undefined) return undefined;
  const payload = { ...product, passcode, discriminator };
  return { passcode, discriminator, qrCode: encodeQrCode(payload), manualCode: encodeManualCode(payload) };
}

/** The codes as a text that a person reads. */
export function codesText(codes: OnboardingCodes): string {
  return [
    `QR code        ${codes.qrCode}`,
    `Manual code    ${formatManualCode(codes.manualCode)}`,
    `Passcode       ${String(codes.passcode).padStart(8, '0')}`,
    `Discriminator  ${codes.discriminator}`,
    '',
  ].join('\n');
}

/** The codes for programs. */
export function codesJson(codes: OnboardingCodes): string {
  const { qrCode, manualCode, passcode, discriminator } = codes;
  return `${JSON.stringify({ qrCode, manualCode, passcode, discriminator }, null, 2)}\n`;
}

/** The codes in the form of the Matter SDK's script: onboarding_codes.csv. */
export function codesCsv({ qrCode, manualCode }: OnboardingCodes): string {
  return `qrcode,manualcode\n${qrCode},${manualCode}\n`;
}

/** Modules around the code that stay blank: ISO/IEC 18004, section 6.3.8. */
const QUIET_ZONE = 4;

const LEVEL = { errorCorrectionLevel: 'M' } as const;

/** Loaded when used: it costs the start of everything else. */
function qrcode() {
  return require('qrcode') as typeof import('qrcode');
}

/** The QR code as pictures for a label. */
export async function drawQrCode(text: string): Promise<{ svg: string; png: Uint8Array }> {
  const { toBuffer, toString: draw } = qrcode();
  const options = { ...LEVEL, margin: QUIET_ZONE };
  return {
    svg: await draw(text, { ...options, type: 'svg' }),
    png: new Uint8Array(await toBuffer(text, { ...options, type: 'png', scale: 8 })),
  };
}

/**
 * The QR code for a terminal, two rows of modules a line. With colour it is black on white whatever the theme;
 * without, light modules are drawn, as a dark terminal needs it.
 */
export function terminalQrCode(text: string, colour: boolean): string {
  const { size, data } = qrcode().create(text, LEVEL).modules;
  const margin = 2;
  const isDark = (row: number, column: number) =>
    row >= 0 && row < size && column >= 0 && column < size && data[row * size + column] === 1;
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
