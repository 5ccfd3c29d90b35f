/** The onboarding codes of a device: nothing in its image tells the passcode, so they come from a file of their own. */
import { decodeQrCode, FactoryError, type Finding, type QrCodePayload } from 'nvs-core';
import { inspectErrors } from '../errors';
import type { ImageContents } from './image';

export interface Codes {
  /** "MT:...": the passcode is in it. */
  readonly qrCode: string;
  readonly manualCode?: string;
  readonly payload: QrCodePayload;
}

/** The codes of an onboarding.json. Errors: inspect.codes-invalid. */
export function readCodes(bytes: Uint8Array): Codes {
  const fail = (reason: string) => inspectErrors.error('inspect.codes-invalid', { reason });
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw fail('it is not JSON');
  }
  if (typeof document !== 'object' || document === null) throw fail('it is no object');
  const { qrCode, manualCode } = document as Record<string, unknown>;
  if (typeof qrCode !== 'string') throw fail('it has no "qrCode"');
  if (manualCode !== undefined && (typeof manualCode !== 'string' || !/^(\d{11}|\d{21})$/.test(manualCode))) {
    throw fail('"manualCode" is not 11 or 21 digits');
  }
  try {
    return { qrCode, ...(manualCode !== undefined && { manualCode }), payload: decodeQrCode(qrCode) };
  } catch (error) {
    if (error instanceof FactoryError) throw fail('"qrCode" is no Matter QR code');
    throw error;
  }
}

/** What of the codes is not as in the image. */
export function checkCodes({ payload }: Codes, { factory, secureCert }: ImageContents): Finding[] {
  const { commissioning, deviceInstanceInfo } = factory?.data ?? {};
  const pairs: readonly (readonly [string, number | undefined, number])[] = [
    [
      'discriminator',
      commissioning?.discriminator ?? secureCert?.contents.commissioning?.discriminator,
      payload.discriminator,
    ],
    ['vendor id', deviceInstanceInfo?.vendorId, payload.vendorId],
    ['product id', deviceInstanceInfo?.productId, payload.productId],
  ];
  return pairs.flatMap(([what, image, codes]) =>
    image === undefined || image === codes
      ? []
      : [inspectErrors.finding('inspect.codes-of-another', { what, image, codes })],
  );
}
