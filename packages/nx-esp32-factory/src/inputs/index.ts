export { appOf } from './app';
export { DEVELOPMENT_FILES } from './development-files';
export { completeInputs, type DeviceInputs, readInputs, wipeInputs } from './inputs';
export { certificatesOf, type RevocationSource, readCertificateFolder, readRevocationSet } from './trust';
export {
  describeTrusted,
  readTrustSnapshot,
  SNAPSHOT_NAME,
  snapshotName,
  type TrustSnapshot,
  type TrustStore,
} from './trust-snapshot';
