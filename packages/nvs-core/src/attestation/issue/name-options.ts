/** The options of a name to be issued (Matter Core specification, 6.2.2.2). */
import { hex4 } from '../name';
import { optionInvalid } from './option-invalid';

const MAX_COMMON_NAME_LENGTH = 64;

/** What a name to be issued contains. */
export interface NameOptions {
  /** Text of the common name; at most 64 bytes with the ids, if those are put there. */
  readonly commonName: string;
  readonly organization?: string;
  readonly vendorId?: number;
  readonly productId?: number;
  /** Where the ids go: attributes of their own (default), or the common name as Mvid:XXXX Mpid:XXXX. */
  readonly idEncoding?: 'attributes' | 'common name';
}

/** Returns the names if they fit a certificate. Errors: attestation.issue-option-invalid. */
export function assertNames<T extends NameOptions>(options: T): T {
  const { commonName, vendorId, productId, idEncoding, organization } = options;
  const ids = idEncoding === 'common name' ? [vendorId, productId].filter((id) => id !== undefined) : [];
  const length = Buffer.byteLength(commonName) + 10 * ids.length;
  // Commissioners refuse an empty name; one of spaces alone is the same text to X.509.
  if (commonName.trim() === '' && ids.length === 0) throw optionInvalid('commonName', 'it is empty');
  if (length > MAX_COMMON_NAME_LENGTH)
    throw optionInvalid(
      'commonName',
      `with ids it is ${length} bytes long; at most ${MAX_COMMON_NAME_LENGTH} are allowed`,
    );
  if (/M[vp]id:/.test(commonName))
    throw optionInvalid('commonName', 'Mvid: and Mpid: are written by idEncoding "common name", not by hand');
  if (organization === '') throw optionInvalid('organization', 'it is empty');
  for (const [option, id] of Object.entries({ vendorId, productId })) {
    if (id !== undefined && (!Number.isInteger(id) || id < 1 || id > 0xffff))
      throw optionInvalid(option, 'it must be 0x0001 to 0xFFFF');
  }
  return options;
}

/** Values for the placeholders in a common name template. */
export interface CommonNameValues {
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
  /** The device's serial number. */
  readonly serialNumber?: string | undefined;
}

/**
 * Fills in a common name template: {vendorId} and {productId} (four hexadecimal digits) and {serialNumber}.
 * Errors: attestation.issue-option-invalid.
 */
export function fillCommonName(template: string, values: CommonNameValues): string {
  const id = (value: number | undefined) => (value === undefined ? undefined : hex4(value));
  const known: Readonly<Record<string, string | undefined>> = {
    vendorId: id(values.vendorId),
    productId: id(values.productId),
    serialNumber: values.serialNumber,
  };
  return template.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(known, name) ? known[name] : undefined;
    if (value === undefined) throw optionInvalid('commonName', `there is no value for ${placeholder}`);
    return value;
  });
}
