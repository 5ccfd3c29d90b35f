export * from './contents';
export * from './decode';
export * from './encode';
export { SECURE_CERT_SIZE, SECURE_CERT_SIZE_LIMIT, type SecureCertTlv } from './layout';
