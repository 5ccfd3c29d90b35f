export type { SecureCertCommissioning, SecureCertContents, SecureCertKey } from './contents';
export { type DecodedSecureCert, decodeSecureCert, secureCertContents } from './decode';
export { encodeSecureCert } from './encode';
export { SECURE_CERT_SIZE, SECURE_CERT_SIZE_LIMIT, type SecureCertTlv } from './layout';
