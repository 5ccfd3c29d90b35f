/**
 * Attestation results: the Matter SDK's AttestationVerificationResult, whose number a commissioner shows to the user
 * (src/credentials/attestation_verifier/DeviceAttestationVerifier.h of the SDK).
 */
export const ATTESTATION_RESULTS = {
  100: 'PaaUntrusted',
  101: 'PaaNotFound',
  102: 'PaaExpired',
  103: 'PaaSignatureInvalid',
  104: 'PaaRevoked',
  105: 'PaaFormatInvalid',
  106: 'PaaArgumentInvalid',
  200: 'PaiExpired',
  201: 'PaiSignatureInvalid',
  202: 'PaiRevoked',
  203: 'PaiFormatInvalid',
  204: 'PaiArgumentInvalid',
  205: 'PaiVendorIdMismatch',
  206: 'PaiAuthorityNotFound',
  207: 'PaiMissing',
  208: 'PaiAndDacRevoked',
  300: 'DacExpired',
  301: 'DacSignatureInvalid',
  302: 'DacRevoked',
  303: 'DacFormatInvalid',
  304: 'DacArgumentInvalid',
  305: 'DacVendorIdMismatch',
  306: 'DacProductIdMismatch',
  307: 'DacAuthorityNotFound',
  400: 'FirmwareInformationMismatch',
  401: 'FirmwareInformationMissing',
  500: 'AttestationSignatureInvalid',
  501: 'AttestationElementsMalformed',
  502: 'AttestationNonceMismatch',
  503: 'AttestationSignatureInvalidFormat',
  600: 'CertificationDeclarationNoKeyId',
  601: 'CertificationDeclarationNoCertificateFound',
  602: 'CertificationDeclarationInvalidSignature',
  603: 'CertificationDeclarationInvalidFormat',
  604: 'CertificationDeclarationInvalidVendorId',
  605: 'CertificationDeclarationInvalidProductId',
  606: 'CertificationDeclarationInvalidPAA',
} as const;

export type ResultNumber = keyof typeof ATTESTATION_RESULTS;

export interface AttestationResult {
  readonly number: ResultNumber;
  readonly name: (typeof ATTESTATION_RESULTS)[ResultNumber];
}

export function attestationResult(number: ResultNumber): AttestationResult {
  return { number, name: ATTESTATION_RESULTS[number] };
}
