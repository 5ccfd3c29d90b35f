/** The credentials that prove what the device is: Matter Core Specification, sections 6.2 and 6.3. */
import * as z from 'zod/mini';
import { command } from '../values/command';
import { credential, privateKey } from '../values/credential';
import { either } from '../values/either';
import { oneOfNames } from '../values/enumeration';
import { described } from '../values/field';
import { folder } from '../values/folder';
import { integer } from '../values/integer';
import { plainText } from '../values/text';

const given = described(
  z.strictObject({
    certificate: described(credential('the DAC'), 'The Device Attestation Certificate, PEM or DER.'),
    key: described(
      privateKey('the key of the DAC'),
      'Its private key: SEC1 or PKCS#8, PEM or DER; an encrypted PKCS#8 key with its passphrase by reference.',
    ),
  }),
  'A certificate that was issued before.',
);

const issued = described(
  z.strictObject({
    issue: described(
      z.strictObject({
        commonName: described(
          z.exactOptional(plainText({ what: 'the common name', maxLength: 64 })),
          'Common name of the subject; {serialNumber}, {vendorId} and {productId} are filled in.',
        ),
        subjectIds: described(
          z.prefault(oneOfNames('the form of the subject ids', ['attributes', 'common-name']), 'attributes'),
          'Vendor and product id as attributes of their own, or as Mvid: and Mpid: in the common name.',
        ),
        validFrom: described(
          z.exactOptional(
            plainText({
              what: 'the start of validity',
              maxLength: 20,
              pattern: /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/,
              must: 'a UTC date like 2025-04-16 or 2025-04-16T12:00:00Z',
            }),
          ),
          'Start of validity; now if it is not given.',
        ),
        validDays: described(
          z.exactOptional(integer({ what: 'the validity', min: 1, max: 36525 })),
          'Days of validity; without it the certificate has no well-defined expiry.',
        ),
      }),
      'A certificate that is issued for this device by the PAI, whose key or signer is given in "pai".',
    ),
  }),
  'A certificate that is issued for this device.',
);

export const attestationSchema = described(
  z.strictObject({
    dac: described(
      z.exactOptional(either('the DAC', 'issue', issued, given)),
      'The Device Attestation Certificate with its key, or how to issue one.',
    ),
    pai: described(
      z.exactOptional(
        z.strictObject({
          certificate: described(
            credential('the PAI'),
            'The Product Attestation Intermediate certificate that issued the DAC, PEM or DER.',
          ),
          key: described(
            z.exactOptional(privateKey('the key of the PAI')),
            'Its private key, only where a DAC is issued from it.',
          ),
          signer: described(
            z.exactOptional(command('the signer')),
            'A program that signs for the PAI instead of a key, as a list of arguments (no shell): gets the digest on stdin, answers the signature.',
          ),
        }),
      ),
      'The intermediate certificate.',
    ),
    certificationDeclaration: described(
      z.exactOptional(credential('the Certification Declaration')),
      'The Certification Declaration of the product, DER (CMS) or PEM.',
    ),
    trust: described(
      z.exactOptional(
        z.strictObject({
          paa: described(
            z.exactOptional(folder('the PAA folder')),
            'Folder of trusted root certificates (PAA), PEM or DER.',
          ),
          cdSigners: described(
            z.exactOptional(folder('the folder of CD signers')),
            'Folder of certificates or keys that may sign Certification Declarations.',
          ),
        }),
      ),
      'Whom to trust when the credentials are checked as a commissioner would.',
    ),
    severity: described(
      z.prefault(oneOfNames('the severity', ['auto', 'error', 'warning']), 'auto'),
      'What a finding of the attestation checks is: "auto" makes it an error in production and a warning in development.',
    ),
    at: described(
      z.exactOptional(
        plainText({
          what: 'the time of commissioning',
          maxLength: 20,
          pattern: /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/,
          must: 'a UTC date like 2025-04-16 or 2025-04-16T12:00:00Z',
        }),
      ),
      'The time for which validity is checked; now if it is not given.',
    ),
  }),
  'The credentials that prove to a commissioner what this device is.',
);
