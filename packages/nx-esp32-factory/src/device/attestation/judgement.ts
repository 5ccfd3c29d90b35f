import {
  type AttestationFinding,
  type AttestationResult,
  checkAttestation,
  FactoryError,
  type Finding,
  type Severity,
} from 'nvs-core';
import { factoryErrors } from '../../errors';
import type { Firmware } from '../../firmware';
import type { DeviceInputs } from '../../inputs';
import type { DeviceContext } from '../context';
import { type Classification, classify } from './classification';
import type { Credentials } from './credentials';
import { checkInlineSecrets } from './inline-secrets';

/** The attestation result of a set of credentials, with the severity that it has here. */
export interface AttestationJudgement {
  /** Null if it is unknown: the Certification Declaration is missing, and DAC and PAI are valid. */
  readonly isAccepted: boolean | null;
  /** The first error of a commissioner; undefined if it accepts. */
  readonly attestationResult: AttestationResult | undefined;
  /** The findings, with the severity that they have here. */
  readonly findings: readonly AttestationFinding[];
  /** Whether a setting turns errors of production into warnings. */
  readonly isRelaxed: boolean;
}

/** The credentials of a device, judged. */
export interface JudgedCredentials {
  readonly classification: Classification;
  /** Undefined if DAC or PAI is missing. */
  readonly attestation: AttestationJudgement | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Classifies the credentials, rejects inline secrets in production, and checks the attestation.
 * Errors, all at once: those of checkAttestation that are errors here, then factory.inline-secret. The attestation comes
 * first, because a wrong id there can be all that makes a device count as production; why it does is said last.
 */
export function judgeCredentials(
  inputs: DeviceInputs,
  credentials: Credentials,
  { now, fromCommandLine = false }: DeviceContext,
): JudgedCredentials {
  const classification = classify(inputs, credentials);
  const isProduction = classification.kind === 'production';
  const attestation = judgeAttestation(inputs, credentials, classification, now);
  const findings = [
    ...(attestation?.findings ?? []),
    ...(isProduction ? checkInlineSecrets(inputs.loaded, { fromCommandLine }) : []),
  ];
  if (findings.some(({ severity }) => severity === 'error')) {
    const { reasons } = classification;
    const why = isProduction ? [factoryErrors.finding('factory.production', { reasons }, {}, 'info')] : [];
    throw new FactoryError([...rejections(findings), ...why]);
  }
  return { classification, attestation, findings };
}

/** The errors, and what a commissioner rejects, whatever its severity here: it may be why the rest is an error. */
function rejections(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.severity === 'error' || 'result' in finding);
}

/**
 * Checks DAC, PAI and Certification Declaration as a commissioner does. A failed check is an error in production and
 * a warning in development, unless attestation.severity overrides that.
 */
function judgeAttestation(
  { loaded, config, ownCdSigners, paaTrustStore, revocation, firmware }: DeviceInputs,
  { dac, pai, cd, dacKey }: Credentials,
  { kind }: Classification,
  now: Date,
): AttestationJudgement | undefined {
  if (dac === undefined || pai === undefined) return undefined;
  const { severity = 'auto', at } = config.attestation ?? {};
  const { vendorId, productId } = config.deviceInstanceInfo;
  const check = checkAttestation({
    dac,
    pai,
    cd,
    dacKey,
    paaTrustStore,
    cdSigners: ownCdSigners,
    // Without the date of its file, which is no input of the image.
    revocation: revocation === undefined ? undefined : { set: revocation.set },
    vendorId,
    productId,
    firmware: builtInIds(firmware),
    at: at === undefined ? now : new Date(at),
    places: {
      dac: loaded.where(['attestation', 'dac', 'certificate']),
      pai: loaded.where(['attestation', 'pai', 'certificate']),
      cd: loaded.where(['attestation', 'certificationDeclaration']),
      paa: loaded.where(['attestation', 'trust', 'paa']),
      revocation: loaded.where(['attestation', 'trust', 'revocationSet']),
      config: loaded.where(['deviceInstanceInfo']),
    },
  });
  const errorSeverity: Severity =
    severity === 'auto' ? (kind === 'production' ? 'error' : 'warning') : severity;
  const findings = check.findings.map((finding) =>
    finding.severity === 'error' ? { ...finding, severity: errorSeverity } : finding,
  );
  return {
    isAccepted: check.isAccepted && cd === undefined ? null : check.isAccepted,
    attestationResult: check.attestationResult,
    findings,
    isRelaxed: kind === 'production' && severity === 'warning',
  };
}

/** The ids built into the firmware, if its configuration sets them. */
function builtInIds(firmware: Firmware | undefined): { vendorId?: number; productId?: number } {
  if (firmware === undefined) return {};
  const { vendorId, productId } = firmware;
  return {
    ...(vendorId.origin === 'default' ? {} : { vendorId: vendorId.value }),
    ...(productId.origin === 'default' ? {} : { productId: productId.value }),
  };
}
