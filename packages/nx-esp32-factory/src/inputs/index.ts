export { completeInputs, type DeviceInputs, readInputs, wipeInputs } from './inputs';
export { certificatesOf, type RevocationSource, readCertificateFolder, readRevocationSet } from './trust';
