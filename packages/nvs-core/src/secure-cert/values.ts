/** The forms of certificates and keys that the firmware relies on. */

/** kMaxDERCertLength of project-chip/connectedhomeip, src/credentials/CHIPCert.h. */
const CERTIFICATE_LENGTH_MAX = 600;

/** Length of the only SEC1 form that the DAC provider can read. */
const SEC1_KEY_LENGTH = 121;

/** The problem of a certificate's outer structure, if any; the attestation checks cover its contents. */
export function certificateProblem(data: Uint8Array): string | undefined {
  if (data.length === 0) return 'it is empty';
  if (startsAsPem(data)) return 'it is PEM text';
  if (data.length > CERTIFICATE_LENGTH_MAX) return `it is ${data.length} bytes long`;
  if (data[0] !== 0x30) return 'it does not start with a DER SEQUENCE';
  return isWholeSequence(data) ? undefined : 'its DER length is not the length of the data';
}

/** Whether the data is one DER SEQUENCE of at most 64 KiB, judged by its head. */
function isWholeSequence(data: Uint8Array): boolean {
  const [tag, first = 0, high = 0, low = 0] = data;
  // a certificate has at least some 200 bytes, so its length takes one or two more bytes
  const [header, length] = first === 0x82 ? [4, high * 256 + low] : first === 0x81 ? [3, high] : [2, first];
  return tag === 0x30 && header + length === data.length;
}

/** The form of a whole certificate or private key that no Matter device reads, in words; undefined for any other data. */
export function foreignForm(data: Uint8Array, what: 'certificate' | 'key'): string | undefined {
  if (startsAsPem(data))
    return new TextDecoder('latin1').decode(data).includes('-----END ') ? 'PEM text' : undefined;
  if (!isWholeSequence(data)) return undefined;
  if (what === 'certificate')
    return data.length > CERTIFICATE_LENGTH_MAX ? `DER of ${data.length} bytes` : undefined;
  if (sec1KeyProblem(data) === undefined) return undefined;
  if (isPkcs8(data)) return 'PKCS#8';
  return isRsaKey(data) ? 'an RSA key' : undefined;
}

/**
 * ECPrivateKey of RFC 5915, section 3, for P-256: version 1, private key at 7, parameters prime256v1 at 39, public
 * key at 51 (its point, uncompressed, at 56).
 */
const SEC1_FRAME: readonly (readonly [number, readonly number[], string])[] = [
  [0, [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20], 'it does not start like an ECPrivateKey of 32 bytes'],
  [
    39,
    [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
    'it does not name the curve P-256',
  ],
  [51, [0xa1, 0x44, 0x03, 0x42, 0x00, 0x04], 'it has no uncompressed public key'],
];

/** The problem, if any, of a private key that must be 121 bytes for the DAC provider to slice at offsets 7 and 56. */
export function sec1KeyProblem(data: Uint8Array): string | undefined {
  if (data.length === 0) return 'it is empty';
  if (startsAsPem(data)) return 'it is PEM text';
  if (isPkcs8(data)) return 'it is PKCS#8';
  if (isRsaKey(data)) return 'it is an RSA key';
  if (data.length !== SEC1_KEY_LENGTH) return `it is ${data.length} bytes long`;
  return SEC1_FRAME.find(
    ([at, expected]) => !expected.every((byte, index) => data[at + index] === byte),
  )?.[2];
}

function startsAsPem(data: Uint8Array): boolean {
  return [...'-----BEGIN'].every((character, index) => data[index] === character.charCodeAt(0));
}

/** RSAPrivateKey (RFC 8017, A.1.2): version 0, then the modulus, an INTEGER of 64 bytes or more. */
function isRsaKey(data: Uint8Array): boolean {
  const start = data[1] === 0x81 ? 3 : data[1] === 0x82 ? 4 : 2;
  const modulus = data[start + 4] ?? 0;
  return (
    data[0] === 0x30 &&
    [0x02, 0x01, 0x00, 0x02].every((byte, index) => data[start + index] === byte) &&
    modulus >= 0x40
  );
}

/** PrivateKeyInfo (RFC 5208): version 0, then an AlgorithmIdentifier. */
function isPkcs8(data: Uint8Array): boolean {
  const start = data[1] === 0x81 ? 3 : data[1] === 0x82 ? 4 : 2;
  return data[0] === 0x30 && [0x02, 0x01, 0x00, 0x30].every((byte, index) => data[start + index] === byte);
}
