import type { Finding } from 'nvs-core';
import { locate } from 'nvs-core/errors';
import { verifyErrors } from '../../errors';
import { isReadOnly, type Subject } from '../subject';

/** Findings that do not apply to a partition mounted read-only. */
const WRITABLE_ONLY: readonly string[] = ['nvs.no-blank-page', 'nvs.partition-full'];

/** The findings of decoding, except those of the credentials, which are checked separately with the trusted keys. */
export function checkImage(subject: Subject): Finding[] {
  const { contents, secureCert, image, device } = subject;
  const isComplete = [device.dac, device.pai, device.cd].every((credential) => credential !== undefined);
  const readOnly = isReadOnly(subject);
  const own = ({ code }: Finding) =>
    (!isComplete || !code.startsWith('attestation.')) && !(readOnly && WRITABLE_ONLY.includes(code));
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

/** We always write whole partitions, so an incomplete one is an error here. */
function asError(finding: Finding): Finding {
  return { ...finding, severity: 'error' };
}
