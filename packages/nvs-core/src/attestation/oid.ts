/** Object identifiers (ITU-T X.690, 8.19) as dotted numbers; arcs are numbers of at most 53 bits. */

/** The largest arc that stays an exact number after seven more bits. */
const MAX_SHIFTED_ARC = Math.floor(Number.MAX_SAFE_INTEGER / 128);

/** The dotted numbers of an identifier; undefined for an invalid encoding (X.690, 8.19), and for arcs of more than 53 bits. */
export function decodeOid(data: Uint8Array): string | undefined {
  let dotted = '';
  let arc = 0;
  let isStart = true;
  for (const byte of data) {
    if ((isStart && byte === 0x80) || arc > MAX_SHIFTED_ARC) return undefined;
    arc = arc * 128 + (byte & 0x7f);
    isStart = byte < 0x80;
    if (!isStart) continue;
    if (dotted !== '') dotted += `.${arc}`;
    else dotted = arc < 80 ? `${Math.floor(arc / 40)}.${arc % 40}` : `2.${arc - 80}`;
    arc = 0;
  }
  return isStart && dotted !== '' ? dotted : undefined;
}
