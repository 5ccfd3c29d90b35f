export { errorTable, hex, nearest, oneOf, row } from './error-table';
export { FactoryError, type Finding, locate, type Severity, type Where, within } from './factory-error';
export { formatFinding, formatFindings, formatWhere } from './format';
export { FINDINGS_MAX, firstFindings } from './limit';
export { isDescribed, printable, printableJson, printableLines, shown, withoutSecrets } from './printed-text';
