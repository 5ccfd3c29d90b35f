export type { SecureCertContents } from './contents';
export { decodeSecureCert, secureCertContents } from './decode';
export { encodeSecureCert } from './encode';
export { SECURE_CERT_SIZE, SECURE_CERT_SIZE_LIMIT, type SecureCertTlv, tlvName } from './layout';
export { legacyFormat } from './legacy';
