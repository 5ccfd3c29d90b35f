export { decodeManualCode, encodeManualCode, formatManualCode, type ManualCodePayload } from './manual-code';
export { decodeNdefUri, encodeNdefUri } from './ndef';
export {
  assertPasscode,
  generateDiscriminator,
  generatePasscode,
  PASSCODE_MAX,
  PASSCODE_MIN,
} from './passcode';
export { decodeQrCode, decodeQrCodes, encodeQrCode, encodeQrCodes, type QrCodePayload } from './qr-code';
export type { QrCodeData } from './qr-code-data';
export { CommissioningFlow, DiscoveryCapability } from './setup-payload';
export {
  assertVerifierMatches,
  computeVerifier,
  computeVerifierAsync,
  decodeVerifier,
  generateSalt,
  ITERATIONS_MAX,
} from './verifier';
