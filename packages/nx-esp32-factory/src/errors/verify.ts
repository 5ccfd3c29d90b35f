import { errorTable, hex, row } from 'nvs-core';

const MATTER = 'npm install --save-dev @matter/node@~0.17.9';

/** What a verification has to say beside what decoders, firmware and attestation checks find. Never a secret. */
export const verifyErrors = errorTable({
  'verify.image-missing': row<{ folder: string }>(
    (p) => `there is no image in ${p.folder}: its manifest names none`,
    () => 'make the image first (nx run <project>:factory-image), or name its file',
  ),
  'verify.no-factory-data': row(
    () => 'no factory data can be read from the image',
    () =>
      'give the factory partition (with its keys if it is encrypted), and see the findings before this one',
  ),
  'verify.passcode-reference': row<{ reference: string }>(
    (p) => `${p.reference} leads to no passcode of one to eight digits`,
    () => 'write env:NAME or file:PATH; the passcode itself is never an option, where others could read it',
  ),
  'verify.codes-unreadable': row<{ reason: string }>(
    (p) => `the onboarding codes cannot be read: ${p.reason}`,
    () => 'give the onboarding.json that was made with the image',
  ),
  'verify.codes-differ': row<{ field: string; code: string; says: string; other: string; has: string }>(
    (p) =>
      p.says === ''
        ? `the ${p.field} of the ${p.code} is not that of the ${p.other}`
        : `the ${p.field} of the ${p.code} is ${p.says}, but that of the ${p.other} is ${p.has}`,
    () =>
      'these are the codes of another device, or of another run: take those that were made with the image',
  ),
  'verify.verifier-differs': row<{ part: string; source: string; iterations: number; saltLength: number }>(
    (p) =>
      `verifier: its ${p.part} is not made of the passcode of ${p.source} with the salt (${p.saltLength} bytes) and the ${p.iterations} iterations (iteration-count) of the image`,
    () =>
      'no phone could pair: one of passcode, salt, iteration-count and verifier is that of another device; make image and codes in one run',
  ),
  'verify.no-passcode': row(
    () => 'no passcode is known, so that the verifier was not checked',
    () =>
      'keep onboarding.json beside the image, or give the passcode with --passcode-from env:NAME or file:PATH',
  ),
  'verify.value-differs': row<{ key: string; image: string; config: string }>(
    (p) =>
      p.image === ''
        ? `the image has another ${p.key} than the config gives`
        : `${p.key} is ${p.image} in the image, but ${p.config} by the config`,
    () => 'make the image again, or verify it with the config that it was made from',
  ),
  'verify.value-missing': row<{ key: string }>(
    (p) => `the image has no ${p.key}, which the config gives`,
    () => 'make the image again, or verify it with the config that it was made from',
  ),
  'verify.value-unexpected': row<{ key: string }>(
    (p) => `the image has ${p.key}, which the config does not give`,
    () => 'make the image again, or verify it with the config that it was made from',
  ),
  'verify.manifest-differs': row<{ what: string; manifest: string; is: string }>(
    (p) => `${p.what} is ${p.is}, but ${p.manifest} by the manifest`,
    () => 'the file is not the one that was made with this manifest: make the image again',
  ),
  'verify.manifest-entry': row<{ entry: string; what: string }>(
    (p) => `${p.entry}: ${p.what}`,
    () => 'the image is not the one that was made with this manifest: make the image again',
  ),
  'verify.level-skipped': row<{ level: number; reason: string }>(
    (p) => `level ${p.level} was not run: ${p.reason}`,
    () => 'a level that is asked for with --level has to run; without that option this is a note',
  ),
  'verify.matter-missing': row<{ level: number }>(
    (p) => `level ${p.level} was not run: matter.js, which plays device and controller, is not installed`,
    () => `install it: ${MATTER}`,
  ),
  'verify.matter-version': row<{ level: number; found: string; range: string }>(
    (p) => `level ${p.level} was not run: @matter/node is ${p.found}, and only ${p.range} is known to fit`,
    () => `install that: ${MATTER}`,
  ),
  'verify.codec-differs': row<{ code: string; field: string }>(
    (p) => `matter.js reads another ${p.field} from the ${p.code}`,
    () => 'report it: the codes are made in a way that another Matter stack does not understand',
  ),
  'verify.credential-refused': row<{ subject: string; key: string; reason: string }>(
    (p) => `matter.js cannot read the ${p.subject} (${p.key}): ${p.reason}`,
    () => 'check it with "esp32-factory attestation show", and take the credential as it was issued',
  ),
  'verify.attestation-refused': row<{ check: string; reason: string }>(
    (p) => `matter.js refuses the attestation of this device: ${p.reason} (${p.check})`,
    () =>
      'take DAC, its key, PAI and Certification Declaration of one product, and name the PAA in attestation.trust.paa',
  ),
  'verify.attestation-note': row<{ check: string; reason: string }>(
    (p) => `matter.js notes: ${p.reason} (${p.check})`,
    () => 'nothing to do for a development device',
  ),
  'verify.pase-failed': row<{ reason: string }>(
    (p) =>
      `no secure session: the passcode of the codes does not prove itself to verifier, salt and iteration-count of the image (${p.reason})`,
    () => 'take image and codes of one run: a wrong passcode, verifier, salt or iteration-count all end here',
  ),
  'verify.device-not-found': row<{ discriminator: number }>(
    (p) =>
      `no device with the discriminator of the codes, ${hex(p.discriminator)}, was found: the image says another`,
    () => 'take image and codes of one run',
  ),
  'verify.device-failed': row<{ reason: string }>(
    (p) => `matter.js could not start a device from the image: ${p.reason}`,
    () => 'see the findings of the levels before: a value is beyond what Matter allows',
  ),
  'verify.commissioning-failed': row<{ reason: string }>(
    (p) => `commissioning failed: ${p.reason}`,
    () => 'see the findings before this one; if there are none, report it with the output of --json',
  ),
  'verify.attribute-differs': row<{ attribute: string; key: string; image: string; read: string }>(
    (p) =>
      `Basic Information, ${p.attribute}: ${p.read} was read from the device, but ${p.key} of the image is ${p.image}`,
    () => 'report it: the Matter stack understands this value otherwise',
  ),
});
