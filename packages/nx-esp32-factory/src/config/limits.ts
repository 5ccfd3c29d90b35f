/** Lengths and lists of the device's side, in bytes: the place to which the schema turns for them. */

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

export const FINISHES = ['other', 'matte', 'satin', 'polished', 'rugged', 'fabric'] as const;

export const COLORS = [
  'black',
  'navy',
  'green',
  'teal',
  'maroon',
  'purple',
  'olive',
  'gray',
  'blue',
  'lime',
  'aqua',
  'red',
  'fuchsia',
  'yellow',
  'white',
  'nickel',
  'chrome',
  'brass',
  'copper',
  'silver',
  'gold',
] as const;

export const CALENDARS = [
  'Buddhist',
  'Chinese',
  'Coptic',
  'Ethiopian',
  'Gregorian',
  'Hebrew',
  'Indian',
  'Islamic',
  'Japanese',
  'Korean',
  'Persian',
  'Taiwanese',
] as const;

export const CHIPS = [
  'esp32',
  'esp32s2',
  'esp32s3',
  'esp32c2',
  'esp32c3',
  'esp32c5',
  'esp32c6',
  'esp32c61',
  'esp32h2',
  'esp32p4',
] as const;
