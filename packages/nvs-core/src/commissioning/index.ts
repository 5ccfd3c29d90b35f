export * from './base38';
export * from './manual-code';
export * from './passcode';
export * from './qr-code';
export * from './setup-payload';
export * from './verhoeff';
export * from './verifier';
