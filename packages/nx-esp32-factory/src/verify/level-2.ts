/** Attestation and PASE offline, by the code of matter.js: an implementation that knows nothing of this one. */
import { checkAttestationProcedure, checkReadable } from './matter/attestation';
import { checkCodecs } from './matter/codecs';
import { checkPase } from './matter/pase';
import type { MatterStack } from './matter/stack';
import type { LevelOutcome } from './report';
import type { Subject } from './subject';

/** Codes, verifier, key exchange, certificates and the device attestation procedure, each as far as it is there. */
export async function runLevel2(subject: Subject, stack: MatterStack): Promise<LevelOutcome> {
  const parts = [
    checkCodecs(subject, stack),
    await checkPase(subject, stack),
    checkReadable(subject, stack),
    await checkAttestationProcedure(subject, stack),
  ];
  return {
    checked: [...parts.flatMap(({ checked }) => checked), `matter.js ${stack.version}`],
    findings: parts.flatMap(({ findings }) => findings),
  };
}
