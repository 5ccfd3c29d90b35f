/** The onboarding codes of a device, which its image does not contain, as it has no passcode. */
import type { Finding } from 'nvs-core';
import { hex } from 'nvs-core/errors';
import type { Onboarding } from '../artifacts';
import { inspectErrors } from '../errors';
import type { ImageContents } from './image';

/** The differences between codes and image. */
export function compareCodes({ qr }: Onboarding, { factory, secureCert }: ImageContents): Finding[] {
  if (qr === undefined) return [];
  const { commissioning, deviceInstanceInfo } = factory?.data ?? {};
  const pairs: readonly (readonly [string, string | number | undefined, string | number | undefined])[] = [
    [
      'discriminator',
      commissioning?.discriminator ?? secureCert?.contents.commissioning?.discriminator,
      qr.discriminator,
    ],
    ['vendor id', deviceInstanceInfo?.vendorId, qr.vendorId],
    ['product id', deviceInstanceInfo?.productId, qr.productId],
    ['serial number', deviceInstanceInfo?.serialNumber, qr.serialNumber],
  ];
  return pairs.flatMap(([what, image, codes]) =>
    image === undefined || codes === undefined || image === codes
      ? []
      : [
          inspectErrors.finding('inspect.codes-of-another', {
            what,
            image: shown(image),
            codes: shown(codes),
          }),
        ],
  );
}

function shown(value: string | number): string {
  return typeof value === 'number' ? hex(value) : `"${value}"`;
}
