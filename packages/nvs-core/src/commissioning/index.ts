export { decodeManualCode, encodeManualCode, formatManualCode, type ManualCodePayload } from './manual-code';
export {
  assertPasscode,
  generateDiscriminator,
  generatePasscode,
  PASSCODE_MAX,
  PASSCODE_MIN,
} from './passcode';
export { decodeQrCode, encodeQrCode, type QrCodePayload } from './qr-code';
export { CommissioningFlow, DiscoveryCapability } from './setup-payload';
export {
  assertVerifierMatches,
  computeVerifier,
  computeVerifierAsync,
  decodeVerifier,
  generateSalt,
  ITERATIONS_MAX,
} from './verifier';
