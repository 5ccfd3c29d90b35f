import { FACTORY_NAMESPACE, type Finding, SECURE_CERT_SIZE } from 'nvs-core';
import { checkFirmware } from '../../firmware';
import { idsOf, type Subject } from '../subject';

/** Whether the app beside the config would read the image that was read. */
export function checkAgainstFirmware(subject: Subject): Finding[] {
  const { request, contents, secureCert, device } = subject;
  const firmware = request?.firmware;
  const { nvs } = contents;
  if (request === undefined || firmware === undefined || nvs === undefined) return [];
  const { partition, encryption } = request.config;
  const { vendorId, productId } = idsOf(subject);
  const isEncrypted = nvs.encryption !== 'none';
  const scheme = !isEncrypted ? 'none' : encryption?.scheme === 'hmac' ? 'hmac' : 'flash';
  return checkFirmware(firmware, {
    ...(partition.label === undefined ? {} : { label: partition.label }),
    size: nvs.image.length,
    keys: nvs.decoded.entries.flatMap(({ namespace, key }) => (namespace === FACTORY_NAMESPACE ? [key] : [])),
    encryption:
      scheme === 'hmac' && encryption?.scheme === 'hmac'
        ? { scheme, ...('keyId' in encryption ? { keyId: encryption.keyId } : {}) }
        : { scheme: scheme === 'hmac' ? 'flash' : scheme },
    ...(secureCert === undefined
      ? {}
      : {
          secureCert: {
            size: secureCert.file.bytes.length || SECURE_CERT_SIZE,
            commissioning: secureCert.contents.secureCert?.contents.commissionable !== undefined,
            key: device.isKeyHidden ? ('ecdsa-peripheral' as const) : ('partition' as const),
          },
        }),
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(productId === undefined ? {} : { productId }),
  });
}
