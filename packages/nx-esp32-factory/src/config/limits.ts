/** Lengths on the device in UTF-8 bytes; a test compares them with those that nvs-core checks. */

export const VENDOR_NAME_LENGTH = 32;
export const PRODUCT_NAME_LENGTH = 32;
export const SERIAL_NUMBER_LENGTH = 32;
export const PART_NUMBER_LENGTH = 32;
export const HARDWARE_VERSION_STRING_LENGTH = 64;
export const MANUFACTURING_DATE_LENGTH = 16;
export const PRODUCT_LABEL_LENGTH = 64;
export const PRODUCT_URL_LENGTH = 256;
export const FIXED_LABEL_LENGTH = 16;
export const LOCALE_LENGTH = 35;
export const MODE_LABEL_LENGTH = 64;
export const ROTATING_ID_LENGTH = 16;
export const NVS_NAME_LENGTH = 15;
/** Without its NUL. */
export const NVS_STRING_LENGTH = 3999;
