export { CHIPS, type Chip, chipName, chipOf, type FlashEncryptionScheme, findChip } from './chips';
