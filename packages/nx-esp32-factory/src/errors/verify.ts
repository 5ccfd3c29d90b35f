import { errorTable, hex, row } from 'nvs-core/errors';

const MATTER = 'npm install --save-dev @matter/node@~0.17.9';
const SDK =
  'python3 -m venv .sdk && .sdk/bin/pip install home-assistant-chip-core==2025.7.0 home-assistant-chip-clusters==2025.7.0';

/** What a verification finds in addition to the decoders and the firmware and attestation checks. Never a secret. */
export const verifyErrors = errorTable({
  'verify.image-missing': row<{ folder: string }>(
    (p) => `there is no image in ${p.folder}: its manifest lists none`,
    () => 'make the image first (nx run <project>:factory-image), or give the path of an image',
  ),
  'verify.no-factory-data': row(
    () => 'no factory data can be read from the image',
    () => 'give the factory partition (with its keys if it is encrypted), and see the findings above',
  ),
  'verify.attestation-not-checked': row<{ found: readonly string[]; missing: readonly string[] }>(
    (p) =>
      `the image has a ${p.found.join(' and a ')}, but no readable ${p.missing.join(' and no ')}: the attestation was not checked`,
    () =>
      'give the folder of the image with its esp_secure_cert partition; data that an HMAC key of the eFuses protects cannot be checked here',
  ),
  'verify.passcode-reference': row<{ reference: string }>(
    (p) => `${p.reference} does not refer to a passcode of one to eight digits`,
    () =>
      'write env:NAME or file:PATH; the passcode itself is not accepted, as other users can see the command line',
  ),
  'verify.codes-unreadable': row<{ reason: string }>(
    (p) => `the onboarding codes cannot be read: ${p.reason}`,
    () => 'give the onboarding.json that was made with the image',
  ),
  'verify.codes-differ': row<{
    field: string;
    code: string;
    value: string;
    other: string;
    otherValue: string;
  }>(
    (p) =>
      p.value === ''
        ? `the ${p.field} of the ${p.code} is not that of the ${p.other}`
        : `the ${p.field} of the ${p.code} is ${p.value}, but that of the ${p.other} is ${p.otherValue}`,
    () =>
      'these are the codes of another device, or of another run: use the ones that were made with the image',
  ),
  'verify.qr-code-serial-number': row<{ expected: boolean }>(
    (p) =>
      p.expected
        ? 'the QR code has no serial number, but commissioning.qrCode.serialNumber is true'
        : 'the QR code has a serial number, but commissioning.qrCode.serialNumber is not true',
    () => 'make the image again, or verify it with the config that it was made from',
  ),
  'verify.nfc-tag-differs': row<{ reason: string }>(
    (p) => `the content of the NFC tag is not that of this device: ${p.reason}`,
    () => 'use the onboarding.ndef that was made with the image, or make the image again',
  ),
  'verify.verifier-differs': row<{ part: string; source: string; iterations: number; saltLength: number }>(
    (p) =>
      `verifier: its ${p.part} ${p.part.includes(' and ') ? 'were' : 'was'} not computed from the passcode of ${p.source} with the salt (${p.saltLength} bytes) and the ${p.iterations} iterations (iteration-count) of the image`,
    () =>
      'no phone could pair: passcode, salt, iteration-count or verifier belongs to another device; make image and codes in one run',
  ),
  'verify.no-passcode': row(
    () => 'the passcode is unknown, so the verifier was not checked',
    () =>
      'keep onboarding.json next to the image, or give the passcode with --passcode-from env:NAME or file:PATH',
  ),
  'verify.value-differs': row<{ key: string; image: string; config: string }>(
    (p) =>
      p.image === ''
        ? `${p.key} of the image differs from that of the config`
        : `${p.key} is ${p.image} in the image, but ${p.config} in the config`,
    () => 'make the image again, or verify it with the config that it was made from',
  ),
  'verify.value-missing': row<{ key: string }>(
    (p) => `the image has no ${p.key}, which the config sets`,
    () => 'make the image again, or verify it with the config that it was made from',
  ),
  'verify.value-unexpected': row<{ key: string }>(
    (p) => `the image has ${p.key}, which the config does not set`,
    () => 'make the image again, or verify it with the config that it was made from',
  ),
  'verify.manifest-differs': row<{ what: string; manifest: string; is: string }>(
    (p) => `${p.what} is ${p.is}, but ${p.manifest} in the manifest`,
    () => 'the file is not the one that was made with this manifest: make the image again',
  ),
  'verify.manifest-entry': row<{ entry: string; what: string }>(
    (p) => `${p.entry}: ${p.what}`,
    () => 'the image is not the one that was made with this manifest: make the image again',
  ),
  'verify.level-skipped': row<{ level: number; reason: string }>(
    (p) => `level ${p.level} was not run: ${p.reason}`,
    () => 'a level requested with --level must run; without that option this is a note',
  ),
  'verify.matter-missing': row<{ level: number }>(
    (p) => `level ${p.level} was not run: matter.js, which acts as device and controller, is not installed`,
    () => `install it: ${MATTER}`,
  ),
  'verify.matter-version': row<{ level: number; found: string; range: string }>(
    (p) => `level ${p.level} was not run: @matter/node is ${p.found}, but only ${p.range} is supported`,
    () => `install a supported version: ${MATTER}`,
  ),
  'verify.codec-differs': row<{ code: string; field: string }>(
    (p) => `matter.js reads a different ${p.field} from the ${p.code}`,
    () => 'report it: another Matter stack does not read the codes as this tool writes them',
  ),
  'verify.credential-refused': row<{ subject: string; key: string; reason: string }>(
    (p) => `matter.js cannot read the ${p.subject} (${p.key}): ${p.reason}`,
    () => 'check it with "esp32-factory attestation show", and use the credential as it was issued',
  ),
  'verify.attestation-refused': row<{ check: string; reason: string }>(
    (p) => `matter.js rejects the attestation of this device: ${p.reason} (${p.check})`,
    () =>
      'use the DAC, its key, the PAI and the Certification Declaration of one product, and the folder of its PAA in attestation.trust.paa',
  ),
  'verify.attestation-note': row<{ check: string; reason: string }>(
    (p) => `matter.js notes: ${p.reason} (${p.check})`,
    () => 'nothing to do for a development device',
  ),
  'verify.pase-failed': row<{ reason: string }>(
    (p) =>
      `no secure session: the passcode of the codes does not match verifier, salt and iteration-count of the image (${p.reason})`,
    () =>
      'use image and codes of one run: a wrong passcode, verifier, salt or iteration-count fails like this',
  ),
  'verify.device-not-found': row<{ discriminator: number }>(
    (p) =>
      `no device with the discriminator of the codes, ${hex(p.discriminator)}, was found: the image has another`,
    () => 'use image and codes of one run',
  ),
  'verify.device-failed': row<{ reason: string }>(
    (p) => `matter.js could not start a device from the image: ${p.reason}`,
    () => 'see the findings of the earlier levels: a value is outside what Matter allows',
  ),
  'verify.commissioning-failed': row<{ reason: string }>(
    (p) => `commissioning failed: ${p.reason}`,
    () => 'see the findings above; if there are none, report it with the output of --json',
  ),
  'verify.attribute-differs': row<{ attribute: string; key: string; image: string; read: string }>(
    (p) =>
      `Basic Information, ${p.attribute}: ${p.read} was read from the device, but ${p.key} of the image is ${p.image}`,
    () => 'report it: the Matter stack reads this value differently',
  ),
  'verify.matter-network-missing': row(
    () =>
      'level 4 was not run: @matter/nodejs, with which matter.js opens sockets, is not installed next to @matter/node',
    () => 'install it: npm install --save-dev @matter/nodejs@~0.17.9',
  ),
  'verify.sdk-platform': row<{ platform: string; arch: string }>(
    (p) =>
      `level 4 was not run: the Matter SDK exists for Linux on x86-64, and this is ${p.platform} on ${p.arch}`,
    () => 'run level 4 on such a machine, in CI for example; level 3 runs everywhere',
  ),
  'verify.sdk-missing': row<{ python: string; reason: string }>(
    (p) => `level 4 was not run: ${p.python} has no Matter SDK${p.reason === '' ? '' : ` (${p.reason})`}`,
    () => `install it, and give its Python with --sdk-python (the option sdkPython): ${SDK}`,
  ),
  'verify.sdk-version': row<{ python: string; found: string }>(
    (p) => `level 4 was not run: the Matter SDK of ${p.python} is ${p.found}, but only 2025.7.0 is supported`,
    () => `install that version: ${SDK}`,
  ),
  'verify.sdk-network': row<{ reason: string }>(
    (p) => `level 4 was not run: it cannot make network namespaces (${p.reason})`,
    () =>
      'it needs unshare (util-linux), ip (iproute2), and root or a kernel that allows user namespaces: a container needs the capability SYS_ADMIN',
  ),
  'verify.sdk-failed': row<{ reason: string }>(
    (p) => `the Matter SDK cannot be used: ${p.reason}`,
    () => 'it needs libnl-route-3-200 and libglib2.0-0 (names of Debian); otherwise install it again',
  ),
  'verify.sdk-crashed': row<{ signal: string }>(
    (p) => `the Matter SDK crashed while it commissioned the device (${p.signal})`,
    () => 'some malformed credentials crash it: see the findings of the earlier levels',
  ),
  'verify.sdk-time': row<{ seconds: number }>(
    (p) => `the Matter SDK did not commission the device within ${p.seconds} s`,
    () => 'run it again on a machine with less load; if that does not help, report it',
  ),
  'verify.sdk-refused': row<{ number: number; reason: string }>(
    (p) => `the Matter SDK refuses the attestation of this device: ${p.number}, ${p.reason}`,
    () =>
      'see the findings of level 1 for the cause; a Certification Declaration must be signed by the CSA, or by the public test key for test vendor ids',
  ),
});
