/**
 * Contents for devices that are no Matter devices: the partition also holds certificates and keys of TLS clients, in any
 * form that mbedTLS reads (esp_secure_cert_mgr, docs/format.md).
 */
import type { Finding } from '../errors/factory-error';
import { secureCertErrors } from '../errors/secure-cert';
import { flagsFindings, type LocatedTlv } from './checks';
import { hmacProtection, TlvType, tlvName } from './layout';
import { certificateProblem, foreignForm } from './values';

const { finding } = secureCertErrors;

const CREDENTIALS: readonly number[] = [TlvType.CA_CERT, TlvType.DEV_CERT, TlvType.PRIV_KEY];
const DS_ENTRIES: readonly number[] = [TlvType.DS_DATA, TlvType.DS_CONTEXT];

/**
 * Whether the entries are those of a Matter device, with or without mistakes: not if some have a form that only other
 * devices use, and none is Matter's own.
 */
export function isForMatter(tlvs: readonly LocatedTlv[]): boolean {
  const isOwn = tlvs.some(
    (tlv) =>
      tlv.type === TlvType.MATTER_1 ||
      (tlv.type === TlvType.DEV_CERT && isReadable(tlv) && certificateProblem(tlv.data) === undefined),
  );
  return isOwn || !tlvs.some((tlv) => DS_ENTRIES.includes(tlv.type) || formOf(tlv) !== undefined);
}

/** What a person should know of such entries: their forms, and what protects them. */
export function otherDeviceFindings(tlvs: readonly LocatedTlv[]): Finding[] {
  return tlvs.flatMap((tlv) => {
    const form =
      formOf(tlv) ?? (DS_ENTRIES.includes(tlv.type) ? 'for the Digital Signature peripheral' : undefined);
    const entry = tlvName(tlv.type, tlv.subtype);
    return [
      ...(form === undefined
        ? []
        : [finding('secure-cert.not-matter', { entry, form }, tlv.where, 'warning')]),
      ...(tlv.intact ? flagsFindings(tlv) : []),
    ];
  });
}

function formOf(tlv: LocatedTlv): string | undefined {
  if (!CREDENTIALS.includes(tlv.type) || !isReadable(tlv)) return undefined;
  return foreignForm(tlv.data, tlv.type === TlvType.PRIV_KEY ? 'key' : 'certificate');
}

function isReadable({ intact, flags }: LocatedTlv): boolean {
  return intact && hmacProtection(flags) === undefined;
}
