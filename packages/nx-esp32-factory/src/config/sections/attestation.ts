/** The credentials that prove what the device is: Matter Core Specification, sections 6.2 and 6.3. */
import { factoryField } from 'nvs-core';
import * as z from 'zod/mini';
import { configErrors } from '../../errors';
import { fieldsOf } from '../fields';
import { decoded } from '../values/check';
import { credential, privateKey } from '../values/credential';
import { annotated, described } from '../values/field';
import { file, trustFolder } from '../values/forms';
import { integer } from '../values/integer';
import { text, time } from '../values/text';
import { kindOf } from '../words';

const given = described(
  z.strictObject({
    certificate: described(credential(), factoryField('dac').description),
    key: described(privateKey(), factoryField('dacKey').description),
  }),
  'A certificate that was issued before.',
);

const issued = described(
  z.strictObject({
    issue: described(
      z.strictObject({
        commonName: described(
          z.exactOptional(text({ max: 64 })),
          'Common name of the subject; {serialNumber}, {vendorId} and {productId} are filled in.',
        ),
        subjectIds: described(
          z.prefault(z.enum(['attributes', 'common-name']), 'attributes'),
          'Vendor and product id as attributes of their own, or as Mvid: and Mpid: in the common name.',
        ),
        validFrom: described(z.exactOptional(time()), 'Start of validity; now if it is not given.'),
        validDays: described(
          z.exactOptional(integer({ min: 1, max: 36525 })),
          'Days of validity; without it the certificate has no well-defined expiry.',
        ),
      }),
      'A certificate that is issued for this device by the PAI, whose key or signer is given in "pai".',
    ),
  }),
  'A certificate that is issued for this device.',
);

/** A program and its arguments, run without a shell; they are checked together: their findings name the field. */
const command = decoded(
  annotated(z.array(z.unknown()), { items: { type: 'string' }, minItems: 1 }),
  (list, what): readonly string[] => {
    if (list.length === 0)
      throw configErrors.error('config.list-length', { what, length: 0, must: 'a program at least' });
    return list.map((argument, index) => {
      const named = { what: `argument ${index} of ${what}` };
      if (typeof argument !== 'string')
        throw configErrors.error('config.wrong-type', { ...named, got: kindOf(argument), must: 'text' });
      if (argument === '' && index === 0) throw configErrors.error('config.text-empty', named);
      if (argument.includes('\0'))
        throw configErrors.error('config.text-invalid', { ...named, must: 'text without NUL' });
      return argument;
    });
  },
);

export const attestationSchema = described(
  z.strictObject({
    dac: described(
      z.exactOptional(z.union([given, issued])),
      'The Device Attestation Certificate with its key, or how to issue one.',
    ),
    pai: described(
      z.exactOptional(
        z.strictObject({
          certificate: described(credential(), factoryField('pai').description),
          key: described(
            z.exactOptional(privateKey()),
            'Its private key, only where a DAC is issued from it.',
          ),
          signer: described(
            z.exactOptional(command),
            'A program that signs for the PAI instead of a key, as a list of arguments (no shell): gets the digest on stdin, answers the signature.',
          ),
        }),
      ),
      'The intermediate certificate.',
    ),
    ...fieldsOf('attestation'),
    trust: described(
      z.exactOptional(
        z.strictObject({
          paa: z.exactOptional(trustFolder('Folder of trusted root certificates (PAA), PEM or DER.')),
          cdSigners: z.exactOptional(
            trustFolder(
              'Folder of certificates or keys of your own that may sign Certification Declarations. The commissioners of the Matter SDK do not accept them.',
            ),
          ),
          revocationSet: z.exactOptional(
            file(
              "Revoked certificates: a JSON file as the Matter SDK's generate_revocation_set.py writes it.",
            ),
          ),
        }),
      ),
      'Whom to trust when the credentials are checked as a commissioner would.',
    ),
    severity: described(
      z.prefault(z.enum(['auto', 'error', 'warning']), 'auto'),
      'What a finding of the attestation checks is: "auto" makes it an error in production and a warning in development.',
    ),
    at: described(z.exactOptional(time()), 'The time for which validity is checked; now if it is not given.'),
  }),
  'The credentials that prove to a commissioner what this device is.',
);
