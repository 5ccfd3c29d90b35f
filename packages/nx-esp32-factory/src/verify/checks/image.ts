import { attestationErrors, type Finding, locate } from 'nvs-core';
import { verifyErrors } from '../../errors';
import { isReadOnly, type Subject } from '../subject';

/** What only a partition needs that is written to. */
const ROOM_TO_WRITE: readonly string[] = ['nvs.no-blank-page', 'nvs.partition-full'];

/** What decoding found; the credentials are judged apart, with what the config says of trust. */
export function checkImage(subject: Subject): Finding[] {
  const { contents, secureCert, image, device } = subject;
  const attestation: readonly string[] = attestationErrors.codes;
  const isComplete = [device.dac, device.pai, device.cd].every((credential) => credential !== undefined);
  const readOnly = isReadOnly(subject);
  const own = ({ code }: Finding) =>
    (!isComplete || !attestation.includes(code)) && !(readOnly && ROOM_TO_WRITE.includes(code));
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
