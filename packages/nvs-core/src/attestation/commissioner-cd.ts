/**
 * The content of a Certification Declaration as the SDK's commissioner reads it (DecodeCertificationElements and
 * CertificationElementsDecoder of src/credentials/CertificationDeclaration.cpp): nine fields in order, then what it knows.
 */
import type { MatterTlvElement } from './tlv';

class Unreadable extends Error {}

/** What the SDK takes from the content. */
export interface CommissionerCd {
  readonly formatVersion: number;
  readonly vendorId: number;
  /** Up to the first that has more than 16 bits. */
  readonly productIds: readonly number[];
  readonly certificationType: number;
  readonly dacOriginVendorId?: number;
  readonly dacOriginProductId?: number;
  /** Of any length: the SDK counts neither these nor the product ids. */
  readonly authorizedPaaList?: readonly Uint8Array[];
}

const CERTIFICATE_ID_LENGTH = 19;
const PAA_KEY_ID_LENGTH = 20;

/** Undefined if the SDK cannot read the content: 603. */
export function readCommissionerCd(top: MatterTlvElement | undefined): CommissionerCd | undefined {
  try {
    return top === undefined ? undefined : readFields(top);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function readFields(top: MatterTlvElement): CommissionerCd {
  if (top.type !== 'structure' || top.tag !== undefined) throw new Unreadable();
  const { elements } = top;
  if (elements.some(({ tag }) => tag === undefined)) throw new Unreadable();
  const at = (index: number, tag = index): MatterTlvElement => {
    const element = elements[index];
    if (element === undefined || element.tag !== tag) throw new Unreadable();
    return element;
  };
  const [formatVersion, vendorId] = [unsigned(at(0), 16), unsigned(at(1), 16)];
  const productIds = readProductIds(at(2));
  unsigned(at(3), 32);
  const id = at(4);
  const bytes = id.type === 'string' ? (id.bytes ?? Buffer.from(id.value)) : undefined;
  if (bytes?.length !== CERTIFICATE_ID_LENGTH || bytes.includes(0)) throw new Unreadable();
  unsigned(at(5), 8);
  unsigned(at(6), 16);
  unsigned(at(7), 16);
  const certificationType = unsigned(at(8), 8);
  const origin =
    elements[9]?.tag === 9
      ? { dacOriginVendorId: unsigned(at(9), 16), dacOriginProductId: unsigned(at(10), 16) }
      : {};
  // The next element only; what comes later is skipped.
  const next = elements[9]?.tag === 9 ? elements[11] : elements[9];
  if (next?.tag === 10) throw new Unreadable();
  const list = next?.tag === 11 ? { authorizedPaaList: readPaas(next) } : {};
  return { formatVersion, vendorId, productIds, certificationType, ...origin, ...list };
}

function unsigned(element: MatterTlvElement, bits: number): number {
  const value = element.type === 'unsigned' ? Number(element.value) : Number.POSITIVE_INFINITY;
  if (value >= 2 ** bits) throw new Unreadable();
  return value;
}

function readProductIds(list: MatterTlvElement): number[] {
  if (list.type !== 'array') throw new Unreadable();
  const ids = list.elements.map((item) => {
    if (item.type !== 'unsigned' || item.tag !== undefined) throw new Unreadable();
    return Number(item.value);
  });
  const end = ids.findIndex((id) => id > 0xffff);
  return end < 0 ? ids : ids.slice(0, end);
}

function readPaas(list: MatterTlvElement): Uint8Array[] {
  if (list.type !== 'array') throw new Unreadable();
  return list.elements.map((item) => {
    if (item.type !== 'bytes' || item.tag !== undefined || item.value.length !== PAA_KEY_ID_LENGTH)
      throw new Unreadable();
    return item.value;
  });
}
