/** The firmware finds the esp_secure_cert partition by its type or its name. */
export const SECURE_CERT_TYPE = 0x3f;
export const SECURE_CERT_NAME = 'esp_secure_cert';
