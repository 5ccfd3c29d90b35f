export { completeInputs, type DeviceInputs, type InputOptions, readInputs, wipeInputs } from './inputs';
export { certificatesOf, readCertificateFolder } from './trust';
