import { decodeMatterTlv as decode, type MatterTlvElement } from '../bytes/matter-tlv';
import { attestationErrors } from '../errors/attestation';

export { encodeMatterTlv, type MatterTlvElement } from '../bytes/matter-tlv';

/** Parses the one element in `data`; `what` names it in errors. Errors: attestation.structure-invalid. */
export function decodeMatterTlv(data: Uint8Array, what: string): MatterTlvElement {
  return decode(data, (reason) => attestationErrors.error('attestation.structure-invalid', { what, reason }));
}
