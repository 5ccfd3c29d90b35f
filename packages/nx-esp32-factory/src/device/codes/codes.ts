import { encodeManualCode, encodeQrCode, formatManualCode } from 'nvs-core';
import type { ResolvedFactoryConfig } from '../../config';
import type { DeviceValues } from '../values';
import { createQrCode, type QrCode } from './qr-code';

/** The codes printed on a device. */
export interface OnboardingCodes {
  readonly passcode: number;
  readonly discriminator: number;
  /** "MT:..." */
  readonly qrCode: string;
  /** 11 or 21 digits. */
  readonly manualCode: string;
  /** The QR code as a picture. */
  readonly picture: QrCode;
}

/** The codes of a device; undefined if the firmware generates its passcode. Errors: those of encodeQrCode. */
export function onboardingCodesOf(
  { passcode, discriminator }: DeviceValues,
  { commissioning: { flow, discovery }, deviceInstanceInfo: { vendorId, productId } }: ResolvedFactoryConfig,
): OnboardingCodes | undefined {
  if (passcode === undefined) return undefined;
  // A code has both ids or, as in the Matter SDK's script, neither.
  const ids =
    vendorId === undefined || productId === undefined
      ? { vendorId: 0, productId: 0 }
      : { vendorId, productId };
  const payload = { ...ids, flow, discovery, passcode, discriminator };
  const qrCode = encodeQrCode(payload);
  const manualCode = encodeManualCode(payload);
  return { passcode, discriminator, qrCode, manualCode, picture: createQrCode(qrCode) };
}

/** The codes as text for people. */
export function codesText(codes: OnboardingCodes): string {
  return [
    `QR code        ${codes.qrCode}`,
    `Manual code    ${formatManualCode(codes.manualCode)}`,
    `Passcode       ${String(codes.passcode).padStart(8, '0')}`,
    `Discriminator  ${codes.discriminator}`,
    '',
  ].join('\n');
}

/** The codes as JSON for programs. */
export function codesJson(codes: OnboardingCodes): string {
  const { qrCode, manualCode, passcode, discriminator } = codes;
  return `${JSON.stringify({ qrCode, manualCode, passcode, discriminator }, null, 2)}\n`;
}

/** The codes in the format of the Matter SDK's script: onboarding_codes.csv. */
export function codesCsv({ qrCode, manualCode }: OnboardingCodes): string {
  return `qrcode,manualcode\n${qrCode},${manualCode}\n`;
}
