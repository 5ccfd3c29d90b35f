/** Attestation and PASE offline, with the code of matter.js, which is independent of ours. */
import { checkAttestationProcedure, checkReadable } from './matter/attestation';
import { checkCodecs } from './matter/codecs';
import { checkPase } from './matter/pase';
import type { MatterStack } from './matter/stack';
import type { LevelOutcome } from './report';
import type { Subject } from './subject';

/** Codes, verifier, key exchange, certificates and the device attestation procedure, as far as the data exists. */
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
