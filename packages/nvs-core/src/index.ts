export * from './attestation';
export * from './chips';
export * from './commissioning';
export * from './crypto';
export {
  FactoryError,
  type Finding,
  formatFindings,
  type Severity,
  type Where,
} from './errors';
export * from './factory-data';
export * from './flash-encryption';
export * from './nvs';
export * from './partition-table';
export * from './secure-cert';
