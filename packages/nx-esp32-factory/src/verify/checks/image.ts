import type { Finding } from 'nvs-core';
import { locate } from 'nvs-core/errors';
import { verifyErrors } from '../../errors';
import { isReadOnly, type Subject } from '../subject';

/** Findings that do not apply to a partition mounted read-only. */
const WRITABLE_ONLY: readonly string[] = ['nvs.no-blank-page', 'nvs.partition-full'];

/** We always write whole partitions, and those of Matter devices. */
const AS_ERRORS: readonly string[] = ['inspect.truncated', 'secure-cert.not-matter'];

/** The findings of decoding, except those of the credentials, which are checked separately with the trusted keys. */
export function checkImage(subject: Subject): Finding[] {
  const { contents, secureCert, image, device } = subject;
  // DAC and PAI are checked together with the rest of the device.
  const isComplete = device.dac !== undefined && device.pai !== undefined;
  const readOnly = isReadOnly(subject);
  const own = ({ code }: Finding) =>
    code !== 'inspect.attestation-not-checked' &&
    (!isComplete || !code.startsWith('attestation.')) &&
    !(readOnly && WRITABLE_ONLY.includes(code));
  const findings = contents.findings
    .filter(own)
    .map((finding) =>
      locate(AS_ERRORS.includes(finding.code) ? asError(finding) : finding, { file: image.name }),
    );
  const more = (secureCert?.contents.findings ?? []).filter(own).map((finding) =>
    locate(AS_ERRORS.includes(finding.code) ? asError(finding) : finding, {
      file: secureCert?.file.name ?? '',
    }),
  );
  const missing =
    contents.factory === undefined
      ? [verifyErrors.finding('verify.no-factory-data', {}, { file: image.name })]
      : [];
  return [...findings, ...more, ...missing];
}

function asError(finding: Finding): Finding {
  return { ...finding, severity: 'error' };
}
