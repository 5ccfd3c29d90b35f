/** onboarding.json, read back: each code is decoded separately. */
import {
  decodeManualCode,
  decodeQrCode,
  FactoryError,
  type Finding,
  type ManualCodePayload,
  type QrCodePayload,
} from 'nvs-core';
import { locate } from 'nvs-core/errors';
import { factoryErrors } from '../errors';

export interface Onboarding {
  /** The path as the caller gave it. */
  readonly file: string;
  readonly qrCode: string | undefined;
  readonly qr: QrCodePayload | undefined;
  readonly manualCode: string | undefined;
  readonly manual: ManualCodePayload | undefined;
  /** The values next to the codes, as written. */
  readonly passcode: number | undefined;
  readonly discriminator: number | undefined;
  /** Why codes cannot be read. */
  readonly findings: readonly Finding[];
}

/** The codes of a file {"qrCode", "manualCode", "passcode", "discriminator"}; problems are findings. */
export function readOnboarding(bytes: Uint8Array, file: string): Onboarding {
  const findings: Finding[] = [];
  const document = parse(bytes);
  if (document === undefined) {
    findings.push(
      factoryErrors.finding('factory.codes-invalid', { reason: 'it is not a JSON object' }, { file }),
    );
  }
  const { qrCode, manualCode, passcode, discriminator } = document ?? {};
  const decode = <T>(field: string, text: unknown, read: (text: string) => T): T | undefined => {
    try {
      return typeof text === 'string' ? read(text) : undefined;
    } catch (error) {
      if (!(error instanceof FactoryError)) throw error;
      findings.push(
        ...error.findings.map((finding) =>
          locate({ ...finding, where: { ...finding.where, field } }, { file }),
        ),
      );
      return undefined;
    }
  };
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  if (document !== undefined && text(qrCode) === undefined) {
    findings.push(factoryErrors.finding('factory.codes-invalid', { reason: 'it has no "qrCode"' }, { file }));
  }
  return {
    file,
    qrCode: text(qrCode),
    qr: decode('qrCode', qrCode, decodeQrCode),
    manualCode: text(manualCode),
    manual: decode('manualCode', manualCode, decodeManualCode),
    passcode: number(passcode),
    discriminator: number(discriminator),
    findings,
  };
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
