import { attestationErrors, type Finding, locate } from 'nvs-core';
import { verifyErrors } from '../../errors';
import type { Subject } from '../subject';

/** What decoding found; the credentials are judged apart, with what the config says of trust. */
export function checkImage({ contents, secureCert, image, device }: Subject): Finding[] {
  const attestation: readonly string[] = attestationErrors.codes;
  const isComplete = [device.dac, device.pai, device.cd].every((credential) => credential !== undefined);
  const own = ({ code }: Finding) => !isComplete || !attestation.includes(code);
  const findings = contents.findings
    .filter(own)
    .map((finding) =>
      locate(finding.code === 'inspect.truncated' ? asError(finding) : finding, { file: image.name }),
    );
  const more = (secureCert?.contents.findings ?? [])
    .filter(own)
    .map((finding) => locate(finding, { file: secureCert?.file.name ?? '' }));
  const missing =
    contents.factory === undefined
      ? [verifyErrors.finding('verify.no-factory-data', {}, { file: image.name })]
      : [];
  return [...findings, ...more, ...missing];
}

/** A file that is no whole partition is none that was made, whatever its rest holds. */
function asError(finding: Finding): Finding {
  return { ...finding, severity: 'error' };
}
