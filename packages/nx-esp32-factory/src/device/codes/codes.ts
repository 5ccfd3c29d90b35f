import {
  DiscoveryCapability,
  encodeManualCode,
  encodeQrCode,
  type Finding,
  formatManualCode,
} from 'nvs-core';
import type { LoadedConfig, ResolvedFactoryConfig } from '../../config';
import { factoryErrors } from '../../errors';
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

/** Discovery over NFC and Thread, which the Matter SDK refuses in the QR codes that it reads, up to 2025.7.0. */
const NEW_DISCOVERIES = DiscoveryCapability.nfc | DiscoveryCapability.thread;

/**
 * The codes of a device; undefined if the firmware generates its passcode.
 * Errors: factory.qr-code-serial-number, and those of encodeQrCode.
 */
export function onboardingCodesOf(
  { passcode, discriminator, serialNumber }: DeviceValues,
  { commissioning, deviceInstanceInfo: { vendorId, productId } }: ResolvedFactoryConfig,
): OnboardingCodes | undefined {
  if (passcode === undefined) return undefined;
  const { flow, discovery, qrCode: optional } = commissioning;
  if (optional.serialNumber && serialNumber === undefined)
    throw factoryErrors.error('factory.qr-code-serial-number', {});
  // A code has both ids or, as in the Matter SDK's script, neither.
  const ids =
    vendorId === undefined || productId === undefined
      ? { vendorId: 0, productId: 0 }
      : { vendorId, productId };
  const payload = { ...ids, flow, discovery, passcode, discriminator };
  const qrCode = encodeQrCode({ ...payload, ...(optional.serialNumber && { serialNumber }) });
  const manualCode = encodeManualCode(payload);
  return { passcode, discriminator, qrCode, manualCode, picture: createQrCode(qrCode) };
}

/** Warnings about codes that some commissioners do not read. */
export function codeFindings(codes: OnboardingCodes | undefined, { config, where }: LoadedConfig): Finding[] {
  if (codes === undefined) return [];
  const warn = (code: 'factory.discovery-new' | 'factory.qr-code-matter-js', path: string[]) =>
    factoryErrors.finding(code, {}, where(['commissioning', ...path]), 'warning');
  return [
    ...((config.commissioning.discovery & NEW_DISCOVERIES) === 0
      ? []
      : [warn('factory.discovery-new', ['discovery'])]),
    // Base38 of whole groups of three bytes.
    ...(codes.qrCode.slice('MT:'.length).length % 5 === 0
      ? [warn('factory.qr-code-matter-js', ['qrCode', 'serialNumber'])]
      : []),
  ];
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
