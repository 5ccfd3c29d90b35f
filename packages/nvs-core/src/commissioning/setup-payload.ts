/** The contents of onboarding codes: Matter Core Specification, sections 5.1.1 to 5.1.3. */
import { commissioningErrors } from '../errors/commissioning';
import { FactoryError, type Finding } from '../errors/factory-error';
import { assertDiscriminator, assertPasscode } from './passcode';

/** How the device gets into commissioning mode (section 5.1.1.3). */
export const CommissioningFlow = { standard: 0, userIntent: 1, custom: 2 } as const;

/** Bits of the discovery capabilities mask (section 5.1.1.4). */
export const DiscoveryCapability = {
  softAp: 1,
  ble: 2,
  onNetwork: 4,
  wifiPaf: 8,
  nfc: 16,
  thread: 32,
} as const;

/** The highest vendor id that a device may have: those above are not assigned, and the Matter SDK refuses them. */
const VENDOR_ID_MAX = 0xfff4;
const PRODUCT_ID_MAX = 0xffff;
const FLOW_MAX = 2;
const DISCOVERY_MAX = 0x3f;

export interface SetupPayload {
  /** 1 to 0xFFF4, or 0 for none. */
  readonly vendorId: number;
  /** 16 bits; 0 only without a vendor id. */
  readonly productId: number;
  /** 0 standard, 1 user intent, 2 custom. */
  readonly flow: number;
  /** Sum of DiscoveryCapability bits, 0 to 63. */
  readonly discovery: number;
  /** 0 to 4095. */
  readonly discriminator: number;
  /** 1 to 99999998, not a trivial one. */
  readonly passcode: number;
}

/**
 * The payload, if every field is in its range; all findings are thrown at once, each with its field. The rules of the
 * Matter SDK's SetupPayload.cpp (isValidQRCodePayload, isValidManualCode), which hold for every kind of code.
 * Errors: commissioning.vendor-id-out-of-range, .product-id-out-of-range, .product-id-missing, .flow-unknown,
 * .discovery-unknown, .discriminator-out-of-range, .passcode-out-of-range, .passcode-forbidden.
 */
export function assertSetupPayload<T extends SetupPayload>(payload: T): T {
  const findings = idFindings(payload);
  const report = (code: NumberCode, field: keyof SetupPayload) =>
    findings.push(commissioningErrors.finding(code, { value: payload[field] }, { field }));

  if (!isWithin(payload.flow, FLOW_MAX)) report('commissioning.flow-unknown', 'flow');
  if (!isWithin(payload.discovery, DISCOVERY_MAX)) report('commissioning.discovery-unknown', 'discovery');
  collect(findings, 'discriminator', () => assertDiscriminator(payload.discriminator));
  collect(findings, 'passcode', () => assertPasscode(payload.passcode));
  if (findings.length > 0) throw new FactoryError(findings);
  return payload;
}

type NumberCode = 'commissioning.flow-unknown' | 'commissioning.discovery-unknown';

/** What is wrong with the ids of a code, each finding with its field. */
export function idFindings({ vendorId, productId }: Pick<SetupPayload, 'vendorId' | 'productId'>): Finding[] {
  const findings: Finding[] = [];
  if (!isWithin(vendorId, VENDOR_ID_MAX)) {
    const where = { field: 'vendorId' };
    findings.push(
      commissioningErrors.finding('commissioning.vendor-id-out-of-range', { value: vendorId }, where),
    );
  }
  const where = { field: 'productId' };
  if (!isWithin(productId, PRODUCT_ID_MAX)) {
    findings.push(
      commissioningErrors.finding('commissioning.product-id-out-of-range', { value: productId }, where),
    );
  } else if (productId === 0 && vendorId !== 0) {
    findings.push(commissioningErrors.finding('commissioning.product-id-missing', { vendorId }, where));
  }
  return findings;
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function collect(findings: Finding[], field: keyof SetupPayload, assert: () => void): void {
  try {
    assert();
  } catch (error) {
    if (!(error instanceof FactoryError)) throw error;
    findings.push(...error.at({ field }).findings);
  }
}
