/** The onboarding codes of a device, which its image does not contain, as it has no passcode. */
import type { Finding } from 'nvs-core';
import type { Onboarding } from '../artifacts';
import { inspectErrors } from '../errors';
import type { ImageContents } from './image';

/** The differences between codes and image. */
export function compareCodes({ qr }: Onboarding, { factory, secureCert }: ImageContents): Finding[] {
  if (qr === undefined) return [];
  const { commissioning, deviceInstanceInfo } = factory?.data ?? {};
  const pairs: readonly (readonly [string, number | undefined, number])[] = [
    [
      'discriminator',
      commissioning?.discriminator ?? secureCert?.contents.commissioning?.discriminator,
      qr.discriminator,
    ],
    ['vendor id', deviceInstanceInfo?.vendorId, qr.vendorId],
    ['product id', deviceInstanceInfo?.productId, qr.productId],
  ];
  return pairs.flatMap(([what, image, codes]) =>
    image === undefined || image === codes
      ? []
      : [inspectErrors.finding('inspect.codes-of-another', { what, image, codes })],
  );
}
