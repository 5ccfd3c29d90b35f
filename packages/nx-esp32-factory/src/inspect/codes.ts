/** The onboarding codes of a device beside its image: nothing in an image tells the passcode. */
import type { Finding } from 'nvs-core';
import type { Onboarding } from '../artifacts';
import { inspectErrors } from '../errors';
import type { ImageContents } from './image';

/** What differs between the codes and the image. */
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
