/** The partition of esp_secure_cert_mgr (its docs/format.md): data of a type of its own. */
export const SECURE_CERT_TYPE = 0x3f;
export const SECURE_CERT_NAME = 'esp_secure_cert';
