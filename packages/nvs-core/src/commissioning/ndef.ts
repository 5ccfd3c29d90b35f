/**
 * The content of an NFC tag: an NDEF message (NFC Forum, NDEF 1.0) of one URI record (NFC Forum, RTD URI 1.0), with a
 * QR code's text as it is: identifier code 0, no abbreviation. Matter Core Specification, section 5.1 (NFC tag); the
 * Matter SDK's NFCOnboardingPayloadManagerImpl writes the same.
 */
import { utf8 } from '../bytes/text';
import { commissioningErrors } from '../errors/commissioning';

/** Message begin and message end: the only record. */
const ONLY_RECORD = 0xc0;
const SHORT_RECORD = 0x10;
const WELL_KNOWN_TYPE = 0x01;
const TYPE_URI = 0x55;
const NOT_ABBREVIATED = 0x00;
const SHORT_MAX = 0xff;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The NDEF message of one URI, such as the text of a QR code ("MT:..."). */
export function encodeNdefUri(uri: string): Uint8Array {
  const payload = Uint8Array.of(NOT_ABBREVIATED, ...utf8(uri));
  const isShort = payload.length <= SHORT_MAX;
  const head = ONLY_RECORD | WELL_KNOWN_TYPE | (isShort ? SHORT_RECORD : 0);
  const length = new Uint8Array(isShort ? 1 : 4);
  const view = new DataView(length.buffer);
  if (isShort) view.setUint8(0, payload.length);
  else view.setUint32(0, payload.length);
  return Uint8Array.of(head, 1, ...length, TYPE_URI, ...payload);
}

/** The URI of an NDEF message, strict: one record, whole, nothing after it. Errors: commissioning.ndef-invalid. */
export function decodeNdefUri(message: Uint8Array): string {
  const [head = 0, typeLength] = message;
  const isShort = head === (ONLY_RECORD | WELL_KNOWN_TYPE | SHORT_RECORD);
  if ((!isShort && head !== (ONLY_RECORD | WELL_KNOWN_TYPE)) || typeLength !== 1) {
    throw invalid('its first record is not the only one, or not of a well-known type of one letter');
  }
  const start = isShort ? 3 : 6;
  if (message.length <= start + 1) throw invalid('it ends too early');
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const length = isShort ? view.getUint8(2) : view.getUint32(2);
  if (message[start] !== TYPE_URI) throw invalid('its record is not a URI');
  const payload = message.subarray(start + 1);
  if (payload.length !== length) {
    throw invalid(`its URI has ${payload.length} bytes, but by its length ${length}`);
  }
  if (payload[0] !== NOT_ABBREVIATED) throw invalid('its URI is abbreviated, and "MT:" is no abbreviation');
  try {
    return UTF8.decode(payload.subarray(1));
  } catch {
    throw invalid('its URI is not UTF-8');
  }
}

function invalid(reason: string): Error {
  return commissioningErrors.error('commissioning.ndef-invalid', { reason });
}
