export { CHIPS, type Chip, chipName, chipOf, findChip } from './chips';
