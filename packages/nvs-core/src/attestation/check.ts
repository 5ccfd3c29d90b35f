/**
 * Checks a set of credentials offline as a commissioner does (Matter Core specification, 6.2.3.1), in the order of the
 * Matter SDK's DefaultDeviceAttestationVerifier, but without stopping at the first finding.
 */
import type { Certificate } from './certificate';
import type { ParsedCd } from './certification-declaration';
import { checkCertificate } from './check-certificate';
import {
  checkChainExtensions,
  checkChainIds,
  checkDacEpoch,
  checkDacValidity,
  checkIssued,
  checkIssuerValidity,
  findPaa,
} from './check-chain';
import {
  checkAuthorizedPaa,
  checkCdFields,
  checkCdIds,
  checkCdSignature,
  type DeviceIds,
  fieldsOfCommissioner,
} from './check-declaration';
import { checkRevocation, type Revocation } from './check-revocation';
import { type AttestationFinding, Findings, type Places, type UnreadableCredential } from './findings';
import type { CdSigner } from './known-cd-signers';
import type { PrivateKey } from './private-key';
import type { AttestationResult } from './results';

export interface CheckAttestationInput {
  /** DAC and PAI as parseCredential returns them. */
  readonly dac: Certificate | UnreadableCredential;
  readonly pai: Certificate | UnreadableCredential;
  /** Undefined if the declaration is built into the firmware; reported as not checked. */
  readonly cd: ParsedCd | UnreadableCredential | undefined;
  /** The PAAs that commissioners trust; if undefined, the PAA is reported as not checked. */
  readonly paaTrustStore?: readonly Certificate[] | undefined;
  /** Signers of declarations in addition to the known ones. */
  readonly cdSigners?: readonly CdSigner[];
  readonly dacKey?: Pick<PrivateKey, 'publicKey'> | undefined;
  /** The certificates that are revoked; if undefined, revocation is not checked. */
  readonly revocation?: Revocation | undefined;
  /** Ids of the configuration. */
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
  /** Ids built into the firmware. */
  readonly firmware?: { readonly vendorId?: number; readonly productId?: number };
  /** Time of commissioning. */
  readonly at: Date;
  /** Source location of each credential, for the findings. */
  readonly places?: Places;
}

export interface AttestationCheck {
  readonly findings: readonly AttestationFinding[];
  /**
   * Whether every commissioner would accept the device, as far as checked: no finding is an error. Without an
   * attestation result, commissioners accept it today, against the specification.
   */
  readonly isAccepted: boolean;
  /** The result that the SDK's commissioner returns; undefined if it accepts the device. */
  readonly attestationResult?: AttestationResult | undefined;
  /** The PAA in the trust store at the end of the chain. */
  readonly paa?: Certificate | undefined;
}

/** Returns all findings about a set of credentials; never throws for invalid credentials. */
export function checkAttestation(input: CheckAttestationInput): AttestationCheck {
  const { at, cdSigners = [], dacKey } = input;
  const findings = new Findings(input.places ?? {});
  const pai = findings.readable(input.pai);
  if (pai !== undefined) checkCertificate(findings, 'pai', pai);
  const dac = findings.readable(input.dac);
  if (dac !== undefined) checkCertificate(findings, 'dac', dac);

  if (dac !== undefined && pai !== undefined) checkChainIds(findings, dac, pai);
  if (dac !== undefined && dacKey !== undefined && Buffer.compare(dac.publicKey.data, dacKey.publicKey) !== 0)
    findings.report('dac', 500, 'attestation.key-not-of-dac', {});
  const paa = pai === undefined ? undefined : findPaa(findings, pai, input.paaTrustStore);
  if (dac !== undefined) checkDacValidity(findings, dac, at);
  if (dac !== undefined) checkDacEpoch(findings, dac);
  if (pai !== undefined) checkIssuerValidity(findings, 'pai', pai, dac, at);
  if (paa !== undefined) checkIssuerValidity(findings, 'paa', paa, dac, at);
  checkChainExtensions(findings, { dac, pai, paa });
  if (dac !== undefined && pai !== undefined) checkIssued(findings, 'dac', dac, pai);
  if (pai !== undefined && paa !== undefined) checkIssued(findings, 'pai', pai, paa);
  if (paa !== undefined) checkIssued(findings, 'paa', paa, paa);

  if (input.cd === undefined) findings.report('cd', undefined, 'attestation.cd-not-checked', {}, 'warning');
  const cd = findings.readable(input.cd);
  if (cd !== undefined) {
    checkCdSignature(findings, cd, cdSigners);
    checkCdFields(findings, cd, cdSigners);
    const { vendorId, productId } = input;
    const config: DeviceIds = { source: 'configuration', vendorId, productId };
    const firmware: DeviceIds = { source: 'firmware', ...input.firmware };
    const fields = fieldsOfCommissioner(cd);
    checkCdIds(findings, fields, [config, firmware], { dac, pai });
    checkAuthorizedPaa(findings, fields, paa?.skid ?? pai?.akid);
    const { productIds = [], dacOriginProductId } = fields;
    const dacProductId = dac?.ids.productId;
    const isListed = (id: number | undefined): id is number => id !== undefined && productIds.includes(id);
    if (
      dacOriginProductId === undefined &&
      isListed(productId) &&
      isListed(dacProductId) &&
      productId !== dacProductId
    ) {
      const params = { dac: dacProductId, is: productId };
      findings.report('config', undefined, 'attestation.product-id-differs', params, 'warning');
    }
  }

  if (input.revocation !== undefined) checkRevocation(findings, { dac, pai }, input.revocation, at);

  const errors = findings.all.filter(({ severity }) => severity === 'error');
  return {
    findings: findings.all,
    isAccepted: errors.length === 0,
    attestationResult: errors.find(({ result }) => result !== undefined)?.result,
    paa,
  };
}
