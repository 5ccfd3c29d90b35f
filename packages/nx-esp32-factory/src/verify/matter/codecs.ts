import type { Finding } from 'nvs-core';
import { verifyErrors } from '../../errors';
import type { LevelOutcome } from '../report';
import type { Subject } from '../subject';
import { reasonOf } from './notes';
import type { MatterStack } from './stack';

/** Checks that matter.js reads the same values from the codes as we do. */
export function checkCodecs({ onboarding }: Subject, { types }: MatterStack): LevelOutcome {
  if (onboarding === undefined) return { checked: [], findings: [] };
  const { qrCode, qr, manualCode, manual, file } = onboarding;
  const findings: Finding[] = [];
  const compare = (code: string, path: string, fields: Readonly<Record<string, readonly unknown[]>>) => {
    for (const [field, [theirs, ours]] of Object.entries(fields)) {
      if (ours === undefined || theirs === ours) continue;
      findings.push(verifyErrors.finding('verify.codec-differs', { code, field }, { file, field: path }));
    }
  };
  const { QrPairingCodeCodec } = types;
  const serialNumberOf = (tlv: Uint8Array | undefined) =>
    tlv === undefined ? undefined : QrPairingCodeCodec.decodeTlvData(tlv).serialNumber;
  const attempt = (path: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      const params = { reason: `matter.js: ${reasonOf(error)}` };
      findings.push(verifyErrors.finding('verify.codes-unreadable', params, { file, field: path }));
    }
  };
  if (qrCode !== undefined) {
    attempt('qrCode', () => {
      const [theirs] = QrPairingCodeCodec.decode(qrCode);
      compare('QR code', 'qrCode', {
        discriminator: [theirs?.discriminator, qr?.discriminator],
        passcode: [theirs?.passcode, qr?.passcode],
        'vendor id': [theirs?.vendorId, qr?.vendorId],
        'product id': [theirs?.productId, qr?.productId],
        'commissioning flow': [theirs?.flowType, qr?.flow],
        'discovery mask': [theirs?.discoveryCapabilities, qr?.discovery],
        'serial number': [serialNumberOf(theirs?.tlvData), qr?.serialNumber],
      });
    });
  }
  if (manualCode !== undefined) {
    attempt('manualCode', () => {
      const theirs = types.ManualPairingCodeCodec.decode(manualCode);
      compare('manual code', 'manualCode', {
        discriminator: [theirs.shortDiscriminator, manual?.shortDiscriminator],
        passcode: [theirs.passcode, manual?.passcode],
        'vendor id': [theirs.vendorId, manual?.vendorId],
        'product id': [theirs.productId, manual?.productId],
      });
    });
  }
  return { checked: ['codes'], findings };
}
