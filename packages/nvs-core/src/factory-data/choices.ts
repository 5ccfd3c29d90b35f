/** Enumerations of factory data; a name's index is its number. */

/** ProductFinishEnum: Matter Core Specification, section 11.1.4.2. */
export const PRODUCT_FINISHES = ['other', 'matte', 'satin', 'polished', 'rugged', 'fabric'] as const;

/** ColorEnum: Matter Core Specification, section 11.1.4.3. */
export const PRODUCT_COLORS = [
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

/** CalendarTypeEnum: Matter Core Specification, section 11.4; stored as one bit each. */
export const CALENDAR_TYPES = [
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

/** RegulatoryLocationTypeEnum: Matter Core Specification, section 11.10.5.4. */
export const LOCATION_CAPABILITIES = ['indoor', 'outdoor', 'indoor-outdoor'] as const;
