import { checkDeviceAttestation } from './checks/attestation';
import { checkCodes } from './checks/codes';
import { checkConfig } from './checks/config';
import { checkAgainstFirmware } from './checks/firmware';
import { checkImage } from './checks/image';
import { checkManifest } from './checks/manifest';
import { checkImageVerifier } from './checks/verifier';
import { distinctFindings, type LevelOutcome } from './report';
import { passcodeOf, type Subject } from './subject';

/** Structure and data: all checks of this package on the files read back. */
export async function runLevel1(subject: Subject): Promise<LevelOutcome> {
  const { contents, device, onboarding, inputs, manifest } = subject;
  const findings = [
    ...subject.findings,
    ...checkImage(subject),
    ...checkManifest(subject),
    ...checkCodes(subject),
    ...checkImageVerifier(subject),
    ...checkDeviceAttestation(subject),
    ...(await checkConfig(subject)),
    ...checkAgainstFirmware(subject),
  ];
  const keys = contents.nvs?.decoded.entries.length ?? 0;
  const isCredentialed = [device.dac, device.pai, device.cd].every((credential) => credential !== undefined);
  return {
    checked: [
      `${keys} keys`,
      ...(isCredentialed ? ['credentials'] : []),
      ...(device.commissioning.verifier !== undefined && passcodeOf(subject) !== undefined
        ? ['verifier']
        : []),
      ...(onboarding === undefined ? [] : ['codes']),
      ...(manifest === undefined ? [] : ['manifest']),
      ...(inputs === undefined ? [] : ['config']),
      ...(inputs?.firmware === undefined ? [] : ['firmware']),
    ],
    findings: distinctFindings(findings),
  };
}
