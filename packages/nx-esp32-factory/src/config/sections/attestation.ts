/** The credentials that prove what the device is: Matter Core Specification, sections 6.2 and 6.3. */
import * as z from 'zod';
import { command } from '../values/command';
import { credential, privateKey } from '../values/credential';
import { either } from '../values/either';
import { oneOfNames } from '../values/enumeration';
import { folder } from '../values/folder';
import { integer } from '../values/integer';
import { plainText } from '../values/text';

const given = z
  .strictObject({
    certificate: credential('the DAC').describe('The Device Attestation Certificate, PEM or DER.'),
    key: privateKey('the key of the DAC').describe(
      'Its private key: SEC1 or PKCS#8, PEM or DER; an encrypted PKCS#8 key with its passphrase by reference.',
    ),
  })
  .describe('A certificate that was issued before.');

const issued = z
  .strictObject({
    issue: z
      .strictObject({
        commonName: plainText({ what: 'the common name', maxLength: 64 })
          .exactOptional()
          .describe('Common name of the subject; {serialNumber}, {vendorId} and {productId} are filled in.'),
        subjectIds: oneOfNames('the form of the subject ids', ['attributes', 'common-name'])
          .prefault('attributes')
          .describe(
            'Vendor and product id as attributes of their own, or as Mvid: and Mpid: in the common name.',
          ),
        validFrom: plainText({
          what: 'the start of validity',
          maxLength: 20,
          pattern: /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/,
          must: 'a UTC date like 2025-04-16 or 2025-04-16T12:00:00Z',
        })
          .exactOptional()
          .describe('Start of validity; now if it is not given.'),
        validDays: integer({ what: 'the validity', min: 1, max: 36525 })
          .exactOptional()
          .describe('Days of validity; without it the certificate has no well-defined expiry.'),
      })
      .describe(
        'A certificate that is issued for this device by the PAI, whose key or signer is given in "pai".',
      ),
  })
  .describe('A certificate that is issued for this device.');

export const attestationSchema = z
  .strictObject({
    dac: either('the DAC', 'issue', issued, given)
      .exactOptional()
      .describe('The Device Attestation Certificate with its key, or how to issue one.'),
    pai: z
      .strictObject({
        certificate: credential('the PAI').describe(
          'The Product Attestation Intermediate certificate that issued the DAC, PEM or DER.',
        ),
        key: privateKey('the key of the PAI')
          .exactOptional()
          .describe('Its private key, only where a DAC is issued from it.'),
        signer: command('the signer')
          .exactOptional()
          .describe(
            'A program that signs for the PAI in place of a key, as a list of arguments (no shell): gets the digest on stdin, answers the signature.',
          ),
      })
      .exactOptional()
      .describe('The intermediate certificate.'),
    certificationDeclaration: credential('the Certification Declaration')
      .exactOptional()
      .describe('The Certification Declaration of the product, DER (CMS) or PEM.'),
    trust: z
      .strictObject({
        paa: folder('the PAA folder')
          .exactOptional()
          .describe('Folder of trusted root certificates (PAA), PEM or DER.'),
        cdSigners: folder('the folder of CD signers')
          .exactOptional()
          .describe('Folder of certificates or keys that may sign Certification Declarations.'),
      })
      .exactOptional()
      .describe('Whom to trust when the credentials are checked as a commissioner would.'),
    severity: oneOfNames('the severity', ['auto', 'error', 'warning'])
      .prefault('auto')
      .describe(
        'What a finding of the attestation checks is: "auto" makes it an error in production and a warning in development.',
      ),
    at: plainText({
      what: 'the time of commissioning',
      maxLength: 20,
      pattern: /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/,
      must: 'a UTC date like 2025-04-16 or 2025-04-16T12:00:00Z',
    })
      .exactOptional()
      .describe('The time for which validity is checked; now if it is not given.'),
  })
  .describe('The credentials that prove to a commissioner what this device is.');
