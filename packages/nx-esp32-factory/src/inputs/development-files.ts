/** Paths in a development credentials folder; the PAA trust store is as chip-tool requires. */
export const DEVELOPMENT_FILES = {
  dac: 'dac.pem',
  dacKey: 'dac-key.pem',
  pai: 'pai.pem',
  certificationDeclaration: 'cd.der',
  paaTrustStore: 'paa-trust-store',
} as const;
