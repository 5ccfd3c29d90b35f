export { completeInputs, type DeviceInputs, readInputs, wipeInputs } from './inputs';
export { certificatesOf, readCertificateFolder } from './trust';
