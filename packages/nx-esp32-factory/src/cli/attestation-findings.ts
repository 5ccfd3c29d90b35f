import type { AttestationFinding } from 'nvs-core';

/** The finding with what commissioners make of it appended to its message. */
export function withNumber(finding: AttestationFinding): AttestationFinding {
  const { result, isStricter, message } = finding;
  if (result !== undefined)
    return { ...finding, message: `${message} (refused by commissioners: ${result.number} ${result.name})` };
  return isStricter
    ? { ...finding, message: `${message} (accepted today, against the specification)` }
    : finding;
}
