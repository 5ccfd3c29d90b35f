import { FACTORY_NAMESPACE, type Finding } from 'nvs-core';
import { settingsOf } from '../../device';
import { checkFirmware } from '../../firmware';
import { idsOf, isReadOnly, type Subject } from '../subject';

/** Checks whether the app next to the config would read the image. */
export function checkAgainstFirmware(subject: Subject): Finding[] {
  const { inputs, contents, secureCert, device } = subject;
  const firmware = inputs?.firmware;
  const { nvs } = contents;
  if (inputs === undefined || firmware === undefined || nvs === undefined) return [];
  const { partition, commissioning } = inputs.config;
  const { encryption } = settingsOf(inputs).config;
  return checkFirmware(firmware, {
    label: partition.label,
    size: nvs.image.length,
    readOnly: isReadOnly(subject),
    keys: nvs.decoded.entries.flatMap(({ namespace, key }) => (namespace === FACTORY_NAMESPACE ? [key] : [])),
    // The encryption of the image itself, not that of the config.
    encryption:
      nvs.encryption === 'none'
        ? { scheme: 'none' }
        : encryption.scheme === 'hmac'
          ? encryption
          : { scheme: 'flash' },
    secureCert: secureCert && {
      size: secureCert.file.bytes.length,
      commissioning: secureCert.contents.secureCert?.contents.commissioning !== undefined,
      key: device.isInEfuse ? 'ecdsa-peripheral' : 'partition',
    },
    discovery: commissioning.discovery,
    ...idsOf(subject),
  });
}
